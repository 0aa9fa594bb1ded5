using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints a training step: forward, loss and backward, in stages with a barrier between them.</summary>
static class BackwardFile
{
    /// <summary>What C# keeps for itself, and a layer may be called.</summary>
    static readonly HashSet<string> Keywords = new((
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern "
        + "false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override "
        + "params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof "
        + "uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' '), StringComparer.Ordinal);

    public static string Print(LoweredNetwork network, ProgramNames names)
    {
        var writer = FileHeader.Begin(names, "System", "System.Runtime.CompilerServices", "NetGen.Runtime");
        var graph = network.Training.Graph;
        var offsets = ProgramNames.Offsets(graph);
        var gradients = network.Training.ParameterGradients.ToDictionary(p => p.Gradient.Storage, p => p.Parameter);
        writer.Open($"static unsafe partial class {names.Program}");
        writer.Doc("summary", "The loss of a batch and the gradients of all parameters.");
        writer.Doc("remarks",
            "Workers share the samples, or the parts of a sum over all samples; neither changes a result, so that it is the same to the bit however many",
            "workers there are. They meet at the barriers.");
        writer.Doc("param name=\"pass\"", "The batch, the parameters and the arenas.");
        writer.Doc("param name=\"worker\"", "Which worker this is.");
        writer.Doc("param name=\"workers\"", "How many there are.");
        var parts = Parts(network.Stages);
        var buffers = network.TrainingArena.Offsets.OrderBy(b => b.Value).ThenBy(b => b.Key.Id).ToList();
        var sequences = network.HasSequences ? new SequenceLocals(graph) : null;
        var locals = Locals(buffers.Select(b => b.Key), network.Kernels.Select(k => k.Name).Concat(OwnNames.Split(' ')).Concat(sequences?.Names ?? []));
        writer.Open("internal static void Train(TrainingPass* pass, int worker, int workers)");
        if (parts.Count == 1) Body(parts[0], isLast: true);
        for (var i = 0; i < parts.Count && parts.Count > 1; i++) writer.Line($"Train{LayerBuilder.Text(i + 1)}(pass, worker, workers);");
        writer.Close();
        for (var i = 0; i < parts.Count && parts.Count > 1; i++)
        {
            writer.Gap();
            var number = LayerBuilder.Text(i + 1);
            writer.Doc("summary", $"Part {number} of {LayerBuilder.Text(parts.Count)} of <see cref=\"Train\"/>, each of which is small enough to be optimised.");
            writer.Open($"static void Train{number}(TrainingPass* pass, int worker, int workers)");
            Body(parts[i], isLast: i == parts.Count - 1);
            writer.Close();
        }
        writer.Close();
        return writer.ToString();

        void Body(List<(bool AfterBarrier, StageRun Run)> part, bool isLast)
        {
            var arguments = part.SelectMany(p => p.Run.Calls).SelectMany(call => call.Kernel.Arguments).ToList();
            writer.Line("int n = pass->Samples;");
            if (sequences is not null) sequences.BeginTraining(writer);
            else if (network.SamplesTogether == 1) writer.Line("Workers.Split(n, worker, workers, out int first, out int last);");
            else
            {
                var together = LayerBuilder.Text(network.SamplesTogether);
                writer.Line($"// Images of {together} samples lie together.");
                writer.Line($"int room = (n + {LayerBuilder.Text(network.SamplesTogether - 1)}) / {together} * {together};");
                writer.Line($"Workers.Split(room / {together}, worker, workers, out int first, out int last);");
                writer.Line($"first *= {together};");
                writer.Line($"last = Math.Min(last * {together}, n);");
            }
            writer.Line("int rows = last - first;");
            writer.Line("float* p = pass->Parameters;");
            if (gradients.Count > 0) writer.Line("float* g = pass->Gradients;");
            if (network.TrainingArena.FixedFloats > 0) writer.Line("float* once = pass->Arena;");
            if (network.TrainingArena.FloatsPerSample > 0) writer.Line($"float* a = pass->Arena{Plus(network.TrainingArena.FixedFloats)};");
            if (isLast || arguments.Any(a => a.Binding == Binding.Scale)) Scale();
            var used = new HashSet<Value>(arguments.Where(a => a.Value is not null).Select(a => a.Value!.Storage));
            if (buffers.Any(b => used.Contains(b.Key)))
            {
                writer.Gap();
                writer.Line("// Activations and their gradients, each a buffer for all samples, which some have one after the other.");
                foreach (var (value, offset) in buffers.Where(b => used.Contains(b.Key)).Select(b => (b.Key, b.Value)))
                {
                    writer.Line($"float* {locals[value]} = a{(offset == 0 ? "" : $" + (nint){(network.SamplesTogether == 1 ? "n" : "room")} * {LayerBuilder.Text(offset)}")};");
                }
            }
            foreach (var (afterBarrier, run) in part)
            {
                if (afterBarrier)
                {
                    writer.Gap();
                    writer.Line("Workers.Barrier(worker, workers);");
                }
                Run(run);
            }
            if (!isLast) return;
            writer.Gap();
            writer.Line("Workers.Barrier(worker, workers);");
            var losses = CountOf(graph.Loss!);
            var loss = network.Loss.Mean == LossMean.Sum ? $"Sum(pass->Losses, {losses})" : $"Mean(pass->Losses, {losses}, divisor)";
            writer.Line($"if (worker == 0) pass->Loss = Losses.{loss};");
        }

        void Scale()
        {
            var ignored = network.Loss is LabelLoss labels ? LayerBuilder.Text(labels.IgnoreIndex) : "";
            var labelsOfSample = graph.Loss!.Inputs[1].Size;
            var n = CountOf(graph.Loss!);
            var rows = labelsOfSample == 1 ? "" : $" * {LayerBuilder.Text(labelsOfSample)}";
            writer.Line(network.Loss.Mean switch
            {
                LossMean.Labels => $"float divisor = Losses.CountLabels((int*)pass->Target, {n}{rows}, ignore: {ignored});",
                LossMean.Samples => $"float divisor = {n};",
                _ => "float divisor = 1;",
            });
            writer.Line($"float scale = {(network.Loss.Mean == LossMean.Labels ? "divisor == 0 ? 0 : " : "")}pass->Scale / divisor;");
        }

        // How many there are of a value in the batch.
        string CountOf(Value value) => value.Type is { IsByPosition: true, Sequence: { } sequence } ? $"{sequences!.Offsets(sequence)}[n]" : "n";

        void Run(StageRun run)
        {
            if (run.BlockSamples is { } block)
            {
                writer.Gap();
                writer.Line("// A few samples go through all of these at a time, while their images are in the cache.");
                writer.Open($"for (int start = first; start < last; start += {LayerBuilder.Text(block)})");
                writer.Line($"int samples = Math.Min({LayerBuilder.Text(block)}, last - start);");
            }
            foreach (var call in run.Calls)
            {
                var shared = call.Kernel.IsShared;
                var (from, rows) = run.BlockSamples is null ? ("first", "rows") : ("start", "samples");
                new CallPrinter(writer, v => Pointer(v, shared ? null : from), rows, from, positions: sequences?.OfTraining,
                    accumulates: group => group.Values.Any(v => gradients.ContainsKey(v.Storage))).Print(call);
            }
            if (run.BlockSamples is not null) writer.Close();
        }

        // From the given sample on, or of all samples.
        string Pointer(Value value, string? from)
        {
            var storage = value.Storage;
            if (gradients.TryGetValue(storage, out var parameter)) return $"g + {offsets[((Parameter)parameter.Op).FullName]}";
            var (pointer, pitch) = storage.Op switch
            {
                Parameter parameterOp => ($"p + {offsets[parameterOp.FullName]}", 0),
                Input => (storage.Type.Element == ElementType.Int32 ? "(int*)pass->X" : "pass->X", storage.Size),
                InputPart part when sequences is not null => ($"{(part.Element == ElementType.Int32 ? "(int*)" : "")}{sequences.Pointer(part)}", part.Pitch),
                InputPart part => ($"{(part.Element == ElementType.Int32 ? "(int*)" : "")}pass->X{Plus(part.First)}", part.Pitch),
                Target => storage.Type.Element == ElementType.Int32 ? ("(int*)pass->Target", storage.Size) : ("(float*)pass->Target", storage.Size),
                LossOp => ("pass->Losses", 1),
                _ when !storage.Type.Batched => ($"once{Plus(network.TrainingArena.FixedOffsets[storage])}", 0),
                _ => (locals[storage], storage.Type.StepFloats),
            };
            if (from is not null && storage.Type is { IsByPosition: true, Sequence: { } of }) from = sequences!.FirstPosition(of);
            return from is null || pitch == 0 ? pointer : pitch == 1 ? $"{pointer} + {from}" : $"{pointer} + (nint){from} * {LayerBuilder.Text(pitch)}";
        }
    }

    /// <summary>The runs of all stages in order, in parts that are a method each; and which of them the workers meet before.</summary>
    static List<List<(bool AfterBarrier, StageRun Run)>> Parts(ImmutableArray<ImmutableArray<StageRun>> stages)
    {
        var parts = new List<List<(bool, StageRun)>> { new() };
        var calls = 0;
        for (var stage = 0; stage < stages.Length; stage++)
        {
            var afterBarrier = stage > 0;
            foreach (var run in stages[stage].SelectMany(Cut))
            {
                if (calls > 0 && calls + run.Calls.Length > UnrollPolicy.MethodCalls)
                {
                    parts.Add([]);
                    calls = 0;
                }
                parts[parts.Count - 1].Add((afterBarrier, run));
                calls += run.Calls.Length;
                afterBarrier = false;
            }
        }
        return parts;
    }

    /// <summary>A run in pieces that fit into a method.</summary>
    static IEnumerable<StageRun> Cut(StageRun run)
    {
        for (var first = 0; first < run.Calls.Length; first += UnrollPolicy.MethodCalls)
        {
            yield return run with { Calls = [.. run.Calls.Skip(first).Take(UnrollPolicy.MethodCalls)] };
        }
    }

    static string Plus(long offset) => offset == 0 ? "" : $" + {LayerBuilder.Text(offset)}";

    /// <summary>What the code calls by names of its own.</summary>
    const string OwnNames = "Workers Losses pass worker workers n room first last rows start samples Math p g a once divisor scale";

    /// <summary>A name for each buffer: the value's where it is one, with a number where another has it.</summary>
    static Dictionary<Value, string> Locals(IEnumerable<Value> values, IEnumerable<string> others)
    {
        var taken = new HashSet<string>(others, StringComparer.Ordinal);
        var names = new Dictionary<Value, string>();
        foreach (var value in values)
        {
            var name = string.Concat(value.Name.Replace("∂", "d_").Select(c => char.IsLetterOrDigit(c) ? c : '_'));
            if (Keywords.Contains(name)) name = "@" + name;
            var unique = name;
            for (var i = 2; !taken.Add(unique); i++) unique = $"{name}_{LayerBuilder.Text(i)}";
            names.Add(value, unique);
        }
        return names;
    }
}
