using System.Runtime.InteropServices;
using NetGen.Runtime;
using static System.FormattableString;

namespace NetGen;

/// <summary>Takes what a text is about through an encoder, once for all positions of the text.</summary>
static unsafe class SourcePass
{
    /// <summary>Refuses what isn't a source of a network.</summary>
    /// <param name="source">The source, with the bits of ids.</param>
    /// <param name="info">What is known of the network's sources.</param>
    /// <param name="name">What the caller calls it.</param>
    public static void Check(ReadOnlySpan<float> source, SourceInfo info, string name)
    {
        if (info.MaxPositions == 0 && source.Length != info.Size)
            throw new ArgumentException(Invariant($"{name} has {source.Length:N0} values; the network takes {info.Size:N0}."), name);
        if (info.MaxPositions > 0 && (source.Length == 0 || source.Length > info.Size || source.Length % info.PositionSize != 0))
        {
            throw new ArgumentException(Invariant(
                $"{name} has {source.Length:N0} values; the network takes {(info.PositionSize == 1 ? "" : Invariant($"{info.PositionSize:N0} for each of "))}")
                + Invariant($"1 to {info.MaxPositions:N0} positions."), name);
        }
        foreach (var ids in info.Ids)
        {
            var part = MemoryMarshal.Cast<float, int>(source.Slice(ids.First, info.MaxPositions > 0 ? source.Length : ids.Count));
            var place = Guard.FirstForeign(part, ids.Vocabulary);
            if (place < 0) continue;
            throw new ArgumentOutOfRangeException(name, part[place], Invariant(
                $"The id at position {place} of {ids.Name} is {part[place]}; its vocabulary has {ids.Vocabulary:N0} ids, from 0 to {ids.Vocabulary - 1}."));
        }
    }

    /// <summary>Leaves what the positions of a text need of a source in its caches.</summary>
    /// <param name="info">The network.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cache">The text's caches.</param>
    /// <param name="source">The source.</param>
    public static void Run(DecodingInfo info, ParameterSet parameters, float* cache, ReadOnlySpan<float> source)
    {
        var arena = info.Source!.Activations.Rent();
        fixed (float* x = source)
        {
            if (info.Source.MaxPositions > 0)
                info.Source.PositionsPass(x, parameters.Pointer, arena.Pointer, cache, source.Length / info.Source.PositionSize);
            else Share(info, new() { Pass = info.Source.Pass, Source = x, Parameters = parameters.Pointer, Activations = arena.Pointer, Cache = cache });
        }
        info.Source.Activations.Return(arena);
        GC.KeepAlive(parameters);
    }

    static void Share(DecodingInfo info, State state)
    {
        if (info.SharesTokens) info.Source!.Threads.Run(&Body, &state);
        else Body(&state, 0, 1);
    }

    static void Body(void* state, int worker, int workers)
    {
        var source = (State*)state;
        source->Pass(source->Source, source->Parameters, source->Activations, source->Cache, worker, workers);
    }

    struct State
    {
        public delegate*<float*, float*, float*, float*, int, int, void> Pass;
        public float* Source;
        public float* Parameters;
        public float* Activations;
        public float* Cache;
    }
}
