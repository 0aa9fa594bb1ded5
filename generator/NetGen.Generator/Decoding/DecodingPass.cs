using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Decoding;

/// <summary>
/// Makes the graph of a decoder for one position: a network from ids [positions] to logits [positions, vocabulary] in which a position depends on itself and
/// those before it. What a position needs of earlier ones is in caches, so that each id is taken once, however long the text gets. Or the graph for a block of
/// positions that follow each other, which has rows for these, and leaves nothing but what later positions need. What follows from a source alone, the
/// network's other inputs, is in caches too.
/// </summary>
sealed class DecodingPass
{
    readonly List<Value> values = [];
    readonly Dictionary<Value, Value> results = [];
    readonly DecodedText text;
    readonly Sequence? block;
    HashSet<Value> computed = [];

    DecodingPass(DecodedText text, Sequence? block) => (this.text, this.block) = (text, block);

    /// <summary>The positions of a whole text.</summary>
    public int Positions => text.Positions;

    /// <summary>The graph for one position, or a block of them; null where the network is no decoder.</summary>
    /// <param name="text">The network, and which of its inputs is the text.</param>
    /// <param name="block">The most positions of a block; null for the graph for one.</param>
    public static NetworkGraph? Apply(DecodedText text, int? block = null) =>
        new DecodingPass(text, block is { } most ? new Sequence(Math.Min(most, text.Positions), IsByPosition: true) : null).Rebuild(text.Graph);

    NetworkGraph? Rebuild(NetworkGraph graph)
    {
        var needed = Needed([graph.Output]);
        var attentions = needed.Where(v => v.Op is Attention && !IsToSource(v)).ToList();
        computed = block is null ? needed : Needed([text.Input, .. attentions.SelectMany(v => v.Inputs)]);
        foreach (var value in graph.Values.Where(v => computed.Contains(v) || attentions.Contains(v)))
        {
            if (Rebuilt(value) is not { } result) return null;
            results.Add(value, result);
        }
        // Arenas are addressed by 32-bit numbers.
        if (text.Caches.Floats > GraphBuilder.MaxFloats) return null;
        return new NetworkGraph([.. values], results[text.Input], block is null ? results[graph.Output] : values[values.Count - 1], null, graph.Layers);

        HashSet<Value> Needed(IEnumerable<Value> these)
        {
            var found = new HashSet<Value>(these.Where(v => !text.IsOfSource(v)));
            foreach (var value in Enumerable.Reverse(graph.Values).Where(v => v != text.Input && found.Contains(v)))
                found.UnionWith(value.Inputs.Where(v => !text.IsOfSource(v)));
            return found;
        }
    }

    /// <summary>Whether a value is computed, rather than an attention of which only keys and values are of use to later positions.</summary>
    public bool Computes(Value value) => computed.Contains(value);

    /// <summary>Whether a value is an attention of the text to keys and values that follow from the source.</summary>
    public bool IsToSource(Value value) => value.Op is Attention && Attention.IsCross(value) && value.Inputs.Skip(1).All(text.IsOfSource);

    Value? Rebuilt(Value value)
    {
        if (value == text.Input) return Add(value, new Input(new Shape(1), value.Type.Element, block));
        if (value.Op is Parameter) return Add(value, value.Op);
        if (!value.Type.Batched || (!IsOfExperts(value) && !IsOfPositions(value.Shape))) return null;
        if (IsToSource(value))
        {
            if (value.Op.ForOnePosition(this, value, [results[value.Inputs[0]]]) is not { } attended) return null;
            text.Keep(value, new SourceKeys((Attention)value.Op), value.Inputs.Skip(1), attended.Inputs.Skip(1));
            return attended;
        }
        var inputs = new Value[value.Inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (Part(value.Inputs[i]) is not { } part) return null;
            inputs[i] = part;
        }
        return value.Op.ForOnePosition(this, value, inputs);
    }

    /// <summary>One position's part of an input; null where it has none.</summary>
    Value? Part(Value input)
    {
        if (results.TryGetValue(input, out var known)) return known;
        if (input.Shape.Rank != 2 || !IsOfPositions(input.Shape) || text.SourcePositions is not null) return null;
        var rows = AddCache(input, "rows", Positions, input.Shape.Last);
        text.Keep(input, new SourceRows(), [input], [rows]);
        return results[input] = Add(input, new CachedRow(input.Shape.Last), rows);
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
    public Value AddCache(Value value, string part, params int[] axes)
    {
        var shape = new Shape(axes);
        return Add(value, $"{value.Name}.{part}", new Cache(shape, text.Caches.OffsetOf(value, part, shape)), []);
    }

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
