using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>
/// Queries and keys turned by their positions, so that a product of two depends on how far they are apart: Su et al. 2021, with LLaMA's pairs. In each head the
/// numbers i and i + d/2 of position p are turned by the angle p · base^(−2i / d). Values stay.
/// </summary>
/// <param name="Heads">The heads of queries.</param>
/// <param name="KeyValueHeads">The heads of keys and of values.</param>
/// <param name="HeadSize">The numbers of a head, d.</param>
/// <param name="Base">What the angles are powers of.</param>
/// <param name="Inverse">Whether they are turned back.</param>
/// <param name="Of">How many positions there are, of which it gets one that is known when it runs; null where it gets all of them.</param>
sealed record RotaryPositions(int Heads, int KeyValueHeads, int HeadSize, float Base, bool Inverse = false, int? Of = null) : Op
{
    /// <summary>The heads that are turned.</summary>
    public int Turned => Heads + KeyValueHeads;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override long Flops(Value result) => 3L * Turned * HeadSize * result.Shape.Axes[0];

    // A rotation's transpose turns by the opposite angle.
    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) => gradients.Add(result.Inputs[0], this with { Inverse = !Inverse }, gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"rotary{(Inverse ? "⁻¹" : "")}({inputs[0]}{(Of is null ? "" : ", position")})";

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this with { Of = result.Shape.Axes[0] }, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override string Label => Inverse ? "RotaryBack" : "Rotary";

    public override Kernel Lower(Group group, KernelContext context) => PositionKernels.LowerRotary(group, context, this);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.Rotary(group, context, this));

    /// <summary>Adds the rotation where a layer asks for it.</summary>
    /// <param name="builder">The layer.</param>
    /// <param name="name">What comments call the result.</param>
    /// <param name="x">The queries, keys and values of all heads side by side at each position.</param>
    /// <param name="rotary">Whether the layer asks for it.</param>
    /// <param name="angleBase">What the angles are powers of.</param>
    /// <param name="heads">The heads of queries.</param>
    /// <param name="keyValueHeads">The heads of keys and of values.</param>
    /// <param name="size">The numbers of a head.</param>
    public static Value Added(LayerBuilder builder, string name, Value x, bool rotary, float angleBase, int heads, int keyValueHeads, int size)
    {
        builder.Positive(angleBase, "RotaryBase");
        if (!rotary)
        {
            if (angleBase != MultiheadAttentionAttribute.UsualRotaryBase) builder.Fail("NG0018", "RotaryBase", LayerBuilder.Text(angleBase), "left out without Rotary = true");
            return x;
        }
        if (size % 2 != 0) builder.Fail("NG0020", x.Shape.ToString(), $"rotary positions turn pairs of a head's values, of which it has {LayerBuilder.Text(size)}, an odd number");
        return builder.AddPart(name, new RotaryPositions(heads, keyValueHeads, size, angleBase), x);
    }
}
