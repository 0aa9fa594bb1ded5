using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Attention;

namespace NetGen.Generator.Ops;

/// <summary>softmax(q kᵀ / √d) v of each head, from the queries, keys and values of all heads side by side at each position.</summary>
/// <param name="Heads">The heads of queries.</param>
/// <param name="KeyValueHeads">The heads of keys and of values, each for as many heads of queries.</param>
/// <param name="HeadSize">The numbers of a head at a position, d.</param>
/// <param name="Causal">Whether a position sees only itself and those before it.</param>
sealed record Attention(int Heads, int KeyValueHeads, int HeadSize, bool Causal) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], Heads * HeadSize));

    public override long Flops(Value result) => Pairs(result.Shape.Axes[0]) * Heads * (4L * HeadSize + 4);

    /// <summary>How many pairs of a query and a key of a head there are.</summary>
    public long Pairs(int positions) => Causal ? (long)positions * (positions + 1) / 2 : (long)positions * positions;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var sums = gradients.Apply($"{result.Name}.logsumexp", new AttentionSums(Heads), result);
        gradients.Add(result.Inputs[0], new AttentionGradient(this), gradient, result.Inputs[0], result, sums);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(Causal ? "causal_attention" : "attention")}({inputs[0]})";

    public override string Label => Causal ? "CausalAttention" : "Attention";

    public override Kernel Lower(Group group, KernelContext context) => AttentionKernel.Lower(group, context, this, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => AttentionKernel.Lower(group, context, this, shared: true);

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs)
    {
        if (!Causal) return null;
        var positions = result.Shape.Axes[0];
        // In panels, of positions for the keys and of columns for the values, as the kernel for all positions arranges them.
        var keys = pass.AddCache(result, "keys", KeyValueHeads, Panels.Count(positions), HeadSize, Panels.Width);
        var values = pass.AddCache(result, "values", KeyValueHeads, Panels.Count(HeadSize), positions, Panels.Width);
        return pass.Add(result, new CachedAttention(this, positions), inputs[0], keys, values);
    }
}

/// <summary>log Σ exp of the scores of each query, by heads: with them a score's share of its sum can be computed again. The kernel of the attention writes it.</summary>
sealed record AttentionSums(int Heads) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(Heads, inputs[0].Shape.Axes[0]));

    public override bool IsCompanion => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"log Σ exp of the scores of {inputs[0]}";
}

/// <summary>
/// What reaches the queries, keys and values of an attention, from ∂y, its input, its result y and the logarithms of its sums: with the shares p of the scores and
/// g = p ⊙ (∂y vᵀ − Σ ∂y ⊙ y) / √d that is ∂q = g k, ∂k = gᵀ q and ∂v = pᵀ ∂y.
/// </summary>
sealed record AttentionGradient(Attention Of) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[1].Type;

    public override long Flops(Value result) => Of.Pairs(result.Shape.Axes[0]) * Of.Heads * (10L * Of.HeadSize + 8);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(Of.Causal ? "causal_attention" : "attention")}′({inputs[1]}) {inputs[0]}";

    public override string Label => $"{Of.Label}Gradient";

    public override Kernel Lower(Group group, KernelContext context) => AttentionGradientKernel.Lower(group, context, Of);
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
        var turned = RotaryPositions.Added(builder, "rotary", x, attribute.Rotary, attribute.RotaryBase, heads, keyValueHeads, size);
        return builder.Add(new Attention(heads, keyValueHeads, size, attribute.Causal), turned);
    }
}
