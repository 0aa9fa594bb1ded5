using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

/// <summary>Predictions of batches: blocks of samples go through all layers while they are in the cache, and threads share the samples.</summary>
public static unsafe class Inference
{
    /// <summary>Floating-point operations that are worth a thread.</summary>
    const long FlopsPerWorker = 1_000_000;

    /// <summary>The most workers of a prediction.</summary>
    internal const int MaxWorkers = 64;

    /// <summary>Runs a network's forward pass over a batch.</summary>
    /// <param name="forward">The pass: samples, parameters, activations, outputs, and how many samples.</param>
    /// <param name="x">The samples.</param>
    /// <param name="inputSize">Values in a sample.</param>
    /// <param name="y">Receives the outputs.</param>
    /// <param name="outputSize">Values in an output.</param>
    /// <param name="parameters">The parameters' arena.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="block">The most samples that the pass takes.</param>
    /// <param name="flops">Floating-point operations of one sample.</param>
    /// <param name="pool">Arenas for activations; null where the pass needs none.</param>
    public static void Run(delegate*<float*, float*, float*, float*, int, void> forward,
        float* x, int inputSize, float* y, int outputSize, float* parameters, int samples, int block, long flops, ActivationPool? pool)
    {
        var batch = new Batch
        {
            Forward = forward,
            X = x,
            InputSize = inputSize,
            Y = y,
            OutputSize = outputSize,
            Parameters = parameters,
            Samples = samples,
            Block = block,
        };
        RentAndRun(&Body, &batch, &batch.Arenas, WorkersFor(flops * samples, samples), pool);
    }

    /// <summary>How many workers share some work.</summary>
    /// <param name="flops">Its floating-point operations.</param>
    /// <param name="parts">How many parts it can be cut into.</param>
    internal static int WorkersFor(long flops, int parts) =>
        (int)Math.Clamp(flops / FlopsPerWorker, 1, Math.Clamp(parts, 1, Math.Min(NetGenOptions.Threads, MaxWorkers)));

    /// <summary>Runs a pass on some workers, each with an arena of its own.</summary>
    /// <param name="body">A worker's share.</param>
    /// <param name="batch">What it is given.</param>
    /// <param name="arenas">The place in the batch that the arenas go to, since workers see nothing but the batch.</param>
    /// <param name="workers">How many.</param>
    /// <param name="pool">The arenas; null where the pass needs none.</param>
    internal static void RentAndRun(delegate*<void*, int, int, void> body, void* batch, ArenaPointers* arenas, int workers, ActivationPool? pool)
    {
        if (workers == 1 || pool is null)
        {
            var arena = pool?.Rent();
            (*arenas)[0] = arena is null ? 0 : (nint)arena.Pointer;
            if (workers == 1) body(batch, 0, 1);
            else Workers.Run(body, batch, workers);
            if (arena is not null) pool!.Return(arena);
            return;
        }
        var rented = new RentedArenas();
        for (int i = 0; i < workers; i++)
        {
            rented[i] = pool.Rent();
            (*arenas)[i] = (nint)rented[i].Pointer;
        }
        Workers.Run(body, batch, workers);
        for (int i = 0; i < workers; i++) pool.Return(rented[i]);
    }

    /// <summary>Runs a network's forward pass over one sample, whose layers' outputs threads share where they are awake.</summary>
    /// <param name="forward">The pass: sample, parameters, activations, output, worker and workers.</param>
    /// <param name="x">The sample.</param>
    /// <param name="y">Receives the output.</param>
    /// <param name="parameters">The parameters' arena.</param>
    /// <param name="pool">Arenas for activations; null where the pass needs none.</param>
    /// <param name="threads">Decides how many threads.</param>
    public static void RunSingle(delegate*<float*, float*, float*, float*, int, int, void> forward, float* x, float* y, float* parameters, ActivationPool? pool, SampleThreads threads)
    {
        var arena = pool?.Rent();
        var sample = new Sample { Forward = forward, X = x, Y = y, Parameters = parameters, Arena = arena is null ? null : arena.Pointer };
        threads.Run(&SingleBody, &sample);
        if (arena is not null) pool!.Return(arena);
    }

    static void SingleBody(void* state, int worker, int workers)
    {
        var sample = (Sample*)state;
        sample->Forward(sample->X, sample->Parameters, sample->Arena, sample->Y, worker, workers);
    }

    static void Body(void* state, int worker, int workers)
    {
        var batch = (Batch*)state;
        Workers.Split(batch->Samples, worker, workers, out int first, out int last);
        for (int i = first; i < last; i += batch->Block)
        {
            batch->Forward(batch->X + (nint)i * batch->InputSize, batch->Parameters, (float*)batch->Arenas[worker],
                batch->Y + (nint)i * batch->OutputSize, Math.Min(batch->Block, last - i));
        }
    }

    struct Sample
    {
        public delegate*<float*, float*, float*, float*, int, int, void> Forward;
        public float* X;
        public float* Y;
        public float* Parameters;
        public float* Arena;
    }

    struct Batch
    {
        public delegate*<float*, float*, float*, float*, int, void> Forward;
        public float* X;
        public int InputSize;
        public float* Y;
        public int OutputSize;
        public float* Parameters;
        public int Samples;
        public int Block;
        public ArenaPointers Arenas;
    }

    [InlineArray(MaxWorkers)]
    struct RentedArenas
    {
        Arena first;
    }
}

/// <summary>The arenas of the workers of a prediction.</summary>
[InlineArray(Inference.MaxWorkers)]
struct ArenaPointers
{
    nint first;
}
