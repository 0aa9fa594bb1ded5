using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Decoding;

/// <summary>
/// Makes the graph of a decoder for one position: a network from ids [positions] to logits [positions, vocabulary] in which a position depends on itself and those
/// before it. What a position needs of earlier ones is in caches, so that each id is taken once, however long the text gets. Or the graph for a block of positions
/// that follow each other, which has rows for these, and leaves nothing but what later positions need.
/// </summary>
sealed class DecodingPass
{
    readonly List<Value> values = [];
    readonly Dictionary<Value, Value> results = [];
    readonly Sequence? block;
    HashSet<Value> computed = [];

    DecodingPass(int positions, Sequence? block) => (Positions, this.block) = (positions, block);

    /// <summary>The positions of a whole text.</summary>
    public int Positions { get; }

    /// <summary>The graph for one position, or a block of them; null where the network is no decoder.</summary>
    /// <param name="graph">The graph for inference, as it was built.</param>
    /// <param name="block">The most positions of a block; null for the graph for one.</param>
    public static NetworkGraph? Apply(NetworkGraph graph, int? block = null)
    {
        if (graph.Input is not { Type.Element: ElementType.Int32, Shape.Rank: 1 } input) return null;
        if (!graph.Values.Any(v => v.Op is Attention { Causal: true })) return null;
        if (graph.Values.FirstOrDefault(v => v.Op is Embedding) is not { } embedded || embedded.Inputs[0] != input) return null;
        var (positions, vocabulary) = (input.Size, embedded.Inputs[1].Shape.Axes[0]);
        // What comes out is drawn from as logits, or as their logarithms of probabilities, which differ by a constant.
        if (graph.Output.Shape != new Shape(positions, vocabulary) || graph.Output.Op is Softmax { Log: false }) return null;
        return new DecodingPass(positions, block is { } most ? new Sequence(Math.Min(most, positions), IsByPosition: true) : null).Rebuild(graph);
    }

    NetworkGraph? Rebuild(NetworkGraph graph)
    {
        var needed = Needed([graph.Output]);
        var attentions = needed.Where(v => v.Op is Attention).ToList();
        computed = block is null ? needed : Needed(attentions.SelectMany(v => v.Inputs));
        foreach (var value in graph.Values.Where(v => computed.Contains(v) || attentions.Contains(v)))
        {
            if (Rebuilt(value) is not { } result) return null;
            results.Add(value, result);
        }
        // Arenas are addressed by 32-bit numbers.
        if (values.Where(v => v.Op is Cache).Sum(v => Shape.LongSize(v.Shape.Axes)) > GraphBuilder.MaxFloats) return null;
        return new NetworkGraph([.. values], results[graph.Input], block is null ? results[graph.Output] : values[values.Count - 1], null, graph.Layers);

        HashSet<Value> Needed(IEnumerable<Value> these)
        {
            var found = new HashSet<Value>(these);
            foreach (var value in Enumerable.Reverse(graph.Values).Where(found.Contains)) found.UnionWith(value.Inputs);
            return found;
        }
    }

    /// <summary>Whether a value is computed, rather than an attention of which only keys and values are of use to later positions.</summary>
    public bool Computes(Value value) => computed.Contains(value);

    Value? Rebuilt(Value value)
    {
        switch (value.Op)
        {
            case Input: return Add(value, new Input(new Shape(1), value.Type.Element, block));
            case Parameter: return Add(value, value.Op);
        }
        if (!value.Type.Batched || (!IsOfExperts(value) && !IsOfPositions(value.Shape))) return null;
        return value.Op.ForOnePosition(this, value, [.. value.Inputs.Select(v => results[v])]);
    }

    /// <summary>Whether a value has a row, or a number, for each position: also as one matrix, [1, positions, features].</summary>
    bool IsOfPositions(Shape shape) => shape.Rank switch
    {
        <= 2 => shape.Axes[0] == Positions,
        3 => shape.Axes[0] == 1 && shape.Axes[1] == Positions,
        _ => false,
    };

    /// <summary>The shape of one position's part of a value that has one for each.</summary>
    public static Shape RowOf(Shape shape) => shape.Rank == 3 ? new(1, 1, shape.Last) : SequencePass.RowOf(shape);

    /// <summary>Whether a value has rows for the experts that positions chose, of which one position's are fewer.</summary>
    static bool IsOfExperts(Value value) => value.Op is IExpertRows || (value.Op is Elementwise && value.Inputs.Any(IsOfExperts));

    /// <summary>Adds what computes one position's part of a value.</summary>
    /// <param name="value">The value for all positions, whose name it has.</param>
    /// <param name="op">What computes it.</param>
    /// <param name="inputs">What it is computed from.</param>
    public Value Add(Value value, Op op, params Value[] inputs) => Add(value, value.Name, op, inputs);

    /// <summary>Adds memory that is kept from one position to the next, and is zero at first.</summary>
    /// <param name="value">The value for all positions that needs it.</param>
    /// <param name="part">What it keeps.</param>
    /// <param name="axes">Its sizes.</param>
    public Value AddCache(Value value, string part, params int[] axes) => Add(value, $"{value.Name}.{part}", new Cache(new Shape(axes)), []);

    Value Add(Value original, string name, Op op, Value[] inputs)
    {
        var operands = inputs.ToImmutableArray();
        var value = Value.Of(values.Count, name, op, operands, original.Element);
        // Also what follows from parameters alone has a row for each position of a block.
        if (value.Type is { Batched: true, Sequence: null } type && op is not IPositionTable)
            value = new(value.Id, name, op, operands, type with { Sequence = block }, original.Element);
        values.Add(value);
        return value;
    }
}
