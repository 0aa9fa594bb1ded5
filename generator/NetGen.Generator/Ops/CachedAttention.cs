using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Attention;

namespace NetGen.Generator.Ops;

/// <summary>What a decoder keeps of the positions so far, in the arena of its text; zeros at first.</summary>
/// <param name="Shape">Its shape.</param>
sealed record Cache(Shape Shape) : Source(new Graph.ValueType(Shape, Batched: false))
{ }

/// <summary>
/// Causal attention at one position, or each position of a block: its keys and values join those of the positions before it, and softmax(q kᵀ / √d) v is over all of
/// these. The inputs are the position's queries, keys and values [1, (heads + 2 · key-value heads) · d], and the caches of keys and of values.
/// </summary>
/// <param name="Of">The attention.</param>
/// <param name="Positions">How many positions the caches have room for.</param>
/// <param name="KeysOnly">Whether keys and values are all that is asked for, and nothing reads the result.</param>
sealed record CachedAttention(Attention Of, int Positions, bool KeysOnly) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(1, Of.Heads * Of.HeadSize));

    public override long Flops(Value result) => Positions * Of.Heads * (4L * Of.HeadSize + 4);

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        KeysOnly ? $"keys and values of {inputs[0]}" : $"attention({inputs[0]}) to all positions so far";

    public override string Label => KeysOnly ? "CachedKeys" : base.Label;

    public override Kernel Lower(Group group, KernelContext context) =>
        group.Values[0].Type.IsByPosition ? CachedBlockKernel.Lower(group, context, this) : CachedAttentionKernel.Lower(group, context, this);
}
