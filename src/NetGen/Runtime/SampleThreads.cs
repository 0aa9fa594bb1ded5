using System.Diagnostics;

namespace NetGen.Runtime;

/// <summary>
/// Decides, for one network, whether threads share the prediction of a single sample. It takes a few microseconds, so that a second thread helps where it
/// is awake and has a processor to itself, and hurts where it has to be waited for: what a prediction took decides about the next.
/// </summary>
public sealed unsafe class SampleThreads
{
    /// <summary>The threads that a single sample is worth: two read weights twice as fast as one.</summary>
    const int Workers = 2;

    /// <summary>Predictions without a second thread, after one with it that was slower: at first, and at most.</summary>
    const int LeastPause = 64, MostPause = 1 << 16;

    /// <summary>Predictions with a second thread that may be slower in a row: the first after a pause always is, before that thread has its weights at hand.</summary>
    const int Patience = 8;

    int _pause = 16;
    int _slow;
    int _nextPause = LeastPause;
    long _alone;

    /// <summary>Runs a body on one thread or two.</summary>
    /// <param name="body">What to run; its result doesn't depend on the number of workers.</param>
    /// <param name="state">Passed to the body as it is.</param>
    public void Run(delegate*<void*, int, int, void> body, void* state)
    {
        // Several threads may predict at once and count wrongly; that only shifts when the next try is.
        var start = Stopwatch.GetTimestamp();
        var shared = false;
        if (_pause > 0)
        {
            _pause--;
            body(state, 0, 1);
        }
        else
        {
            shared = Runtime.Workers.RunIfAwake(body, state, Workers);
        }
        var ticks = Stopwatch.GetTimestamp() - start;
        if (!shared)
        {
            _alone = _alone == 0 ? ticks : _alone + (ticks - _alone) / 8;
        }
        else if (ticks < _alone)
        {
            _slow = 0;
            _nextPause = LeastPause;
        }
        else if (++_slow > Patience)
        {
            _slow = 0;
            _pause = _nextPause;
            _nextPause = Math.Min(_nextPause * 2, MostPause);
        }
    }
}
