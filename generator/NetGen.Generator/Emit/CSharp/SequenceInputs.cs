using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Parsing;
using static NetGen.Generator.Emit.CSharp.StepMembers;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>
/// Prints the members of a network with several inputs of which samples have as many positions as they like: a span for each input and, where it has positions,
/// one for the lengths.
/// </summary>
sealed class SequenceInputs
{
    const string Packing = "global::NetGen.Runtime.SequencePacking";

    readonly NetworkGraph graph;
    readonly string program;

    /// <summary>The inputs, by the names of their parameters.</summary>
    readonly IReadOnlyList<SampleInput> inputs;

    /// <summary>The names of the parameters with their lengths; null for those whose samples have one shape.</summary>
    readonly IReadOnlyList<string?> lengths;

    /// <summary>The names of the parameter that receives the output, and of the local with the inputs.</summary>
    readonly string output, batch;

    readonly HashSet<string> taken;

    /// <param name="forward">What the inputs are called.</param>
    /// <param name="graph">The graph for inference.</param>
    /// <param name="program">The class that knows of them.</param>
    public SequenceInputs(ForwardModel forward, NetworkGraph graph, string program)
    {
        (this.graph, this.program) = (graph, program);
        taken = new(forward.Inputs, StringComparer.Ordinal);
        inputs = [.. forward.Inputs.Zip(InputIds.InputsOf(graph), (name, input) => input with { Name = TypeReader.Escape(name) })];
        lengths = [.. forward.Inputs.Zip(inputs, (name, input) => input.Type.Sequence is null ? null : Free(name + "Lengths"))];
        (output, batch) = (Free(forward.Outputs[0]), Free("__batch"));
    }

    string Values => string.Join(" + ", inputs.Select((input, i) => (i == 0 ? "(long)" : "") + input.Name + ".Length"));

    bool HasIds => inputs.Any(input => input.Vocabulary is not null);

    string OutputText => $"Receives the output of each {(graph.Output.Type.IsByPosition ? "position" : "sample")}, {graph.Output.Type}.";

    public void Predict(CodeWriter writer, LoweredNetwork network, string self)
    {
        var run = "global::NetGen.Runtime.SequenceInference";
        var rest = $"{NetworkFile.Parameters(network, program)}, {program}.BlockSamples, {(network.BlockFloats > 0 ? "__activations" : "null")}";

        writer.Gap();
        writer.Doc("summary", "The output of one sample, which has as many positions as there are values for. Several threads may call it at once; nothing is allocated once its buffers exist.");
        foreach (var input in inputs) writer.Doc($"param name=\"{input.Name.TrimStart('@')}\"", $"The sample's <c>{input.Name.TrimStart('@')}</c>, {input.Text}.");
        Output();
        writer.Open($"public void Predict({string.Join(", ", inputs.Select(Parameter))}, global::System.Span<float> {output})");
        writer.Line($"var {batch} = new {Packing}({program}.Info, {Values}, 1, \"samples\");");
        foreach (var input in inputs) writer.Line($"{batch}.Add{(input.Type.Sequence is null ? "" : "Sample")}({AsFloats(input)});");
        Run();

        writer.Gap();
        writer.Doc("summary", "The output of a batch. Several threads may call it at once; nothing is allocated once its buffers exist.");
        Parameters(writer);
        Output();
        writer.Open($"public void Predict({string.Join(", ", AllParameters)}, global::System.Span<float> {output})");
        Pack(writer);
        Run();

        writer.Gap();
        writer.Line($"void global::NetGen.INetwork<{self}>.Predict({Floats} x, global::System.Span<float> y)");
        writer.Open();
        writer.Line($"{run}.RunMost(&{program}.Forward, {program}.Info, x, y, {rest});");
        writer.Line("global::System.GC.KeepAlive(this);");
        writer.Close();
        writer.Gap();
        writer.Line($"void global::NetGen.ISequenceNetwork.Predict({Floats} x, {Ints} lengths, global::System.Span<float> y)");
        writer.Open();
        writer.Line($"{run}.RunInputs(&{program}.Forward, {program}.Info, x, lengths, y, {rest});");
        writer.Line("global::System.GC.KeepAlive(this);");
        writer.Close();

        void Output()
        {
            writer.Doc($"param name=\"{output.TrimStart('@')}\"", OutputText);
            Exceptions(writer);
        }

        void Run()
        {
            writer.Line($"((global::NetGen.ISequenceNetwork)this).Predict({batch}.X, {batch}.Lengths, {output});");
            writer.Close();
        }
    }

    /// <summary>A trainer's methods.</summary>
    public void Steps(CodeWriter writer, string target, bool hasLoss)
    {
        var targets = Free("target");
        foreach (var (name, summary, hasWeight) in StepMembers.All)
        {
            var weight = hasWeight ? Free("weight") : null;
            writer.Gap();
            writer.Doc("summary", summary);
            Parameters(writer);
            writer.Doc($"param name=\"{targets}\"", TargetsText(hasLoss));
            if (weight is not null) writer.Doc($"param name=\"{weight}\"", "What the gradient is multiplied with before it is added.");
            writer.Doc("returns", Returned(hasLoss));
            writer.Open($"public float {name}({string.Join(", ", AllParameters)}, global::System.ReadOnlySpan<{target}> {targets}{(weight is null ? "" : $", double {weight} = 1")})");
            Pack(writer);
            writer.Line($"return {name}Sequences({batch}.X, {batch}.Lengths, {targets}{(weight is null ? "" : $", {weight}")});");
            writer.Close();
        }
    }

    /// <summary>
    /// The same for a network on a device, whose class and trainer are those of all networks: batches alone, which have a span more than theirs for each input.
    /// </summary>
    public void OnGpu(CodeWriter writer, string self, string target, bool hasLoss)
    {
        string Of(string type) => $"global::NetGen.Gpu.{type}<{self}, {target}>";
        var (own, targets, weight) = (Free("gpu"), Free("target"), Free("weight"));
        writer.Doc("summary", "The output of a batch.");
        writer.Doc($"param name=\"{own}\"", "The network on a device.");
        Parameters(writer);
        writer.Doc($"param name=\"{output.TrimStart('@')}\"", OutputText);
        Exceptions(writer);
        writer.Open($"public static void Predict(this {Of("GpuNetwork")} {own}, {string.Join(", ", AllParameters)}, global::System.Span<float> {output})");
        Pack(writer);
        writer.Line($"global::NetGen.Gpu.GpuSequences.Predict({own}, {batch}.X, {batch}.Lengths, {output});");
        writer.Close();
        foreach (var (name, summary, hasWeight) in StepMembers.OnGpu) Step(name, summary, hasWeight);

        void Step(string name, string summary, bool isWeighed)
        {
            writer.Gap();
            writer.Doc("summary", summary);
            writer.Doc($"param name=\"{own}\"", "The trainer.");
            Parameters(writer);
            writer.Doc($"param name=\"{targets}\"", TargetsText(hasLoss));
            if (isWeighed) writer.Doc($"param name=\"{weight}\"", "What the gradient is multiplied with before it is added.");
            writer.Open($"public static void {name}(this {Of("GpuTrainer")} {own}, {string.Join(", ", AllParameters)}, global::System.ReadOnlySpan<{target}> {targets}{(isWeighed ? $", double {weight} = 1" : "")})");
            Pack(writer);
            writer.Line($"global::NetGen.Gpu.GpuSequences.{name}({own}, {batch}.X, {batch}.Lengths, {targets}{(isWeighed ? $", {weight}" : "")});");
            writer.Close();
        }
    }

    string TargetsText(bool hasLoss) => !hasLoss ? "The gradient of the output." : graph.Output.Type.IsByPosition ? "The targets of each position of the output." : "The targets of each sample.";

    void Exceptions(CodeWriter writer)
    {
        writer.Doc("exception cref=\"global::System.ArgumentException\"", "The sizes don't fit.");
        writer.Doc("exception cref=\"global::System.ArgumentOutOfRangeException\"", $"A sample has no positions or more than the most{(HasIds ? ", or an id isn't one of its vocabulary" : "")}.");
    }

    IEnumerable<string> AllParameters => inputs.Zip(lengths, (input, own) => own is null ? Parameter(input) : $"{Parameter(input)}, {Ints} {own}");

    static string Parameter(SampleInput input) => $"{(input.Type.Element == ElementType.Int32 ? Ints : Floats)} {input.Name}";

    static string AsFloats(SampleInput input) => input.Type.Element == ElementType.Int32 ? $"{Cast}<int, float>({input.Name})" : input.Name;

    void Parameters(CodeWriter writer)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            var name = inputs[i].Name.TrimStart('@');
            writer.Doc($"param name=\"{name}\"", lengths[i] is null ? $"The samples' <c>{name}</c> one after the other, {inputs[i].Text}."
                : $"All positions of the first sample's <c>{name}</c>, then those of the second's, and so on, without padding, {inputs[i].Text}.");
            if (lengths[i] is { } own) writer.Doc($"param name=\"{own}\"", $"How many positions each sample's <c>{name}</c> has.");
        }
    }

    void Pack(CodeWriter writer)
    {
        var first = lengths.First(own => own is not null);
        writer.Line($"var {batch} = new {Packing}({program}.Info, {Values}, {first}.Length, \"{first}\");");
        for (var i = 0; i < inputs.Count; i++) writer.Line($"{batch}.Add({AsFloats(inputs[i])}{(lengths[i] is { } own ? $", {own}, \"{own}\"" : "")});");
    }

    string Free(string name)
    {
        while (!taken.Add(name)) name += "_";
        return name;
    }
}
