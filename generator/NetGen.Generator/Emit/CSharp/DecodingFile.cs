using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints a decoder's pass for one position, and what is known of it at run time.</summary>
static class DecodingFile
{
    public static string Print(LoweredNetwork network, LoweredDecoding decoding, ProgramNames names)
    {
        var writer = FileHeader.Begin(names, "System", "System.Runtime.CompilerServices", "NetGen", "NetGen.Runtime");
        var graph = decoding.Graph;
        var offsets = ProgramNames.Offsets(network.Inference);
        writer.Open($"static unsafe partial class {names.Program}");
        writer.Doc("summary", "What a decoder has to know: the sizes of a text, its caches and its activations, and the pass.");
        writer.Open("internal static readonly DecodingInfo Decoding = new()");
        writer.Line($"Positions = {LayerBuilder.Text(network.Inference.Declared.Input.Size)},");
        writer.Line($"Vocabulary = {LayerBuilder.Text(graph.Output.Shape.Last)},");
        writer.Line($"CacheFloats = {LayerBuilder.Text(decoding.Cache.Floats)},");
        writer.Line($"ActivationFloats = {LayerBuilder.Text(decoding.Arena.FloatsPerSample)},");
        writer.Line($"SharesTokens = {(network.IsWorthThreads ? "true" : "false")},");
        writer.Line("Pass = &Decode,");
        writer.Close("};");

        writer.Gap();
        writer.Doc("summary", "The logits of what follows one more position of a text, which sees itself and the positions that the caches have.");
        writer.Doc("param name=\"x\"", "The position's id, an int.");
        writer.Doc("param name=\"p\"", "The parameters' arena.");
        writer.Doc("param name=\"a\"", "The activations' arena.");
        writer.Doc("param name=\"cache\"", "The keys and values of the positions before, which those of this one join.");
        writer.Doc("param name=\"y\"", $"The logits, [{LayerBuilder.Text(graph.Output.Shape.Last)}]; null for a position that others follow at once.");
        writer.Doc("param name=\"position\"", $"Which position it is, from 0 to {LayerBuilder.Text(network.Inference.Declared.Input.Size - 1)}.");
        ForwardFile.Workers(writer);
        writer.Open("internal static void Decode(float* x, float* p, float* a, float* cache, float* y, int position, int worker, int workers)");
        var printer = new CallPrinter(writer, Pointer, "1");
        var last = decoding.Calls.ToList().FindLastIndex(call => call.Group!.Anchor is CachedAttention);
        for (var c = 0; c < decoding.Calls.Length; c++)
        {
            if (c > 0)
            {
                writer.Gap();
                writer.Line("Workers.Barrier(worker, workers);");
            }
            printer.Print(decoding.Calls[c], ForwardFile.IsShared(decoding.Calls[c]) ? "" : "if (worker == 0) ");
            if (c != last) continue;
            writer.Gap();
            writer.Line("// Later positions need no more of this one than the keys and values that it has left.");
            writer.Line("if (y == null) return;");
        }
        writer.Close();
        writer.Close();
        return writer.ToString();

        string Pointer(Value value)
        {
            var storage = value.Storage;
            if (storage == graph.Input) return "(int*)x";
            if (storage == graph.Output.Storage) return "y";
            if (storage.Op is Parameter parameter) return $"p + {offsets[parameter.FullName]}";
            return storage.Op is Cache ? At("cache", decoding.Cache.Offsets[storage]) : At("a", decoding.Arena.Offsets[storage]);
        }

        static string At(string arena, long offset) => offset == 0 ? arena : $"{arena} + {LayerBuilder.Text(offset)}";
    }
}
