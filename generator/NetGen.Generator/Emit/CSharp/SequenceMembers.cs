using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using static NetGen.Generator.Emit.CSharp.StepMembers;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints the members of a network whose samples have as many positions as they like.</summary>
static class SequenceMembers
{
    public static void Predict(CodeWriter writer, LoweredNetwork network, string program, string self)
    {
        var graph = network.Inference;
        var vocabulary = InputIds.Vocabulary(graph);
        var (name, type) = vocabulary is null ? ("x", Floats) : ("tokens", Ints);
        var x = vocabulary is null ? name : $"{Cast}<int, float>({name})";
        var ids = vocabulary is { } size ? $", ids from 0 to {LayerBuilder.Text(size - 1)}" : "";
        var positions = $"1 to {LayerBuilder.Text(graph.Input.Type.Sequence!.Max)} positions";
        var rest = $"{NetworkFile.Parameters(network, program)}, {program}.BlockSamples, {(network.BlockFloats > 0 ? "__activations" : "null")}, \"{name}\"";
        var output = graph.Output.Type.IsByPosition ? "the output of each position" : "the output of each sample";

        writer.Gap();
        writer.Doc("summary", $"The output of one sample of {positions}, or of several that have the most. Several threads may call it at once; nothing is allocated once its buffers exist.");
        writer.Doc($"param name=\"{name}\"", $"The sample{ids}.");
        Outputs();
        writer.Open($"public void Predict({type} {name}, global::System.Span<float> y)");
        writer.Line($"global::NetGen.Runtime.SequenceInference.Run(&{program}.Forward, {program}.Info, {x}, y, {rest});");
        writer.Line("global::System.GC.KeepAlive(this);");
        writer.Close();

        writer.Gap();
        writer.Doc("summary", $"The output of a batch of samples of {positions}. Several threads may call it at once; nothing is allocated once its buffers exist.");
        writer.Doc($"param name=\"{name}\"", $"All positions of the first sample, then those of the second, and so on, without padding{ids}.");
        writer.Doc("param name=\"lengths\"", "How many positions each sample has.");
        Outputs();
        writer.Doc("exception cref=\"global::System.ArgumentOutOfRangeException\"",
            $"A sample has no positions or more than the most{(vocabulary is null ? "" : ", or an id isn't one of the vocabulary")}.");
        writer.Open($"public void Predict({type} {name}, {Ints} lengths, global::System.Span<float> y)");
        writer.Line($"global::NetGen.Runtime.SequenceInference.RunLengths(&{program}.Forward, {program}.Info, {x}, lengths, y, {rest});");
        writer.Line("global::System.GC.KeepAlive(this);");
        writer.Close();
        if (vocabulary is null) return;

        foreach (var (of, parameter, argument) in new[] { ($"INetwork<{self}>", "", ""), ("ISequenceNetwork", $", {Ints} lengths", ", lengths") })
        {
            writer.Gap();
            writer.Line($"void global::NetGen.{of}.Predict({Floats} x{parameter}, global::System.Span<float> y) =>");
            writer.Line($"    Predict({Cast}<float, int>(x){argument}, y);");
        }

        void Outputs()
        {
            writer.Doc("param name=\"y\"", $"Receives {output}, {graph.Output.Type}.");
            writer.Doc("exception cref=\"global::System.ArgumentException\"", "The sizes don't fit.");
        }
    }
}
