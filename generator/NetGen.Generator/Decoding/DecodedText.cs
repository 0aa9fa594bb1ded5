using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Memory;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Decoding;

/// <summary>
/// The input of a network that is continued id by id, and the others, which are a source that doesn't change meanwhile. The passes of a decoder collect here
/// what they need of it.
/// </summary>
sealed class DecodedText
{
    readonly HashSet<Value> ofText, ofSource;
    readonly List<Kept> kept = [];

    DecodedText(NetworkGraph graph, Value input)
    {
        (Graph, Input) = (graph, input);
        ofText = From(v => v == input);
        ofSource = From(v => v.Op is InputPart && v != input);
        ofSource.ExceptWith(ofText);

        HashSet<Value> From(Func<Value, bool> isFirst)
        {
            var found = new HashSet<Value>();
            foreach (var value in graph.Values.Where(v => isFirst(v) || v.Inputs.Any(found.Contains))) found.Add(value);
            return found;
        }
    }

    /// <summary>The network for inference, as it was built.</summary>
    public NetworkGraph Graph { get; }

    /// <summary>The text.</summary>
    public Value Input { get; }

    /// <summary>The positions of a whole text.</summary>
    public int Positions => Input.Size;

    /// <summary>Where what is kept from one position to the next is.</summary>
    public CachePlan Caches { get; } = new();

    /// <summary>The inputs of a network that could each be a text: of ids, of which there are as many as the output has logits for each position.</summary>
    public static IEnumerable<DecodedText> Of(NetworkGraph graph)
    {
        // What comes out is drawn from as logits, or as their logarithms of probabilities, which differ by a constant.
        if (graph.Output.Shape.Rank != 2 || graph.Output.Op is Softmax { Log: false }) return [];
        var hasSource = graph.InputParts.Any();
        return (hasSource ? graph.InputParts.Select(part => part.Value) : [graph.Input])
            .Where(input => input is { Type.Element: ElementType.Int32, Shape.Rank: 1 }
                && graph.Values.FirstOrDefault(v => v.Op is Embedding && v.Inputs[0] == input) is { } embedded
                && graph.Output.Shape == new Shape(input.Size, embedded.Inputs[1].Shape.Axes[0]))
            // A source that has as many positions as it likes is one input.
            .Where(input => graph.InputParts.Count() <= 2 || graph.InputParts.All(part => part.Value == input || part.Value.Type.Sequence is null))
            .Select(input => new DecodedText(graph, input))
            .Where(text => text.ofText.Contains(graph.Output)
                && graph.Values.Any(v => text.ofText.Contains(v) && v.Op is Attention { Causal: var isCausal } && (isCausal || hasSource)));
    }

    /// <summary>The positions of the source, where it has as many as it likes; else null.</summary>
    public Sequence? SourcePositions => Graph.InputParts.Select(part => part.Value).FirstOrDefault(value => value != Input)?.Type.Sequence;

    /// <summary>Whether a value follows from the source, and not from the text.</summary>
    public bool IsOfSource(Value value) => ofSource.Contains(value);

    /// <summary>Notes what is kept of the source.</summary>
    /// <param name="of">The value that needs it.</param>
    /// <param name="op">What brings it to caches.</param>
    /// <param name="inputs">What it is brought from.</param>
    /// <param name="caches">What keeps it.</param>
    public void Keep(Value of, Op op, IEnumerable<Value> inputs, IEnumerable<Value> caches)
    {
        if (kept.All(k => k.Of != of)) kept.Add(new(of, op, [.. inputs], [.. caches]));
    }

    /// <summary>The inputs of the source, and their places where they are one after the other.</summary>
    public ImmutableArray<SampleInput> SourceInputs()
    {
        var inputs = ImmutableArray.CreateBuilder<SampleInput>();
        foreach (var (input, (value, _)) in InputIds.InputsOf(Graph).Zip(Graph.InputParts, (input, part) => (input, part)))
        {
            if (value != Input) inputs.Add(input with { First = inputs.Sum(other => other.Type.Shape.Size) });
        }
        return inputs.ToImmutable();
    }

    /// <summary>The graph that leaves what positions need of a source in the caches; null where they need nothing.</summary>
    public NetworkGraph? SourceGraph()
    {
        if (kept.Count == 0) return null;
        var needed = new HashSet<Value>(kept.SelectMany(k => k.Inputs));
        foreach (var value in Enumerable.Reverse(Graph.Values).Where(needed.Contains)) needed.UnionWith(value.Inputs);
        var (values, results) = (new List<Value>(), new Dictionary<Value, Value>());
        var places = SourceInputs().ToDictionary(input => input.Name, input => input.First, StringComparer.Ordinal);
        foreach (var value in Graph.Values.Where(needed.Contains))
        {
            Op op = value.Op is InputPart part ? part with { First = places[value.Name] } : value.Op;
            results.Add(value, Add(value, value.Name, op, value.Type, [.. value.Inputs.Select(v => results[v])]));
            // What is no more than kept needs no memory of its own for long.
            foreach (var (of, keeping, inputs, caches) in kept.Where(k => k.Inputs.Contains(value) && k.Inputs.All(results.ContainsKey)))
            {
                ImmutableArray<Value> operands = [.. inputs.Select(v => results[v]), .. caches.Select(cache => Add(of, cache.Name, cache.Op, cache.Type, []))];
                Add(of, of.Name, keeping, keeping.Infer(operands), operands);
            }
        }
        return new NetworkGraph([.. values], results[Graph.Input], values[values.Count - 1], null, Graph.Layers);

        Value Add(Value original, string name, Op op, Graph.ValueType type, ImmutableArray<Value> inputs)
        {
            var value = new Value(values.Count, name, op, inputs, type, original.Element);
            values.Add(value);
            return value;
        }
    }

    /// <summary>What is kept of the source.</summary>
    /// <param name="Of">The value that needs it.</param>
    /// <param name="Op">What brings it to caches.</param>
    /// <param name="Inputs">What it is brought from.</param>
    /// <param name="Caches">What keeps it.</param>
    sealed record Kept(Value Of, Op Op, ImmutableArray<Value> Inputs, ImmutableArray<Value> Caches);
}
