namespace NetGen;

/// <summary>Settings of the whole process.</summary>
public static class NetGenOptions
{
    /// <summary>0 stands for the number of processors, so that reading the default needs no static constructor.</summary>
    static int _threads;

    /// <summary>
    /// The most threads that one training step or prediction uses, the caller's among them. At least 1; default: <see cref="Environment.ProcessorCount"/>.
    /// It changes speed only: results are the same bits with any number of threads. It may change at any time and holds from the next call on.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int Threads
    {
        get
        {
            var threads = Volatile.Read(ref _threads);
            return threads != 0 ? threads : Environment.ProcessorCount;
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref _threads, value);
        }
    }
}
