using System.Diagnostics;

namespace NetGen.Runtime;

/// <summary>
/// Decides, for one network, whether threads share the prediction of a single sample. Another thread helps where it has a processor to itself, and hurts where
/// it has to be waited for: what a prediction took decides about the next.
/// </summary>
public sealed unsafe class SampleThreads
{
    /// <summary>The threads that a prediction of a few microseconds is worth: two read weights twice as fast as one.</summary>
    const int FewWorkers = 2;

    /// <summary>Microseconds of a prediction for which a sleeping thread is woken, and of which each thread has to have as many.</summary>
    const int WorthWaking = 300, PerWorker = 100;

    /// <summary>Predictions without another thread at first, the first of which are slow: they compile the kernels.</summary>
    const int First = 3;

    /// <summary>Microseconds without other threads, after they made predictions slower: at first, and at most.</summary>
    const long LeastPause = 300, MostPause = 1_000_000;

    /// <summary>
    /// Predictions on several threads that may be slower in a row: the first after a pause always is, before those threads have their weights at hand.
    /// </summary>
    const int Patience = 8;

    static readonly long s_microsecond = Math.Max(1, Stopwatch.Frequency / 1_000_000);

    int _first = First;
    int _slow;
    long _pause;
    long _nextPause = LeastPause * s_microsecond;
    long _alone;

    /// <summary>Runs a body on one thread or several.</summary>
    /// <param name="body">What to run; its result doesn't depend on the number of workers.</param>
    /// <param name="state">Passed to the body as it is.</param>
    public void Run(delegate*<void*, int, int, void> body, void* state)
    {
        // Several threads may predict at once and count wrongly; that only shifts when the next try is.
        var start = Stopwatch.GetTimestamp();
        var shared = false;
        if (_first > 0 || _pause > 0) body(state, 0, 1);
        else if (_alone >= WorthWaking * s_microsecond) shared = Workers.Run(body, state, (int)Math.Min(_alone / (PerWorker * s_microsecond), Workers.MaxWorkers));
        else shared = Workers.RunIfAwake(body, state, FewWorkers);
        var ticks = Stopwatch.GetTimestamp() - start;
        if (!shared)
        {
            _alone = _alone == 0 || ticks < _alone ? ticks : _alone + (ticks - _alone) / 8;
            if (_first > 0) _first--;
            else _pause -= ticks;
        }
        else if (ticks < _alone)
        {
            _slow = 0;
            _nextPause = LeastPause * s_microsecond;
        }
        else if (++_slow > Patience)
        {
            _slow = 0;
            _pause = _nextPause;
            _nextPause = Math.Min(_nextPause * 2, MostPause * s_microsecond);
        }
    }
}
