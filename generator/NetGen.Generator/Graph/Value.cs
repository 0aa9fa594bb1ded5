using System.Collections.Immutable;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Graph;

/// <summary>A node of the graph: the result of an op on other values.</summary>
/// <param name="id">Its position in the graph.</param>
/// <param name="name">What comments and listings call it: the layer's name.</param>
/// <param name="op">What computes it.</param>
/// <param name="inputs">What it is computed from.</param>
/// <param name="type">Its type, from the op's shape rule.</param>
/// <param name="element">The declared element that it belongs to, an index into the model's; -1 for none.</param>
sealed class Value(int id, string name, Op op, ImmutableArray<Value> inputs, ValueType type, int element)
{
    /// <summary>
    /// A value whose type follows from the op's shape rule: one for each position where what it is computed from is, unless the op says otherwise.
    /// </summary>
    public static Value Of(int id, string name, Op op, ImmutableArray<Value> inputs, int element)
    {
        var type = op.Infer(inputs);
        return new(id, name, op, inputs, type.Batched ? type with { Sequence = op.SequenceOf(inputs) } : type, element);
    }

    public int Id { get; } = id;

    public string Name { get; } = name;

    public Op Op { get; } = op;

    public ImmutableArray<Value> Inputs { get; } = inputs;

    public ValueType Type { get; } = type;

    public int Element { get; } = element;

    public Shape Shape => Type.Shape;

    public int Size => Type.Shape.Size;

    /// <summary>How a sample lies in memory where it isn't in row-major order.</summary>
    public Layout? Layout => Type.Layout;

    /// <summary>The value whose memory this one shares: itself, the input of a reshape, or the sum that an embedding's gradient is added to.</summary>
    public Value Storage => Op is Reshape ? Inputs[0].Storage : Op is EmbeddingGradient && Inputs.Length > 2 ? Inputs[2].Storage : this;

    public override string ToString() => $"%{Id} {Name}";
}
