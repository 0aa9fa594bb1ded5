using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints inference: a block of samples through all layers, and one sample.</summary>
static class ForwardFile
{
    public static string Print(LoweredNetwork network, ProgramNames names)
    {
        var writer = FileHeader.Begin(names, "System", "System.Runtime.CompilerServices", "NetGen.Runtime");
        var graph = network.Inference;
        var offsets = ProgramNames.Offsets(graph);
        var sequences = network.HasSequences ? new SequenceLocals(graph) : null;
        writer.Open($"static unsafe partial class {names.Program}");
        writer.Doc("summary", "The samples that go through all layers at a time.");
        writer.Line($"internal const int BlockSamples = {LayerBuilder.Text(network.BlockSamples)};");
        writer.Gap();
        writer.Doc("summary", "Floats of activations for a block.");
        writer.Line($"internal const int BlockArenaFloats = {LayerBuilder.Text(network.BlockFloats)};");

        writer.Gap();
        if (network.DerivedFloats > 0)
        {
            writer.Doc("summary", "What parameters alone decide, and inference needs: written behind them, when they have changed.");
            writer.Doc("param name=\"p\"", "The parameters' arena.");
            writer.Open("internal static void Derive(float* p)");
            foreach (var call in network.Derived) new CallPrinter(writer, v => Pointer(v, 1), "1", alone: true).Print(call);
            writer.Close();
            writer.Gap();
        }
        writer.Doc("summary", "The output of up to <see cref=\"BlockSamples\"/> samples.");
        Outline(writer, network);
        var isOfSeveral = sequences is { AreSeveral: true };
        var x = isOfSeveral ? $"The inputs of all samples: {string.Join("; ", InputIds.InputsOf(graph).Select(input => $"{input.Name}, {input.Type}"))}." : $"The samples, {graph.Input.Type}.";
        Arguments(writer, x, $"The output, {graph.Output.Type}.", "How many samples.", network.HasSequences, isOfSeveral);
        var samples = isOfSeveral ? "int* offsets, int all, int first, int n" : network.HasSequences ? "int* offsets, int n" : "int n";
        writer.Open($"internal static void Forward(float* x, float* p, float* a, float* y, {samples})");
        sequences?.BeginInference(writer);
        var printer = new CallPrinter(writer, v => Pointer(v, network.BlockSamples), "n", alone: true, positions: sequences?.OfInference);
        foreach (var call in network.Forward) printer.Print(call);
        writer.Close();
        if (network.HasSequences)
        {
            writer.Close();
            return writer.ToString();
        }

        writer.Gap();
        writer.Doc("summary", "The output of one sample.");
        Arguments(writer, $"The sample, {graph.Input.Shape}.", $"The output, {graph.Output.Shape}.", n: null);
        var shared = network.Single.Any(IsShared);
        if (shared) Workers(writer);
        writer.Open($"internal static void ForwardSingle(float* x, float* p, float* a, float* y{(shared ? ", int worker, int workers" : "")})");
        var single = new CallPrinter(writer, v => Pointer(v, 1), "1", alone: !shared);
        for (var c = 0; c < network.Single.Length; c++)
        {
            if (shared && c > 0)
            {
                writer.Gap();
                writer.Line("Workers.Barrier(worker, workers);");
            }
            single.Print(network.Single[c], shared && !IsShared(network.Single[c]) ? "if (worker == 0) " : "");
        }
        writer.Close();
        writer.Close();
        return writer.ToString();

        string Pointer(Value value, int samples)
        {
            var storage = value.Storage;
            if (storage.Op is Input) return storage.Type.Element == ElementType.Int32 ? "(int*)x" : "x";
            if (storage.Op is InputPart own && sequences is not null) return $"{(own.Element == ElementType.Int32 ? "(int*)" : "")}{sequences.Pointer(own)}";
            if (storage.Op is InputPart part) return $"{(part.Element == ElementType.Int32 ? "(int*)x" : "x")}{(part.First == 0 ? "" : $" + {LayerBuilder.Text(part.First)}")}";
            if (storage == graph.Output.Storage) return "y";
            if (storage.Op is Parameter parameter) return $"p + {offsets[parameter.FullName]}";
            var offset = storage.Type.Batched
                ? (long)network.InferenceArena.Offsets[storage] * samples
                : (long)network.Parameters.Floats + network.InferenceArena.FixedOffsets[storage];
            if (!storage.Type.Batched) return $"p + {LayerBuilder.Text(offset)}";
            return offset == 0 ? "a" : $"a + {LayerBuilder.Text(offset)}";
        }
    }

    /// <summary>Whether workers share a kernel of <see cref="LoweredNetwork.Single"/>.</summary>
    public static bool IsShared(KernelCall call) => call.Kernel.IsShared;

    public static void Workers(CodeWriter writer)
    {
        writer.Doc("param name=\"worker\"", "Which worker this is.");
        writer.Doc("param name=\"workers\"", "How many share the outputs of each layer.");
    }

    static void Arguments(CodeWriter writer, string x, string y, string? n, bool hasSequences = false, bool isOfSeveral = false)
    {
        writer.Doc("param name=\"x\"", x);
        writer.Doc("param name=\"p\"", "The parameters' arena.");
        writer.Doc("param name=\"a\"", "The activations' arena.");
        writer.Doc("param name=\"y\"", y);
        if (hasSequences)
        {
            writer.Doc("param name=\"offsets\"", "Where the positions of each sample begin, in a count of those of all samples, and where the last one's end"
                + (isOfSeveral ? "; for each input that has positions." : "."));
        }
        if (isOfSeveral) writer.Doc("param name=\"all\"", "How many samples the inputs are of.");
        if (isOfSeveral) writer.Doc("param name=\"first\"", "The first of those that are computed.");
        if (n is not null) writer.Doc("param name=\"n\"", n);
    }

    static void Outline(CodeWriter writer, LoweredNetwork network)
    {
        // What follows from parameters alone belongs to no sample.
        var rows = network.Forward.SelectMany(call => call.Group!.Members is { Length: > 0 } members ? members : [call.Group]).Where(group => group.Last.Type.Batched)
            .Select(group => (Formulas: Formulas.Of(group).Split([Formulas.Separator], StringSplitOptions.None), Type: group.Last.Type.ToString(),
                Unit: group.Last.Type.IsByPosition ? "position" : "sample", Flops: group.Values.Sum(v => v.Op.Flops(v)))).ToList();
        var (formula, type) = (rows.Max(r => r.Formulas.Last().Length), rows.Max(r => r.Type.Length));
        writer.Doc("remarks",
        [
            "<code>",
            .. rows.SelectMany(r => r.Formulas.Take(r.Formulas.Length - 1).Select(CodeWriter.Xml)
                .Append($"{CodeWriter.Xml(r.Formulas.Last().PadRight(formula))}  {r.Type.PadRight(type)}  {Text.Grouped(r.Flops)} FLOPs a {r.Unit}")),
            "</code>",
        ]);
    }
}
