using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints a decoder's passes, for one position, for a block of them and for a source, and what is known of it at run time.</summary>
static class DecodingFile
{
    public static string Print(LoweredNetwork network, LoweredDecoding decoding, ProgramNames names)
    {
        var writer = FileHeader.Begin(names, "System", "System.Runtime.CompilerServices", "NetGen", "NetGen.Runtime");
        var (one, block, source) = (decoding.OnePosition, decoding.Block, decoding.Source);
        var positions = network.Inference.Declared.Output.Shape.Axes[0];
        var (vocabulary, most) = (LayerBuilder.Text(one.Graph.Output.Shape.Last), LayerBuilder.Text(block.Graph.Input.Type.Sequence!.Max));
        var offsets = ProgramNames.Offsets(network.Inference);
        const string earlier = "The keys and values of the positions before";
        var ofSource = source is null ? "" : ", and what is kept of the source";
        writer.Open($"static unsafe partial class {names.Program}");
        writer.Doc("summary", "What a decoder has to know: the sizes of a text, its caches and its activations, and the passes.");
        writer.Open("internal static readonly DecodingInfo Decoding = new()");
        writer.Line($"Positions = {LayerBuilder.Text(positions)},");
        writer.Line($"Vocabulary = {vocabulary},");
        writer.Line($"CacheFloats = {LayerBuilder.Text(decoding.CacheFloats)},");
        writer.Line($"ActivationFloats = {LayerBuilder.Text(one.Arena.FloatsPerSample)},");
        writer.Line($"SharesTokens = {(network.IsWorthThreads ? "true" : "false")},");
        writer.Line("Pass = &Decode,");
        writer.Line($"BlockPositions = {most},");
        writer.Line($"BlockFloats = {LayerBuilder.Text(block.Arena.FloatsPerSample)},");
        writer.Line("BlockPass = &DecodeBlock,");
        if (source is not null) Source(source);
        writer.Close("};");

        writer.Gap();
        writer.Doc("summary", "The logits of what follows one more position of a text, which sees itself and the positions that the caches have.");
        writer.Doc("param name=\"x\"", "The position's id, an int.");
        Arenas($"{earlier}, which those of this one join{ofSource}.");
        writer.Doc("param name=\"y\"", $"The logits, [{vocabulary}].");
        writer.Doc("param name=\"position\"", $"Which position it is, from 0 to {LayerBuilder.Text(positions - 1)}.");
        ForwardFile.Workers(writer);
        writer.Open("internal static void Decode(float* x, float* p, float* a, float* cache, float* y, int position, int worker, int workers)");
        Shared(one);
        writer.Close();

        writer.Gap();
        writer.Doc("summary", "The keys and values of more positions of a text, each of which sees itself and those before it. Another position follows them, and has logits.");
        writer.Doc("param name=\"x\"", "The ids of this worker's positions, ints.");
        Arenas($"{earlier}, which those of these join{ofSource}.");
        writer.Doc("param name=\"position\"", "Which position this worker's first one is.");
        writer.Doc("param name=\"n\"", $"How many positions this worker has, at most {most}.");
        writer.Doc("param name=\"worker\"", "Which worker this is.");
        writer.Doc("param name=\"workers\"", "How many share the positions. They meet in each attention, where those of one need the keys of others.");
        writer.Open("internal static void DecodeBlock(float* x, float* p, float* a, float* cache, int position, int n, int worker, int workers)");
        Positions(block, 0, alone: false);
        writer.Close();
        if (source is not null)
        {
            writer.Gap();
            writer.Doc("summary", "What the positions of a text need of its source, once for all of them.");
            var inputs = string.Join("; ", decoding.SourceInputs.Select(input => $"<c>{input.Name}</c>, {input.Type.Shape}"));
            writer.Doc("param name=\"x\"", $"The source{(decoding.SourceInputs.Length > 1 ? ", its inputs one after the other" : "")}: {inputs}.");
            Arenas("Receives the keys and values that positions look up, and what else they need.");
            if (decoding.SourcePositions is { } sequence)
            {
                writer.Doc("param name=\"n\"", $"How many positions the source has, at most {LayerBuilder.Text(sequence.Max)}.");
                writer.Open("internal static void Encode(float* x, float* p, float* a, float* cache, int n)");
                Positions(source, sequence.Index, alone: true);
            }
            else
            {
                ForwardFile.Workers(writer);
                writer.Open("internal static void Encode(float* x, float* p, float* a, float* cache, int worker, int workers)");
                Shared(source);
            }
            writer.Close();
        }
        writer.Close();
        return writer.ToString();

        void Source(DecoderPass pass)
        {
            writer.Open("Source = new()");
            writer.Line($"Size = {LayerBuilder.Text(decoding.SourceInputs.Sum(input => input.Type.Shape.Size))},");
            ParametersFile.Ids(writer, decoding.SourceInputs.Where(input => input.Vocabulary is not null));
            writer.Line($"ActivationFloats = {LayerBuilder.Text(pass.Arena.FloatsPerSample + pass.Arena.FixedFloats)},");
            if (decoding.SourcePositions is { } sequence) writer.Line($"MaxPositions = {LayerBuilder.Text(sequence.Max)},");
            writer.Line($"{(decoding.SourcePositions is null ? "Pass" : "PositionsPass")} = &Encode,");
            writer.Close("},");
        }

        // Kernels on n positions of one sample, whatever the number is that these have among the network's inputs.
        void Positions(DecoderPass pass, int sequence, bool alone)
        {
            if (pass.Calls.Any(call => call.Kernel.Arguments.Any(argument => argument.Binding == Binding.Offsets)))
            {
                writer.Line("// The positions are those of one sample.");
                writer.Line("int* offsets = stackalloc int[] { 0, n };");
            }
            var texts = Enumerable.Repeat(new PositionTexts("n", "n", "0", "offsets", "offsets"), sequence + 1).ToList();
            var printer = new CallPrinter(writer, value => Pointer(pass, value), "1", alone: alone, positions: texts);
            foreach (var call in pass.Calls) printer.Print(call);
        }

        // Kernels of whose parts each worker has its own, or of which the first worker has all.
        void Shared(DecoderPass pass)
        {
            var printer = new CallPrinter(writer, value => Pointer(pass, value), "1");
            for (var c = 0; c < pass.Calls.Length; c++)
            {
                if (c > 0)
                {
                    writer.Gap();
                    writer.Line("Workers.Barrier(worker, workers);");
                }
                printer.Print(pass.Calls[c], ForwardFile.IsShared(pass.Calls[c]) ? "" : "if (worker == 0) ");
            }
        }

        void Arenas(string cache)
        {
            writer.Doc("param name=\"p\"", "The parameters' arena.");
            writer.Doc("param name=\"a\"", "The activations' arena.");
            writer.Doc("param name=\"cache\"", cache);
        }

        string Pointer(DecoderPass pass, Value value)
        {
            var storage = value.Storage;
            if (storage == pass.Graph.Input) return "(int*)x";
            if (storage.Op is InputPart part) return At(part.Element == ElementType.Int32 ? "(int*)x" : "x", part.First);
            if (storage.Op is Parameter parameter) return $"p + {offsets[parameter.FullName]}";
            if (storage.Op is Cache cache) return At("cache", cache.First);
            if (pass == one && storage == pass.Graph.Output.Storage) return "y";
            return At("a", storage.Type.Batched ? pass.Arena.Offsets[storage] : pass.Arena.FloatsPerSample + pass.Arena.FixedOffsets[storage]);
        }

        static string At(string arena, long offset) => offset == 0 ? arena : $"{arena} + {LayerBuilder.Text(offset)}";
    }
}
