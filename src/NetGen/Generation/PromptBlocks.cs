using NetGen.Runtime;

namespace NetGen;

/// <summary>
/// Takes ids of a text that others follow through a decoder in blocks, whose matrix products read the weights once for all of a block's positions.
/// </summary>
static unsafe class PromptBlocks
{
    /// <summary>The positions of a worker for which one more is worth it: matrix products of fewer take as long.</summary>
    const int WorkerPositions = 4;

    /// <summary>Leaves the keys and values of some positions in the caches.</summary>
    /// <param name="info">The network.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cache">The text's caches.</param>
    /// <param name="tokens">The positions' ids, at least one.</param>
    /// <param name="position">Which position the first one is.</param>
    public static void Run(DecodingInfo info, ParameterSet parameters, float* cache, ReadOnlySpan<int> tokens, int position)
    {
        fixed (int* ids = tokens)
        {
            var text = new Text
            {
                Pass = info.BlockPass,
                Parameters = parameters.Pointer,
                Cache = cache,
                Tokens = ids,
                Position = position,
                Count = tokens.Length,
                Block = info.BlockPositions,
            };
            // A position is multiplied with each weight once.
            var workers = Inference.WorkersFor(2L * parameters.Info.ParameterFloats * tokens.Length, tokens.Length / WorkerPositions);
            Inference.RentAndRun(&Body, &text, &text.Arenas, workers, info.Blocks);
        }
        GC.KeepAlive(parameters);
    }

    static void Body(void* state, int worker, int workers)
    {
        var text = (Text*)state;
        // Workers meet within a block, so that all have equally many, of which each has a part for every worker.
        var rounds = (text->Count - 1) / (text->Block * workers) + 1;
        for (int round = 0; round < rounds; round++)
        {
            Workers.Split(text->Count, round, rounds, out int begin, out int end);
            Workers.Split(end - begin, worker, workers, out int first, out int last);
            text->Pass((float*)(text->Tokens + begin + first), text->Parameters, (float*)text->Arenas[worker], text->Cache,
                text->Position + begin + first, last - first, worker, workers);
        }
    }

    struct Text
    {
        public delegate*<float*, float*, float*, float*, int, int, int, int, void> Pass;
        public float* Parameters;
        public float* Cache;
        public int* Tokens;
        public int Position;
        public int Count;
        public int Block;
        public ArenaPointers Arenas;
    }
}
