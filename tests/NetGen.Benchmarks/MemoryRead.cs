using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetGen.Benchmarks;

/// <summary>
/// The time in which one core reads a network's parameters and does nothing with them: what a forward pass of one sample can't go below,
/// as it uses each weight once and the weights don't fit into the first-level cache.
/// </summary>
sealed unsafe class MemoryRead : IDisposable
{
    const int Step = 64;

    readonly float* memory;
    readonly nuint floats;
    float sink;

    MemoryRead(long bytes)
    {
        floats = (nuint)((bytes / sizeof(float) + Step - 1) / Step * Step);
        memory = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), 64);
        new Span<float>(memory, (int)floats).Fill(1);
    }

    /// <summary>A call reads that many bytes.</summary>
    public static Contender Contender(long bytes)
    {
        MemoryRead read = new(bytes);
        return new Contender("reading", read.Run, () => [read.sink]) { Owned = [read] };
    }

    public void Dispose() => NativeMemory.AlignedFree(memory);

    void Run(int calls)
    {
        for (int i = 0; i < calls; i++) sink = Sum(memory, memory + floats);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static float Sum(float* from, float* to)
    {
        if (!Vector512.IsHardwareAccelerated) return Sum256(from, to);
        Vector512<float> a = Vector512<float>.Zero, b = a, c = a, d = a;
        for (; from != to; from += Step)
        {
            a += Vector512.Load(from);
            b += Vector512.Load(from + 16);
            c += Vector512.Load(from + 32);
            d += Vector512.Load(from + 48);
        }
        return Vector512.Sum(a + b + c + d);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static float Sum256(float* from, float* to)
    {
        Vector256<float> a = Vector256<float>.Zero, b = a, c = a, d = a;
        for (; from != to; from += Step / 2)
        {
            a += Vector256.Load(from);
            b += Vector256.Load(from + 8);
            c += Vector256.Load(from + 16);
            d += Vector256.Load(from + 24);
        }
        return Vector256.Sum(a + b + c + d);
    }
}
