using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Memory;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints the class of a network that is only described.</summary>
static class DescriptionFile
{
    public static string Print(NetworkModel model, PlannedNetwork network, LossAttribute? loss, ProgramNames names)
    {
        var writer = FileHeader.Begin(nullable: true);
        var (type, graph) = (model.Type, network.Inference);
        if (type.Namespace.Length > 0)
        {
            writer.Line($"namespace {type.Namespace}");
            writer.Open();
        }
        foreach (var container in type.Containers) writer.Open(container.Header);
        ClassSummary.Print(writer, model, graph, loss);
        writer.Open($"{type.Declaration} {type.Name}");
        ClassSummary.Sizes(writer, graph);
        if (InputIds.AreAll(graph))
        {
            ClassSummary.Constant(writer, "long", "FlopsPerToken", graph.Layers.Sum(l => l.Flops) / InputIds.Tokens(graph.Declared), "Floating-point operations of a forward pass for each token.");
        }
        ClassSummary.Constant(writer, "long", "ParameterBytes", network.Parameters.Floats * sizeof(float), "Bytes of the parameters.");
        ClassSummary.Constant(writer, "long", "ArenaBytes", network.InferenceArena.FloatsPerSample * sizeof(float), "Bytes of activations that predicting one sample takes.");
        ClassSummary.Constant(writer, "long", "TrainingArenaBytes", (network.TrainingArena.FloatsPerSample + network.TrainingArena.FixedFloats) * sizeof(float),
            "Bytes of activations and their gradients that a training step on one sample takes; gradients of parameters and an optimizer's state come on top.");
        ClassSummary.Constructor(writer, model);
        writer.Doc("summary", "Shapes, sizes, layers and parameters.");
        writer.Line($"public static global::NetGen.NetworkInfo Info => {names.QualifiedProgram}.Info;");
        writer.Close();
        foreach (var _ in type.Containers) writer.Close();
        if (type.Namespace.Length > 0) writer.Close();
        return writer.ToString();
    }
}
