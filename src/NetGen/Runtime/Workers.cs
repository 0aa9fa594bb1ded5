namespace NetGen.Runtime;

/// <summary>Runs one body on several threads at once (single program, multiple data), with barriers between its stages.</summary>
public static unsafe class Workers
{
    /// <summary>Runs <c>body(state, worker, workers)</c> once on each of several threads and returns when all have ended.</summary>
    /// <param name="body">What to run. The caller's thread is worker 0.</param>
    /// <param name="state">Passed to the body as it is.</param>
    /// <param name="maxWorkers">The most workers to use; <see cref="NetGenOptions.Threads"/> bounds them, too.</param>
    public static void Run(delegate*<void*, int, int, void> body, void* state, int maxWorkers) 
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWorkers, 1);
        body(state, 0, 1);
    }

    /// <summary>Waits until all workers of the running body have come here. Does nothing for one worker.</summary>
    /// <param name="worker">The body's own worker.</param>
    /// <param name="workers">The body's own number of workers.</param>
    public static void Barrier(int worker, int workers) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(worker, workers);

    /// <summary>Cuts [0, count) into contiguous parts, one per worker, whose sizes differ by at most 1.</summary>
    /// <param name="count">How many items there are, at least 0.</param>
    /// <param name="worker">Which part: at least 0 and less than <paramref name="workers"/>.</param>
    /// <param name="workers">How many parts, at least 1.</param>
    /// <param name="first">The part's first item.</param>
    /// <param name="last">One past the part's last item.</param>
    public static void Split(int count, int worker, int workers, out int first, out int last)
    {
        first = (int)((long)count * worker / workers);
        last = (int)((long)count * (worker + 1) / workers);
    }
}
