using System.Collections.Immutable;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Graph;

/// <summary>Inputs that are made of ids rather than of numbers: those that embeddings get.</summary>
static class InputIds
{
    /// <summary>What is wrong with a call that ids reach.</summary>
    public const string Fault = "gets ids, of which only an Embedding makes numbers";

    /// <summary>Whether a first layer makes numbers of ids: an embedding, or a block that begins with one.</summary>
    public static bool AreTaken(NetworkModel model, ElementModel element) => element.Kind == ElementKinds.Embedding
        || (BlockOf(element) is { } block && model.Blocks[block.Index].Elements is [var first, ..] && AreTaken(model, first));

    /// <summary>Whether a Forward makes numbers of an input that is ids: it calls an embedding with it, or what begins with one.</summary>
    public static bool AreTaken(NetworkModel model, ForwardModel forward, int input) => forward.Steps.Any(step => step.Layer >= 0 && step.Inputs.Contains(input)
        && (forward.Layers[step.Layer].Element is var element && BlockOf(element) is { } block && model.Blocks[block.Index].Forward is { } inner
            ? Enumerable.Range(0, Math.Min(step.Inputs.Count, inner.Inputs.Count)).Any(i => step.Inputs[i] == input && AreTaken(model, inner, i))
            : AreTaken(model, element)));

    /// <summary>The block that an element uses; null where it uses none.</summary>
    static BlockReference? BlockOf(ElementModel element) => element.Kind == "Use" && element.Positional[0].Blocks is [{ Index: >= 0 } block, ..] ? block : null;

    /// <summary>An embedding of another vocabulary than one that gets the same ids, and what is wrong with it; null where there is none.</summary>
    public static (Value Embedding, string Problem)? OtherVocabulary(IEnumerable<Value> values)
    {
        foreach (var sharing in values.Where(v => v.Op is Embedding).GroupBy(v => v.Inputs[0]))
        {
            var size = SizeOf(sharing.First());
            if (sharing.FirstOrDefault(v => SizeOf(v) != size) is not { } other) continue;
            return (other, $"has {LayerBuilder.Text(SizeOf(other))} ids, and another embedding of '{sharing.Key.Name}' {LayerBuilder.Text(size)}: "
                + "an input has one vocabulary, so give both the larger size");
        }
        return null;
    }

    /// <summary>The inputs of a network in the order of their places.</summary>
    public static ImmutableArray<SampleInput> InputsOf(NetworkGraph graph) => graph.InputParts.Any()
        ? [.. graph.InputParts.Select(part => new SampleInput(part.Value.Name, part.Op.First, part.Value.Type, VocabularyOf(graph, part.Value)))]
        : [new(graph.Input.Name, 0, graph.Input.Type, VocabularyOf(graph, graph.Input))];

    /// <summary>
    /// How many ids there are that a network's inputs are made of, the most where each has a vocabulary of its own; null where all are made of numbers.
    /// </summary>
    public static int? Vocabulary(NetworkGraph graph) => InputsOf(graph).Max(input => input.Vocabulary);

    /// <summary>The tokens of a sample: its ids of the largest vocabulary, beside which others, such as those of segments, tell something of each.</summary>
    public static int Tokens(NetworkGraph graph) => InputsOf(graph).Where(input => input.Vocabulary == Vocabulary(graph)).Sum(input => input.Type.Shape.Size);

    /// <summary>Whether a network takes ids alone.</summary>
    public static bool AreAll(NetworkGraph graph) => graph.Input.Type.Element == ElementType.Int32;

    /// <summary>The inputs of ids of a network whose samples aren't ids of one vocabulary throughout; else none.</summary>
    public static ImmutableArray<SampleInput> Different(NetworkGraph graph)
    {
        var ids = InputsOf(graph).RemoveAll(input => input.Vocabulary is null);
        return AreAll(graph) && ids.All(input => input.Vocabulary == ids[0].Vocabulary) ? [] : ids;
    }

    static int? VocabularyOf(NetworkGraph graph, Value input) => graph.Values.FirstOrDefault(v => v.Op is Embedding && v.Inputs[0] == input) is { } embedding ? SizeOf(embedding) : null;

    static int SizeOf(Value embedding) => embedding.Inputs[1].Shape.Axes[0];
}

/// <summary>An input of a network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">Its first element in a sample.</param>
/// <param name="Type">Its shape, and what it is made of.</param>
/// <param name="Vocabulary">How many ids there are that it is made of; null for numbers.</param>
sealed record SampleInput(string Name, int First, ValueType Type, int? Vocabulary)
{
    /// <summary>What it is made of, for documentation.</summary>
    public string Text => $"{Type}{(Vocabulary is { } ids ? $", ids from 0 to {LayerBuilder.Text(ids - 1)}" : "")}";
}
