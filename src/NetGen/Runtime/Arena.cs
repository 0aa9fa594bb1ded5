using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetGen.Runtime;

/// <summary>A buffer of floats that never moves, starts at a multiple of 64 bytes and is zero at first.</summary>
/// <remarks>
/// It lives on the garbage collector's pinned heap: nothing has to be freed, and it is collected when the arena is no longer reachable.
/// Keep the arena itself reachable as long as its <see cref="Pointer"/> is in use.
/// </remarks>
public sealed unsafe class Arena
{
    const int Alignment = 64;
    const int Slack = Alignment / sizeof(float);

    // Only holds the memory alive: everything reads it through the pointer.
    readonly float[] _memory;

    /// <summary>Allocates an arena of zeros.</summary>
    /// <param name="length">How many floats, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative or more than an array can hold.</exception>
    public Arena(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength - Slack);

        // What isn't cleared isn't touched: its pages are still to be decided on.
        var large = length >= LargePages.LeastFloats;
        _memory = large ? GC.AllocateUninitializedArray<float>(length + Slack, pinned: true) : GC.AllocateArray<float>(length + Slack, pinned: true);
        var start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        Pointer = (float*)((start + Alignment - 1) & ~(nuint)(Alignment - 1));
        Length = length;
        if (!large) return;
        LargePages.Advise(Pointer, (nuint)length * sizeof(float));
        Clear();
    }

    /// <summary>The first float, at a multiple of 64 bytes.</summary>
    public float* Pointer { get; }

    /// <summary>How many floats the arena has.</summary>
    public int Length { get; }

    /// <summary>All floats of the arena.</summary>
    public Span<float> Span => _memory.AsSpan((int)(Pointer - (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory))), Length);

    /// <summary>Sets all floats to zero.</summary>
    public void Clear() => Span.Clear();
}
