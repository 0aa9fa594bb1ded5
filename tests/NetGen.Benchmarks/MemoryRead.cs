using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetGen.Benchmarks;

/// <summary>
/// The time in which cores read a network's parameters and do nothing with them: what a forward pass of one sample can't go below,
/// as it uses each weight once and the weights don't fit into the first-level cache.
/// </summary>
sealed unsafe class MemoryRead : IDisposable
{
    const int Step = 64;

    readonly float* memory;
    readonly nuint floats;
    readonly int threads;
    float sink;

    MemoryRead(long bytes, int threads)
    {
        this.threads = threads;
        bytes = Math.Max(bytes, Step * sizeof(float));
        floats = (nuint)((bytes / sizeof(float) + Step - 1) / Step * Step);
        memory = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), 64);
        new Span<float>(memory, (int)floats).Fill(1);
    }

    /// <summary>A call reads that many bytes.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="threads">How many threads share them.</param>
    public static Contender Contender(long bytes, int threads = 1)
    {
        MemoryRead read = new(bytes, threads);
        return new Contender("reading", read.Run, () => [read.sink]) { Owned = [read] };
    }

    public void Dispose() => NativeMemory.AlignedFree(memory);

    void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            if (threads == 1) sink = Sum(memory, memory + floats);
            else Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Share);
        }
    }

    void Share(int thread) => sink = Sum(memory + Part(thread), memory + Part(thread + 1));

    nuint Part(int thread) => floats / Step * (nuint)thread / (nuint)threads * Step;

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
