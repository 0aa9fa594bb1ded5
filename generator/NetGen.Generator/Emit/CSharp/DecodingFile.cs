using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints a decoder's passes, for one position and for a block of them, and what is known of it at run time.</summary>
static class DecodingFile
{
    public static string Print(LoweredNetwork network, LoweredDecoding decoding, ProgramNames names)
    {
        var writer = FileHeader.Begin(names, "System", "System.Runtime.CompilerServices", "NetGen", "NetGen.Runtime");
        var (one, block) = (decoding.OnePosition, decoding.Block);
        var positions = network.Inference.Declared.Input.Size;
        var (vocabulary, most) = (LayerBuilder.Text(one.Graph.Output.Shape.Last), LayerBuilder.Text(block.Graph.Input.Type.Sequence!.Max));
        var offsets = ProgramNames.Offsets(network.Inference);
        writer.Open($"static unsafe partial class {names.Program}");
        writer.Doc("summary", "What a decoder has to know: the sizes of a text, its caches and its activations, and the passes.");
        writer.Open("internal static readonly DecodingInfo Decoding = new()");
        writer.Line($"Positions = {LayerBuilder.Text(positions)},");
        writer.Line($"Vocabulary = {vocabulary},");
        writer.Line($"CacheFloats = {LayerBuilder.Text(one.Cache.Floats)},");
        writer.Line($"ActivationFloats = {LayerBuilder.Text(one.Arena.FloatsPerSample)},");
        writer.Line($"SharesTokens = {(network.IsWorthThreads ? "true" : "false")},");
        writer.Line("Pass = &Decode,");
        writer.Line($"BlockPositions = {most},");
        writer.Line($"BlockFloats = {LayerBuilder.Text(block.Arena.FloatsPerSample)},");
        writer.Line("BlockPass = &DecodeBlock,");
        writer.Close("};");

        writer.Gap();
        writer.Doc("summary", "The logits of what follows one more position of a text, which sees itself and the positions that the caches have.");
        writer.Doc("param name=\"x\"", "The position's id, an int.");
        Arenas("The keys and values of the positions before, which those of this one join.");
        writer.Doc("param name=\"y\"", $"The logits, [{vocabulary}].");
        writer.Doc("param name=\"position\"", $"Which position it is, from 0 to {LayerBuilder.Text(positions - 1)}.");
        ForwardFile.Workers(writer);
        writer.Open("internal static void Decode(float* x, float* p, float* a, float* cache, float* y, int position, int worker, int workers)");
        var printer = new CallPrinter(writer, value => Pointer(one, value), "1");
        for (var c = 0; c < one.Calls.Length; c++)
        {
            if (c > 0)
            {
                writer.Gap();
                writer.Line("Workers.Barrier(worker, workers);");
            }
            printer.Print(one.Calls[c], ForwardFile.IsShared(one.Calls[c]) ? "" : "if (worker == 0) ");
        }
        writer.Close();

        writer.Gap();
        writer.Doc("summary", "The keys and values of more positions of a text, each of which sees itself and those before it. Another position follows them, and has logits.");
        writer.Doc("param name=\"x\"", "The ids of this worker's positions, ints.");
        Arenas("The keys and values of the positions before, which those of these join.");
        writer.Doc("param name=\"position\"", "Which position this worker's first one is.");
        writer.Doc("param name=\"n\"", $"How many positions this worker has, at most {most}.");
        writer.Doc("param name=\"worker\"", "Which worker this is.");
        writer.Doc("param name=\"workers\"", "How many share the positions. They meet in each attention, where those of one need the keys of others.");
        writer.Open("internal static void DecodeBlock(float* x, float* p, float* a, float* cache, int position, int n, int worker, int workers)");
        if (block.Calls.Any(call => call.Kernel.Arguments.Any(argument => argument.Binding == Binding.Offsets)))
        {
            writer.Line("// The positions are those of one sample.");
            writer.Line("int* offsets = stackalloc int[] { 0, n };");
        }
        var blockPrinter = new CallPrinter(writer, value => Pointer(block, value), "1", positions: new("n", "n", "0", "offsets", "offsets"));
        foreach (var call in block.Calls) blockPrinter.Print(call);
        writer.Close();
        writer.Close();
        return writer.ToString();

        void Arenas(string cache)
        {
            writer.Doc("param name=\"p\"", "The parameters' arena.");
            writer.Doc("param name=\"a\"", "The activations' arena.");
            writer.Doc("param name=\"cache\"", cache);
        }

        string Pointer(LoweredPositions pass, Value value)
        {
            var storage = value.Storage;
            if (storage == pass.Graph.Input) return "(int*)x";
            if (storage == pass.Graph.Output.Storage) return "y";
            if (storage.Op is Parameter parameter) return $"p + {offsets[parameter.FullName]}";
            return storage.Op is Cache ? At("cache", pass.Cache.Offsets[storage]) : At("a", pass.Arena.Offsets[storage]);
        }

        static string At(string arena, long offset) => offset == 0 ? arena : $"{arena} + {LayerBuilder.Text(offset)}";
    }
}
