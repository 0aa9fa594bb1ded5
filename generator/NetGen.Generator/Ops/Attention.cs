using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Attention;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>
/// softmax(q kᵀ / √d) v of each head: from the queries, keys and values of all heads side by side at each position, or from three values, the queries of one
/// sequence and the keys and values of another one.
/// </summary>
/// <param name="Heads">The heads of queries.</param>
/// <param name="KeyValueHeads">The heads of keys and of values, each for as many heads of queries.</param>
/// <param name="HeadSize">The numbers of a head at a position, d.</param>
/// <param name="Causal">Whether a position sees only itself and those before it.</param>
/// <param name="Dropout">What of the softmax's shares is dropped; null for nothing, as in inference.</param>
sealed record Attention(int Heads, int KeyValueHeads, int HeadSize, bool Causal, AttentionDropout? Dropout = null) : Op
{
    public override bool IsRandom => Dropout is not null;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], Heads * HeadSize));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs[0].Type.Sequence;

    public override long Flops(Value result) => Pairs(SampleRows.MaxOf(result), KeysOf(result)) * Heads * (4L * HeadSize + 4) * result.Shape.Axes[0] / SampleRows.MaxOf(result);

    /// <summary>Whether queries come from one value, and keys and values from others.</summary>
    public static bool IsCross(Value result) => result.Inputs.Length > 1;

    /// <summary>How many keys a sample has, at most.</summary>
    public static int KeysOf(Value result) => SampleRows.MaxOf(result.Inputs[IsCross(result) ? 1 : 0]);

    /// <summary>How many pairs of a query and a key of a head there are.</summary>
    public long Pairs(int queries, int keys)
    {
        if (!Causal) return (long)queries * keys;
        long partly = Math.Min(queries, keys);
        return partly * (partly + 1) / 2 + (queries - partly) * keys;
    }

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var sums = gradients.Apply($"{result.Name}.logsumexp", new AttentionSums(Heads), result);
        if (!IsCross(result))
        {
            gradients.Add(result.Inputs[0], new AttentionGradient(this, KeysOf(result)), gradient, result.Inputs[0], result, sums);
            return;
        }
        var (q, k, v) = (result.Inputs[0], result.Inputs[1], result.Inputs[2]);
        var dq = gradients.Apply("∂" + q.Name, new AttentionGradient(this, KeysOf(result)), gradient, q, k, v, result, sums);
        gradients.Add(q, dq);
        gradients.Add(k, new AttentionKeyGradient(OfValues: false), dq, k);
        gradients.Add(v, new AttentionKeyGradient(OfValues: true), dq, v);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{(Causal ? "causal_attention" : "attention")}({string.Join(", ", inputs)}{(Dropout is null ? "" : $"; dropout {LayerBuilder.Text(Dropout.Probability)}")})";

    public override string Label => (Causal ? "CausalAttention" : "Attention") + (Dropout is null ? "" : "_Dropout");

    // A sample's heads are work enough for several threads, also where there are few samples.
    public override Partition PartitionOf(Value result) => Partition.Parts;

    public override Kernel Lower(Group group, KernelContext context) => AttentionKernel.Lower(group, context, this, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => AttentionKernel.Lower(group, context, this, shared: true);

    // The kernel takes the heads of a position at the same distance in what it reads and in what it writes the gradient of.
    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) =>
        pass.Add(result, this, [.. inputs.Select(v => v.Op is Input or InputPart ? pass.Add(result.Inputs[0], new Copy(), v) : v)]);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuAttentionKernel.Lower(group, this));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs)
    {
        var isToSource = pass.IsToSource(result);
        if (!isToSource && (!Causal || IsCross(result))) return null;
        var positions = KeysOf(result);
        // In panels, of positions for the keys and of columns for the values, as the kernel for all positions arranges them.
        var keys = pass.AddCache(result, "keys", KeyValueHeads, Panels.Count(positions), HeadSize, Panels.Width);
        var values = pass.AddCache(result, "values", KeyValueHeads, Panels.Count(HeadSize), positions, Panels.Width);
        if (!isToSource) return pass.Add(result, new CachedAttention(this, positions, KeysOnly: !pass.Computes(result)), inputs[0], keys, values);
        var toSource = new CachedAttention(this, positions, Queries: pass.Positions);
        if (result.Inputs[1].Type.Sequence is null) return pass.Add(result, toSource, inputs[0], keys, values);
        return Causal ? null : pass.Add(result, toSource, inputs[0], keys, values, pass.AddCache(result, "length", 1));
    }
}

/// <summary>
/// Which of the softmax's shares training drops: 0 with the probability and 1 / (1 − p) otherwise, by the number that each query of a head of a sample has for
/// each key. Nothing is stored of it: the gradient draws the same numbers.
/// </summary>
/// <param name="Probability">The probability, p.</param>
/// <param name="Stream">The layer's random stream.</param>
sealed record AttentionDropout(float Probability, int Stream)
{
    /// <summary>The dropout of a layer's attention; null for none.</summary>
    public static AttentionDropout? Of(LayerBuilder builder, float probability)
    {
        DropoutLayer.Check(builder, probability);
        return builder.Training && probability > 0 ? new(probability, builder.NextStream()) : null;
    }

    /// <summary>What a share that stays is multiplied by.</summary>
    public float Factor => 1 / (1 - Probability);

    /// <summary>How many numbers a query has, of so many keys at most: those of whole panels.</summary>
    public static int NumbersOf(int keys) => Panels.Count(keys) * Panels.Width;
}

/// <summary>
/// log Σ exp of the scores of each query, by heads: with them a score's share of its sum can be computed again. The kernel of the attention writes it.
/// </summary>
sealed record AttentionSums(int Heads) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(inputs[0].Type.IsByPosition ? new Shape(1, Heads) : new Shape(Heads, inputs[0].Shape.Axes[0]));

    public override bool IsCompanion => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"log Σ exp of the scores of {inputs[0]}";
}

/// <summary>
/// What reaches the queries, keys and values of an attention, from ∂y, its input, its result y and the logarithms of its sums: with the shares p of the scores
/// and g = p ⊙ (∂y vᵀ − Σ ∂y ⊙ y) / √d that is ∂q = g k, ∂k = gᵀ q and ∂v = pᵀ ∂y. Where the attention has three inputs, it is ∂q alone. With a dropout m of
/// the shares ∂y vᵀ is multiplied by it, and p in ∂v.
/// </summary>
/// <param name="Of">The attention.</param>
/// <param name="Keys">The keys of a sample.</param>
sealed record AttentionGradient(Attention Of, int Keys) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[1].Type;

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs[1].Type.Sequence;

    public override long Flops(Value result) => Of.Pairs(SampleRows.MaxOf(result), Keys) * Of.Heads * (10L * Of.HeadSize + 8) * result.Shape.Axes[0] / SampleRows.MaxOf(result);

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{(Of.Causal ? "causal_attention" : "attention")}′({string.Join(", ", inputs.Skip(1).Take(inputs.Length - 3))}) {inputs[0]}";

    public override string Label => $"{Of.Label}Gradient";

    public override Partition Partition => Partition.Parts;

    public override Kernel Lower(Group group, KernelContext context) => AttentionGradientKernel.Lower(group, context, Of);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuAttentionGradientKernel.Lower(group, Of));
}

/// <summary>What reaches the keys, or the values, of an attention with three inputs, from ∂q, whose kernel writes it, and from them.</summary>
/// <param name="OfValues">Whether it is of the values.</param>
sealed record AttentionKeyGradient(bool OfValues) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[1].Type;

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs[1].Type.Sequence;

    public override bool IsCompanion => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"what reaches {inputs[1]}, with {inputs[0]}";
}

sealed class ScaledDotProductAttentionLayer : Layer<ScaledDotProductAttentionAttribute>
{
    protected override Value Build(LayerBuilder builder, ScaledDotProductAttentionAttribute attribute, Value x)
    {
        var heads = builder.PositiveSize(attribute.Heads, "heads");
        var keyValueHeads = attribute.KeyValueHeads == 0 ? heads : builder.PositiveSize(attribute.KeyValueHeads, "KeyValueHeads");
        if (heads % keyValueHeads != 0)
        {
            builder.Fail("NG0018", "KeyValueHeads", LayerBuilder.Text(keyValueHeads), $"a divisor of the {LayerBuilder.Text(heads)} heads");
        }
        var parts = heads + 2L * keyValueHeads;
        if (x.Shape.Rank != 2 || x.Shape.Last % parts != 0)
        {
            builder.Fail("NG0020", x.Shape.ToString(),
                $"it takes [positions, features], and the features are the queries, keys and values of its heads side by side: a multiple of {LayerBuilder.Text(parts)}");
        }
        var size = (int)(x.Shape.Last / parts);
        var turned = RotaryPositions.Added(builder, "rotary", x, attribute.Rotary, (float)attribute.RotaryBase, heads, keyValueHeads, size);
        return builder.Add(new Attention(heads, keyValueHeads, size, attribute.Causal, AttentionDropout.Of(builder, (float)attribute.Dropout)), turned);
    }
}
