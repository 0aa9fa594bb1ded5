using System.Globalization;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Memory;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints where parameters are, and what is known of the network at run time.</summary>
static class ParametersFile
{
    public static string Print(NetworkModel model, LoweredNetwork network, LossAttribute? loss, ProgramNames names)
    {
        var writer = FileHeader.Begin(names, "System.Collections.Immutable", "NetGen", "NetGen.Runtime");
        writer.Open($"static unsafe partial class {names.Program}");
        var offsets = ProgramNames.Offsets(network.Inference);
        foreach (var (value, parameter) in network.Inference.Parameters)
        {
            var layout = parameter.Storage.Kind switch
            {
                StorageKind.Panels => ": panels of 32 outputs, in each an input after the other",
                StorageKind.Convolution => ": panels of 32 outputs, in each the inputs of a place of the kernel after those of the place before",
                StorageKind.Depthwise => ": the channels of a place of the kernel after those of the place before",
                _ => "",
            };
            var rows = parameter.Part is { } part
                ? $"{LayerBuilder.Text(parameter.Shape.Axes[0])} rows of {parameter.FileShape} from row {LayerBuilder.Text(part.First)} on, start"
                : $"{parameter.Shape}, starts";
            writer.Doc("summary", $"Where <c>{parameter.FileName}</c>, {rows}{layout}.");
            writer.Line($"const int {offsets[parameter.FullName]} = {LayerBuilder.Text(network.Parameters.OffsetOf(value))};");
            writer.Gap();
        }
        Info(writer, model, network.Inference, network.Parameters, network.DerivedFloats, LossLayer.HasLabels(loss));
        writer.Gap();
        Training(writer, network, loss);
        writer.Close();
        return writer.ToString();
    }

    /// <summary>What is known at run time of a network that is only described.</summary>
    public static string PrintInfo(NetworkModel model, PlannedNetwork network, ProgramNames names)
    {
        var writer = FileHeader.Begin(names, "System.Collections.Immutable", "NetGen");
        writer.Open($"static class {names.Program}");
        Info(writer, model, network.Inference, network.Parameters, derivedFloats: 0, hasLabels: network.Training.Graph.Loss!.Op is LabelLoss);
        writer.Close();
        return writer.ToString();
    }

    static void Info(CodeWriter writer, NetworkModel model, NetworkGraph graph, ParameterPlan parameters, long derivedFloats, bool hasLabels)
    {
        writer.Doc("summary", "Shapes, sizes, layers and parameters.");
        writer.Open("internal static readonly NetworkInfo Info = new()");
        writer.Line($"Name = \"{DisplayName(model.Type)}\",");
        var (input, output) = (graph.Declared.Input, graph.Declared.Output);
        writer.Line($"InputShape = {List(input.Shape)},");
        writer.Line($"OutputShape = {List(output.Shape)},");
        writer.Line($"InputSize = {LayerBuilder.Text(input.Size)},");
        writer.Line($"OutputSize = {LayerBuilder.Text(output.Size)},");
        var inputs = InputIds.InputsOf(graph);
        // The positions are those that the output has, where it has some.
        if (graph.Sequences.FirstOrDefault(s => !graph.Output.Type.IsByPosition || Sequence.AreSame(s, graph.Output.Type.Sequence)) is { } sequence)
        {
            writer.Open("Sequence = new()");
            writer.Line($"Max = {LayerBuilder.Text(sequence.Max)},");
            writer.Line($"InputSize = {LayerBuilder.Text(inputs.First(i => i.Type.Sequence?.Index == sequence.Index).Type.Shape.Size)},");
            writer.Line($"OutputSize = {LayerBuilder.Text(graph.Output.Type.IsByPosition ? graph.Output.Size : 0)},");
            writer.Line($"TargetSize = {LayerBuilder.Text(!graph.Output.Type.IsByPosition ? 0 : hasLabels ? 1 : graph.Output.Size)},");
            if (sequence.Index > 0) writer.Line($"Index = {LayerBuilder.Text(sequence.Index)},");
            writer.Close("},");
            if (graph.InputParts.Any())
            {
                writer.Line("Inputs =");
                writer.Line("[");
                foreach (var part in inputs)
                {
                    writer.Line($"    new InputInfo(\"{part.Name}\", {LayerBuilder.Text(part.Type.Shape.Size)}, "
                        + $"Max: {LayerBuilder.Text(part.Type.Sequence?.Max ?? 0)}, Vocabulary: {LayerBuilder.Text(part.Vocabulary ?? 0)}),");
                }
                writer.Line("],");
            }
        }
        if (InputIds.Vocabulary(graph) is { } vocabulary) writer.Line($"Vocabulary = {LayerBuilder.Text(vocabulary)},");
        Ids(writer, InputIds.Different(graph.Declared));
        writer.Line($"ParameterCount = {LayerBuilder.Text(graph.Layers.Sum(l => l.Parameters))},");
        writer.Line($"Flops = {LayerBuilder.Text(graph.Layers.Sum(l => l.Flops))},");
        writer.Line($"ParameterFloats = {LayerBuilder.Text(parameters.Floats)},");
        if (derivedFloats > 0) writer.Line($"DerivedFloats = {LayerBuilder.Text(derivedFloats)},");
        writer.Line("Parameters =");
        writer.Line("[");
        foreach (var parameter in graph.Tensors)
        {
            var offset = LayerBuilder.Text(parameters.Offsets[parameter.FullName]);
            writer.Line($"    new ParameterInfo(\"{parameter.FileName}\", {List(parameter.FileShape)}, {offset}, "
                + $"ParameterLayout.{parameter.FileLayout}, ParameterRole.{parameter.Role}, {Initializer(parameter.Start)}),");
        }
        writer.Line("],");
        writer.Line("Layers =");
        writer.Line("[");
        foreach (var layer in graph.Layers)
        {
            writer.Line($"    new LayerInfo(\"{layer.Name}\", \"{ElementDisplay.Escape(layer.Kind)}\", {List(layer.Output.Shape)}, "
                + $"{LayerBuilder.Text(layer.Parameters)}, {LayerBuilder.Text(layer.Flops)}),");
        }
        writer.Line("],");
        writer.Close("};");
    }

    static void Training(CodeWriter writer, LoweredNetwork network, LossAttribute? loss)
    {
        var (graph, arena) = (network.Training.Graph, network.TrainingArena);
        var labels = network.Loss as LabelLoss;
        var output = graph.Output.Storage;
        writer.Doc("summary", "What the trainer has to know: the loss, the targets, and the arena of a training pass.");
        writer.Open("internal static readonly TrainingInfo Training = new()");
        writer.Line($"Loss = {(loss is null ? "null" : $"global::NetGen.Loss.{loss.Kind}")},");
        writer.Line($"TargetSize = {LayerBuilder.Text(graph.Declared.Loss!.Inputs[1].Size)},");
        writer.Line($"Classes = {LayerBuilder.Text(labels is null ? 0 : graph.Output.Shape.Last)},");
        if (labels is not null) writer.Line($"IgnoreIndex = {LayerBuilder.Text(labels.IgnoreIndex)},");
        if (loss is { LabelSmoothing: not 0 }) writer.Line($"LabelSmoothing = {Number((float)loss.LabelSmoothing)},");
        if (loss is { Kind: Loss.Huber }) writer.Line($"Delta = {Number((float)loss.Delta)},");
        writer.Line($"ArenaFloatsPerSample = {LayerBuilder.Text(arena.FloatsPerSample)},");
        writer.Line($"ArenaFloatsFixed = {LayerBuilder.Text(arena.FixedFloats)},");
        if (network.SamplesTogether > 1) writer.Line($"SamplesTogether = {LayerBuilder.Text(network.SamplesTogether)},");
        writer.Line($"OutputOffset = {LayerBuilder.Text(arena.Offsets[output])},");
        writer.Line($"OutputPitch = {LayerBuilder.Text(Panels.Padded(output.Size))},");
        if (network.Training.InputGradient is { } gradient)
        {
            writer.Line($"InputGradientOffset = {LayerBuilder.Text(arena.Offsets[gradient.Storage])},");
            writer.Line($"InputGradientPitch = {LayerBuilder.Text(Panels.Padded(gradient.Size))},");
        }
        else if (network.Training.InputGradients.Length > 0)
        {
            writer.Line($"InputGradients = [{string.Join(", ", network.Training.InputGradients.Select(dx => dx is null ? "(-1, 0)"
                : $"({LayerBuilder.Text(arena.Offsets[dx.Storage])}, {LayerBuilder.Text(Panels.Padded(dx.Size))})"))}],");
        }
        writer.Line($"Flops = {LayerBuilder.Text(graph.Values.Sum(v => v.Op.Flops(v) * TimesOf(v)))},");
        if (graph.Values.FirstOrDefault(v => v.Op is BatchMean { Pixels: 1 }) is { } single)
        {
            var layer = graph.Layers.First(l => l.Element == single.Element);
            writer.Line($"BatchNormalizedLayer = \"{ElementDisplay.Escape(layer.Display)}\",");
        }
        writer.Line($"UsesRandom = {(graph.Values.Any(v => v.Op.IsRandom) ? "true" : "false")},");
        writer.Close("};");
    }

    /// <summary>How often a sample with the most positions has what a value's op computes.</summary>
    static long TimesOf(Value value) => (value.Type.Batched ? value : value.Inputs.FirstOrDefault(v => v.Type.IsByPosition))?.Type is { IsByPosition: true, Sequence: { } sequence }
        ? (long)sequence.Max * sequence.Rows : 1;

    static string Initializer(InitialValues start) =>
        $"new Initializer(Init.{start.Kind}, {Number(start.Value)}, {Number(start.Gain)}, {LayerBuilder.Text(start.FanIn)}, {LayerBuilder.Text(start.FanOut)})"
        + (start.Zeros.End == 0 ? "" : $" {{ Zeros = {LayerBuilder.Text(start.Zeros.First)}..{LayerBuilder.Text(start.Zeros.End)} }}");

    static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture) + "f";

    static string List(Shape shape) => $"[{string.Join(", ", shape.Axes.Select(a => LayerBuilder.Text(a)))}]";

    public static string DisplayName(TypeModel type) =>
        (type.Namespace.Length == 0 ? "" : type.Namespace + ".") + string.Concat(type.Containers.Select(c => c.Name + ".")) + type.Name;

    /// <summary>Prints the property that tells of inputs of ids, where there are any.</summary>
    public static void Ids(CodeWriter writer, IEnumerable<SampleInput> inputs)
    {
        if (!inputs.Any()) return;
        writer.Line("Ids =");
        writer.Line("[");
        foreach (var ids in inputs)
            writer.Line($"    new IdsInfo(\"{ids.Name}\", {LayerBuilder.Text(ids.First)}, {LayerBuilder.Text(ids.Type.Shape.Size)}, {LayerBuilder.Text(ids.Vocabulary!.Value)}),");
        writer.Line("],");
    }
}
