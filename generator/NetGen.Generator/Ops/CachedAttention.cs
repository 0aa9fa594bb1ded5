using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Attention;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>What a decoder keeps of the positions so far, or of its source, in the arena of its text; zeros at first.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="First">Its first float in the arena.</param>
sealed record Cache(Shape Shape, long First) : Source(new Graph.ValueType(Shape, Batched: false))
{ }

/// <summary>
/// Attention at one position, or each position of a block: softmax(q kᵀ / √d) v over the keys and values in caches. The inputs are the position's queries, keys
/// and values [1, (heads + 2 · key-value heads) · d], of which the last two join those of the positions before it, or its queries alone, where keys and values
/// are those of a source; the caches of keys and of values; and, where a source has as many positions as it likes, the cache of their number.
/// </summary>
/// <param name="Of">The attention.</param>
/// <param name="Positions">How many positions the caches have room for.</param>
/// <param name="KeysOnly">Whether keys and values are all that is asked for, and nothing reads the result.</param>
/// <param name="Queries">The positions of the text, where keys and values are those of a source; null where they are the text's own.</param>
sealed record CachedAttention(Attention Of, int Positions, bool KeysOnly = false, int? Queries = null) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(1, Of.Heads * Of.HeadSize));

    public override long Flops(Value result) => Positions * Of.Heads * (4L * Of.HeadSize + 4);

    public override string Formula(Value result, ImmutableArray<string> inputs) => KeysOnly ? $"keys and values of {inputs[0]}"
        : $"attention({inputs[0]}) to {(Queries is null ? "all positions so far" : Of.Causal ? "the source's positions so far" : "the source")}";

    public override string Label => KeysOnly ? "CachedKeys" : Queries is null ? base.Label : "SourceAttention";

    public override Kernel Lower(Group group, KernelContext context) =>
        group.Values[0].Type.IsByPosition ? CachedBlockKernel.Lower(group, context, this) : CachedAttentionKernel.Lower(group, context, this);
}

/// <summary>
/// The keys and values [positions, key-value heads · d] of a source, as a decoder keeps them; the other inputs are their caches and, where a source has as many
/// positions as it likes, that of their number.
/// </summary>
/// <param name="Of">The attention that reads them.</param>
sealed record SourceKeys(Attention Of) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} and {inputs[1]} to caches";

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Kernel Lower(Group group, KernelContext context) => SourceKeysKernel.Lower(group, context, Of);
}

/// <summary>A value [positions, features] that follows from the source alone, as a decoder keeps it; the other input is its cache.</summary>
sealed record SourceRows : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} to a cache";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        ImmutableArray<KernelArgument> arguments = [new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "rows", result.Inputs[1])];
        var size = LayerBuilder.Text(result.Size);
        var name = context.NameOf($"{Label}_{size}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        code.Add(new InvokeRuntime("Strides.Place", [new Address("x"), new Address("rows"), "1", size, size]));
        return new Kernel(name, summary, arguments, [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }
}

/// <summary>A position's row of a cache [positions, features], or the rows of a block of them.</summary>
/// <param name="Features">The numbers of a row.</param>
sealed record CachedRow(int Features) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(1, Features));

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]}[position]";

    public override Kernel Lower(Group group, KernelContext context) => AddRowsKernel.LowerCopy(group, context);
}
