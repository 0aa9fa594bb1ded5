using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>Waiting in a loop: some pauses of the processor first, then giving the processor away between looks.</summary>
struct Spin
{
    /// <summary>How long to keep the processor, which is about what waking a sleeping thread takes.</summary>
    const int Microseconds = 50;

    /// <summary>How many looks pass between two looks at the clock.</summary>
    const int Looks = 64;

    readonly bool _crowded;
    int _looks;
    long _end;

    /// <param name="crowded">Whether there are more threads than processors, so that the one waited for may need this processor.</param>
    public Spin(bool crowded) => _crowded = crowded;

    /// <summary>Pauses once. False from the moment on when the time for keeping the processor is over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Once()
    {
        Pause();
        return (++_looks & (Looks - 1)) != 0 || InTime();
    }

    /// <summary>Pauses once, or yields the processor when the time for keeping it is over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OnceOrYield()
    {
        if (!Once())
        {
            Thread.Yield();
            _looks = Looks - 1;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool InTime()
    {
        if (_crowded) return false;
        // A thread that was just woken may sit on this very processor, until the system moves it to an idle one some milliseconds later.
        Thread.Yield();
        var now = Stopwatch.GetTimestamp();
        if (_end == 0) _end = now + Stopwatch.Frequency * Microseconds / 1_000_000;
        return now < _end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Pause()
    {
        if (X86Base.IsSupported) X86Base.Pause();
        else if (ArmBase.IsSupported) ArmBase.Yield();
        else Thread.SpinWait(1);
    }
}
