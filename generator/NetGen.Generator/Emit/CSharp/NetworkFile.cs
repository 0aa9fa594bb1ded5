using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;
using static NetGen.Generator.Emit.CSharp.StepMembers;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>
/// Prints what the user's class gets: its members, and nothing else. Every name is qualified, because the class stands among the user's own.
/// </summary>
static class NetworkFile
{
    public static string Print(NetworkModel model, LoweredNetwork network, LossAttribute? loss, ProgramNames names)
    {
        var writer = FileHeader.Begin(nullable: true);
        var type = model.Type;
        var (graph, program) = (network.Inference, names.QualifiedProgram);
        var self = type.Name;
        var target = LossLayer.HasLabels(loss) ? "int" : "float";
        var severalSequences = network.HasSequences && graph.InputParts.Any();
        var parts = model.Forward is null || severalSequences ? null : PartsFile.Of(model.Forward, graph);
        var inputs = severalSequences ? new SequenceInputs(model.Forward!, graph, program) : null;
        if (type.Namespace.Length > 0)
        {
            writer.Line($"namespace {type.Namespace}");
            writer.Open();
        }
        foreach (var container in type.Containers) writer.Open(container.Header);

        ClassSummary.Print(writer, model, graph, loss);
        var continues = network.Decoding switch
        {
            null => null,
            { Source: null } => $"global::NetGen.ILanguageModel<{self}>",
            var decoding => $"global::NetGen.IEncoderDecoder<{self}, {(decoding.IsSourceOfIds ? "int" : "float")}>",
        };
        var decodes = continues is null ? "" : $", {continues}";
        var sequences = network.HasSequences ? ", global::NetGen.ISequenceNetwork" : "";
        writer.Open($"unsafe {type.Declaration} {self} : global::NetGen.ITrainable<{self}, {target}>{decodes}{sequences}");
        ClassSummary.Sizes(writer, graph);
        ClassSummary.Constant(writer, "int", "ArenaBytes", network.BlockFloats * sizeof(float),
            $"Bytes of activations that each thread of {(parts is null && !network.HasSequences ? "<see cref=\"Predict\"/>" : "<c>Predict</c>")} uses.");

        var parameters = NewParameters(program, network.DerivedFloats);
        writer.Line($"readonly global::NetGen.ParameterSet __parameters{(model.Weights is null ? $" = {parameters}" : "")};");
        if (network.BlockFloats > 0)
        {
            writer.Line($"readonly global::NetGen.Runtime.ActivationPool __activations = new global::NetGen.Runtime.ActivationPool({program}.BlockArenaFloats);");
        }
        if (SharesSamples(network)) writer.Line("readonly global::NetGen.Runtime.SampleThreads __threads = new global::NetGen.Runtime.SampleThreads();");
        writer.Gap();
        ClassSummary.Constructor(writer, model, parameters);
        writer.Doc("summary", "Shapes, sizes, layers and parameters.");
        writer.Line($"public static global::NetGen.NetworkInfo Info => {program}.Info;");
        writer.Gap();
        writer.Doc("summary", "The weights and biases, by their names in PyTorch.");
        writer.Line("public global::NetGen.ParameterSet Parameters => __parameters;");

        writer.Gap();
        writer.Doc("summary", "A network with freshly initialised parameters.");
        writer.Doc("param name=\"seed\"", "Equal seeds give equal parameters.");
        writer.Open($"public static {self} Create(ulong seed = 0)");
        writer.Line($"var network = new {self}();");
        writer.Line("network.__parameters.Initialize(seed);");
        writer.Line("return network;");
        writer.Close();

        writer.Gap();
        writer.Doc("summary", "A network with the parameters of a safetensors file, in PyTorch's names, shapes and layouts.");
        writer.Doc("param name=\"path\"", "The file.");
        writer.Doc("exception cref=\"global::System.IO.FileNotFoundException\"", "There is no such file.");
        writer.Doc("exception cref=\"global::System.IO.InvalidDataException\"", "The file is damaged, or its tensors are not this network's.");
        writer.Open($"public static {self} Load(string path)");
        writer.Line($"var network = new {self}();");
        writer.Line("network.__parameters.Load(path);");
        writer.Line("return network;");
        writer.Close();

        writer.Gap();
        writer.Doc("summary", "Writes the parameters as a safetensors file. An older file of that name is replaced in one step, or stays whole.");
        writer.Doc("param name=\"path\"", "The file.");
        writer.Line("public void Save(string path) => __parameters.Save(path);");

        if (inputs is not null) inputs.Predict(writer, network, self);
        else if (network.HasSequences) SequenceMembers.Predict(writer, network, program, self);
        else Predict(writer, network, program, self);
        parts?.Predict(writer);

        writer.Gap();
        writer.Line($"static global::NetGen.TrainingInfo global::NetGen.ITrainable<{self}, {target}>.Training => {program}.Training;");
        writer.Gap();
        writer.Line($"static void global::NetGen.ITrainable<{self}, {target}>.Train(global::NetGen.Runtime.TrainingPass* pass, int worker, int workers) =>");
        writer.Line($"    {program}.Train(pass, worker, workers);");

        if (continues is not null)
        {
            writer.Gap();
            writer.Line($"static global::NetGen.DecodingInfo {continues}.Decoding => {program}.Decoding;");
        }

        writer.Gap();
        writer.Doc("summary", "Trains the network: epochs over shuffled batches, with metrics, early stopping, checkpoints and progress as the options say.");
        writer.Doc("param name=\"train\"", "The samples to learn from.");
        writer.Doc("param name=\"validation\"", "Samples that only measure; null for none.");
        writer.Doc("param name=\"options\"", "Epochs, batch size, optimizer and the like; null for the defaults.");
        writer.Line("public global::NetGen.FitResult Fit(");
        writer.Line($"    global::NetGen.IDataset<{target}> train, global::NetGen.IDataset<{target}>? validation = null, global::NetGen.FitOptions? options = null) =>");
        writer.Line($"    global::NetGen.Training.Fit<{self}, {target}>(this, train, validation, options);");

        writer.Gap();
        writer.Doc("summary", loss is null
            ? "Trains the network step by step. The network declares no loss: a step takes the gradient of one of the caller's with respect to the output."
            : "Trains the network step by step: forward, backward and update on a batch.");
        writer.Open($"public sealed class Trainer : global::NetGen.Trainer<{self}, {target}>");
        writer.Doc("summary", "A trainer of a network.");
        writer.Doc("param name=\"network\"", "The network, whose parameters change with every step.");
        writer.Doc("param name=\"optimizer\"", "How parameters follow gradients.");
        writer.Doc("param name=\"options\"", "Schedule, clipping and the like; null for the defaults.");
        writer.Line($"public Trainer({self} network, global::NetGen.Optimizer optimizer, global::NetGen.TrainerOptions? options = null)");
        writer.Open("    : base(network, optimizer, options)");
        writer.Close();
        parts?.Trainer(writer, target, hasLoss: loss is not null);
        if (InputIds.AreAll(graph)) StepMembers.Print(writer, target, areIds: true, hasLengths: false);
        if (inputs is not null) inputs.Steps(writer, target, hasLoss: loss is not null);
        else if (network.HasSequences) StepMembers.Print(writer, target, InputIds.AreAll(graph), hasLengths: true);
        writer.Close();

        writer.Close();
        foreach (var _ in type.Containers) writer.Close();
        if (type.Namespace.Length > 0) writer.Close();
        return writer.ToString();
    }

    static void Predict(CodeWriter writer, LoweredNetwork network, string program, string self)
    {
        var graph = network.Inference;
        var (ids, vocabulary, different) = (InputIds.AreAll(graph), InputIds.Vocabulary(graph), !InputIds.Different(graph).IsEmpty);
        var x = ids ? "tokens" : "x";
        var buffers = network.BlockFloats > 0;
        var pool = buffers ? "__activations" : "null";
        var parameters = Parameters(network, program);
        writer.Gap();
        writer.Doc("summary", "The output of one sample or of a batch. Several threads may call it at once; nothing is allocated once its buffers exist.");
        writer.Doc($"param name=\"{x}\"", $"The samples one after the other, {(different ? Parts(graph) : new SampleInput(x, 0, graph.Input.Type, vocabulary).Text)}.");
        writer.Doc("param name=\"y\"", $"Receives the output, {graph.Output.Type}.");
        writer.Doc("exception cref=\"global::System.ArgumentException\"", "The sizes don't fit, or the two overlap in memory.");
        if (vocabulary is not null) writer.Doc("exception cref=\"global::System.ArgumentOutOfRangeException\"", $"An id isn't one of {(different ? "its" : "the")} vocabulary.");
        writer.Open($"public void Predict({(ids ? Ints : Floats)} {x}, global::System.Span<float> y)");
        if (vocabulary is { } size && !different) writer.Line($"global::NetGen.Runtime.Guard.Tokens(tokens, InputSize, {LayerBuilder.Text(size)});");
        if (ids) writer.Line($"var x = {Cast}<int, float>(tokens);");
        if (different) writer.Line("global::NetGen.Runtime.Guard.Ids(x, Info);");
        writer.Open("fixed (float* px = x, py = y)");
        writer.Open($"if (x.Length == {LayerBuilder.Text(graph.Input.Size)} && y.Length == {LayerBuilder.Text(graph.Output.Size)})");
        writer.Line("global::NetGen.Runtime.Guard.NoOverlap(px, InputSize, py, OutputSize);");
        var whole = network.Single is [{ Group: null }];
        var workers = network.Single.Any(ForwardFile.IsShared) ? ", 0, 1" : "";
        if (SharesSamples(network))
        {
            writer.Line($"global::NetGen.Runtime.Inference.RunSingle(&{program}.ForwardSingle, px, py, {parameters}, {pool}, __threads);");
        }
        else if (whole || !buffers) writer.Line($"{program}.ForwardSingle(px, {parameters}, null, py{workers});");
        else
        {
            writer.Line("var arena = __activations.Rent();");
            writer.Line($"{program}.ForwardSingle(px, {parameters}, arena.Pointer, py{workers});");
            writer.Line("__activations.Return(arena);");
        }
        writer.Close();
        writer.Open("else");
        writer.Line($"int n = global::NetGen.Runtime.Guard.Samples(x.Length, InputSize, y.Length, OutputSize{(ids ? ", \"tokens\"" : "")});");
        writer.Line("global::NetGen.Runtime.Guard.NoOverlap(x, y);");
        writer.Line("global::NetGen.Runtime.Inference.Run(");
        writer.Line($"    &{program}.Forward, px, InputSize, py, OutputSize, {parameters}, n, {program}.BlockSamples, Flops, {pool});");
        writer.Close();
        writer.Close();
        writer.Line("global::System.GC.KeepAlive(this);");
        writer.Close();
        if (!ids) return;
        writer.Gap();
        writer.Line($"void global::NetGen.INetwork<{self}>.Predict({Floats} x, global::System.Span<float> y) =>");
        writer.Line($"    Predict({Cast}<float, int>(x), y);");
    }

    /// <summary>What the inputs are that a sample is made of, for documentation.</summary>
    static string Parts(NetworkGraph graph) =>
        $"{graph.Input.Type}, each with its inputs one after the other: {string.Join("; ", InputIds.InputsOf(graph).Select(input => $"<c>{input.Name}</c>, {input.Text}"))}"
        + (InputIds.AreAll(graph) ? "" : ". Ids are given as floats with their bits, by <see cref=\"global::System.BitConverter.Int32BitsToSingle\"/>");

    /// <summary>A network's own parameters.</summary>
    public static string NewParameters(string program, long derivedFloats) =>
        $"new global::NetGen.ParameterSet({program}.Info{(derivedFloats > 0 ? ", derived: true" : "")})";

    /// <summary>The parameters' arena, with what follows from them.</summary>
    public static string Parameters(LoweredNetwork network, string program) => network.DerivedFloats > 0 ? $"__parameters.Prepare(&{program}.Derive)" : "__parameters.Pointer";

    /// <summary>Whether threads may share the layers of one sample.</summary>
    static bool SharesSamples(LoweredNetwork network) => network.IsWorthThreads && network.Single.Any(ForwardFile.IsShared);
}
