using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints what is known of a network without running it: the class's documentation, and constants.</summary>
static class ClassSummary
{
    /// <summary>The constants that every network has.</summary>
    public static void Sizes(CodeWriter writer, NetworkGraph graph)
    {
        var most = graph.Sequences.Any() ? " with the most positions" : "";
        var (input, output) = (graph.Declared.Input, graph.Declared.Output);
        if (graph.Input.Type.Sequence is { } sequence) Constant(writer, "int", "MaxPositions", sequence.Max, "The most positions of a sample.");
        Constant(writer, "int", "InputSize", input.Size, $"Values in one sample{most}, {input.Shape}.");
        Constant(writer, "int", "OutputSize", output.Size, $"Values in one sample's output{most}, {output.Shape}.");
        Constant(writer, "long", "ParameterCount", graph.Layers.Sum(l => l.Parameters), "Learned numbers.");
        Constant(writer, "long", "Flops", graph.Layers.Sum(l => l.Flops),
            $"Floating-point operations of one sample's forward pass{most}; a multiplication with an addition counts as two.");
    }

    /// <summary>A constant of the class.</summary>
    public static void Constant(CodeWriter writer, string type, string name, long value, string summary)
    {
        writer.Doc("summary", summary);
        writer.Line($"public const {type} {name} = {LayerBuilder.Text(value)};");
        writer.Gap();
    }

    /// <summary>
    /// The constructor, and one for the parameters that are part of the program where there are some. It sets the fields of a Forward, which is never run,
    /// since the compiler wants to see them set.
    /// </summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="model">The network.</param>
    /// <param name="parameters">The network's own parameters, as an expression; null where it is only described, and has none.</param>
    public static void Constructor(CodeWriter writer, NetworkModel model, string? parameters = null)
    {
        List<string> statements = [.. model.Forward is { } forward ? forward.Fields.Select(field => $"this.{field} = default!;") : []];
        var signature = $"private {model.Type.Name}()";
        if (model.Weights is not null && parameters is not null)
        {
            writer.Line($"private {model.Type.Name}() : this({parameters}) {{ }}");
            writer.Gap();
            signature = $"private {model.Type.Name}(global::NetGen.ParameterSet parameters)";
            statements.Insert(0, "__parameters = parameters;");
        }
        if (statements.Count == 0) writer.Line($"{signature} {{ }}");
        else
        {
            writer.Open(signature);
            foreach (var statement in statements) writer.Line(statement);
            writer.Close();
        }
        writer.Gap();
    }

    static Shape InputShape(NetworkGraph graph, int input) => graph.Declared.InputParts.Select(part => part.Op.Shape).ElementAtOrDefault(input) ?? graph.Declared.Input.Shape;

    static string InputShapes(NetworkGraph graph) =>
        graph.InputParts.Any() ? string.Join(" and ", graph.Declared.InputParts.Select(part => part.Op.Shape)) : graph.Declared.Input.Shape.ToString();

    static string OutputShapes(NetworkGraph graph) => graph.OutputShapes.Length > 1 ? string.Join(" and ", graph.OutputShapes) : graph.Declared.Output.Shape.ToString();

    /// <summary>The table of layers, so that hovering over the class shows it.</summary>
    public static void Print(CodeWriter writer, NetworkModel model, NetworkGraph graph, LossAttribute? loss)
    {
        var inputs = model.Forward is null ? [[model.Elements[0].Display(), "", graph.Declared.Input.Shape.ToString(), "", ""]]
            : model.Forward.Inputs.Select((name, i) => new[] { name, model.Elements[i].Display(), InputShape(graph, i).ToString(), "", "" });
        var rows = inputs.Concat(graph.Layers.Select(l => new[] { l.Name, l.Kind, l.Output.Shape.ToString(), Text.Grouped(l.Parameters), Text.Grouped(l.Flops) }))
            .Prepend(["layer", "kind", "output", "parameters", "FLOPs"]).ToList();
        var widths = Enumerable.Range(0, 5).Select(c => rows.Max(r => r[c].Length)).ToArray();
        var (parameters, flops) = (Text.Grouped(graph.Layers.Sum(l => l.Parameters)), Text.Grouped(graph.Layers.Sum(l => l.Flops)));
        writer.Doc("summary",
        [
            $"A network from {InputShapes(graph)} to {OutputShapes(graph)} with {parameters} parameters and {flops} FLOPs a sample.",
            "<code>",
            .. rows.Select(r => CodeWriter.Xml(string.Join("  ", r.Select((cell, c) => c < 3 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd())),
            "</code>",
            .. loss is null ? Array.Empty<string>() : [$"Loss: {loss.Kind}."],
        ]);
    }
}
