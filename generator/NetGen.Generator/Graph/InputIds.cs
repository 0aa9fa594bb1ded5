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

    /// <summary>An embedding of another vocabulary than the first one's, and what is wrong with it; null where there is none.</summary>
    public static (Value Embedding, string Problem)? OtherVocabulary(List<Value> values)
    {
        var embeddings = values.FindAll(v => v.Op is Embedding);
        if (embeddings.Find(v => VocabularyOf(v) != VocabularyOf(embeddings[0])) is not { } other) return null;
        return (other, $"has {LayerBuilder.Text(VocabularyOf(other))} ids, and another embedding {LayerBuilder.Text(VocabularyOf(embeddings[0]))}: "
            + "a network's inputs have one vocabulary, so give all the larger size");
    }

    static int VocabularyOf(Value embedding) => embedding.Inputs[1].Shape.Axes[0];
}
