using System.Runtime.InteropServices;

namespace NetGen.Runtime;

/// <summary>Which processors a thread may run on.</summary>
static unsafe partial class Processors
{
    /// <summary>Words of a mask with a bit for each of 1,024 processors, as many as glibc's masks have.</summary>
    const int Words = 16;

    static bool _unavailable = !OperatingSystem.IsLinux();

    /// <summary>
    /// Moves the calling thread off a processor. Linux likes to wake a thread on its waker's processor and takes many milliseconds to move it to an idle one,
    /// while the two threads wait for each other. Elsewhere, and where the thread may run nowhere else, nothing happens.
    /// </summary>
    /// <param name="processor">What <see cref="Thread.GetCurrentProcessorId"/> said.</param>
    public static void Leave(int processor)
    {
        if (_unavailable || (uint)processor >= Words * 64) return;
        var allowed = stackalloc ulong[Words];
        var others = stackalloc ulong[Words];
        try
        {
            new Span<ulong>(allowed, Words).Clear();
            if (sched_getaffinity(0, Words * sizeof(ulong), allowed) != 0) return;
            var any = 0ul;
            for (int i = 0; i < Words; i++)
            {
                others[i] = i == processor / 64 ? allowed[i] & ~(1ul << processor % 64) : allowed[i];
                any |= others[i];
            }
            if (any == 0 || sched_setaffinity(0, Words * sizeof(ulong), others) != 0) return;
            // It has moved; where it runs from now on is again the system's to say.
            _ = sched_setaffinity(0, Words * sizeof(ulong), allowed);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            _unavailable = true;
        }
    }

    [LibraryImport("libc")]
    private static partial int sched_getaffinity(int thread, nuint size, ulong* mask);

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nuint size, ulong* mask);
}
