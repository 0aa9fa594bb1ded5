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
        writer.Open("internal static void Train(TrainingPass* pass, int worker, int workers)");
        writer.Line("int n = pass->Samples;");
        writer.Line("Workers.Split(n, worker, workers, out int first, out int last);");
        writer.Line("int rows = last - first;");
        writer.Line("float* p = pass->Parameters;");
        if (gradients.Count > 0) writer.Line("float* g = pass->Gradients;");
        if (network.TrainingArena.FixedFloats > 0) writer.Line("float* once = pass->Arena;");
        if (network.TrainingArena.FloatsPerSample > 0) writer.Line($"float* a = pass->Arena{Plus(network.TrainingArena.FixedFloats)};");
        var ignored = network.Loss is LabelLoss labels ? LayerBuilder.Text(labels.IgnoreIndex) : "";
        writer.Line(network.Loss.Mean switch
        {
            LossMean.Labels => $"float divisor = Losses.CountLabels((int*)pass->Target, n, ignore: {ignored});",
            LossMean.Samples => "float divisor = n;",
            _ => "float divisor = 1;",
        });
        writer.Line(network.Loss.Mean == LossMean.Labels ? "float scale = divisor == 0 ? 0 : pass->Scale / divisor;" : "float scale = pass->Scale / divisor;");

        var buffers = network.TrainingArena.Offsets.OrderBy(b => b.Value).ToList();
        var locals = Locals(buffers.Select(b => b.Key), network.Kernels.Select(k => k.Name));
        if (buffers.Count > 0)
        {
            writer.Gap();
            writer.Line("// Activations and their gradients, each a buffer for all samples.");
            foreach (var (value, offset) in buffers.Select(b => (b.Key, b.Value)))
            {
                writer.Line($"float* {locals[value]} = a{(offset == 0 ? "" : $" + (nint)n * {LayerBuilder.Text(offset)}")};");
            }
        }
        for (var stage = 0; stage < network.Stages.Length; stage++)
        {
            if (stage > 0)
            {
                writer.Gap();
                writer.Line("Workers.Barrier(worker, workers);");
            }
            foreach (var run in network.Stages[stage]) Run(run);
        }
        writer.Gap();
        writer.Line("Workers.Barrier(worker, workers);");
        writer.Line($"if (worker == 0) pass->Loss = Losses.{(network.Loss.Mean == LossMean.Sum ? "Sum(pass->Losses, n)" : "Mean(pass->Losses, n, divisor)")};");
        writer.Close();
        writer.Close();
        return writer.ToString();

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
                var shared = call.Kernel.Arguments.Any(a => a.Binding == Binding.Worker);
                var (from, rows) = run.BlockSamples is null ? ("first", "rows") : ("start", "samples");
                new CallPrinter(writer, v => Pointer(v, shared ? null : from), rows, from).Print(call);
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
                Input => ("pass->X", storage.Size),
                Target => storage.Type.Element == ElementType.Int32 ? ("(int*)pass->Target", 1) : ("(float*)pass->Target", storage.Size),
                LossOp => ("pass->Losses", 1),
                _ when !storage.Type.Batched => ($"once{Plus(network.TrainingArena.FixedOffsets[storage])}", 0),
                _ => (locals[storage], storage.Type.ArenaFloats),
            };
            return from is null || pitch == 0 ? pointer : pitch == 1 ? $"{pointer} + {from}" : $"{pointer} + (nint){from} * {LayerBuilder.Text(pitch)}";
        }
    }

    static string Plus(int offset) => offset == 0 ? "" : $" + {LayerBuilder.Text(offset)}";

    /// <summary>A name for each buffer: the value's where it is one, with a number where another has it.</summary>
    static Dictionary<Value, string> Locals(IEnumerable<Value> values, IEnumerable<string> kernels)
    {
        var taken = new HashSet<string>(
            kernels.Concat("Workers Losses pass worker workers n first last rows start samples Math p g a once divisor scale".Split(' ')), StringComparer.Ordinal);
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
