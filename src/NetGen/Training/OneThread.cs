namespace NetGen;

/// <summary>
/// Refuses a trainer to a second thread while one is at work with it: that could get memory taken away that its kernels write to, which no exception would tell of.
/// </summary>
/// <param name="network">The name of the network that is trained.</param>
sealed class OneThread(string network)
{
    int _busy;

    /// <summary>Begins a thread's turn.</summary>
    /// <exception cref="InvalidOperationException">Another thread is at work.</exception>
    public Turn Take()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException(
                $"This trainer of {network} is at work on another thread. It is used by one thread at a time, and shares a batch among threads itself.");
        }
        return new Turn(ref _busy);
    }

    /// <summary>The time that a thread is at work, until it is disposed of.</summary>
    public readonly ref struct Turn(ref int busy)
    {
        readonly ref int _busy = ref busy;

        /// <summary>Ends the turn.</summary>
        public void Dispose() => Volatile.Write(ref _busy, 0);
    }
}
