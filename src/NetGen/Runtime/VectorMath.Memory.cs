using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <content>
/// Access to the first lanes only. The number of lanes is meant to be a literal: then each call folds to at most four loads or stores of 32, 16, 8 and 4 bytes.
/// Reading back in the same pieces as were written lets the processor forward a store that is still under way, which a masked load would wait for.
/// </content>
public static unsafe partial class VectorMath
{
    /// <summary>Has a cache line brought to the second-level cache, where the processor has an instruction for it.</summary>
    /// <param name="p">Any address in or out of memory: nothing is read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* p)
    {
        if (Sse.IsSupported) Sse.Prefetch1(p);
    }

    /// <summary>Has a cache line brought to the first-level cache, where the processor has an instruction for it.</summary>
    /// <param name="p">Any address in or out of memory: nothing is read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchNear(float* p)
    {
        if (Sse.IsSupported) Sse.Prefetch0(p);
    }

    /// <summary>Reads the first lanes of a vector and nothing behind them; the other lanes are zero.</summary>
    /// <param name="p">The first float; need not be aligned.</param>
    /// <param name="count">How many floats to read: 0 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(float* p, int count) =>
        count >= 16 ? Vector512.Load(p)
        : count > 8 ? Vector256.Load(p).ToVector512().WithUpper(Load256(p + 8, count - 8))
        : Load256(p, count).ToVector512();

    /// <summary>Reads the first lanes of a vector and nothing behind them; the other lanes are zero.</summary>
    /// <param name="p">The first float; need not be aligned.</param>
    /// <param name="count">How many floats to read: 0 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(float* p, int count) =>
        count >= 8 ? Vector256.Load(p)
        : count > 4 ? Vector128.Load(p).ToVector256().WithUpper(Load128(p + 4, count - 4))
        : Load128(p, count).ToVector256();

    /// <summary>Reads the first lanes of a vector and nothing behind them; the other lanes are zero.</summary>
    /// <param name="p">The first float; need not be aligned.</param>
    /// <param name="count">How many floats to read: 0 to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(float* p, int count) =>
        count >= 4 ? Vector128.Load(p)
        : count == 3 ? LoadTwo(p).WithElement(2, p[2])
        : count == 2 ? LoadTwo(p)
        : count == 1 ? Vector128.CreateScalar(*p)
        : Vector128<float>.Zero;

    /// <summary>Writes the first lanes of a vector and nothing behind them.</summary>
    /// <param name="v">The vector.</param>
    /// <param name="p">Where the first lane goes; need not be aligned.</param>
    /// <param name="count">How many lanes to write: 0 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> v, float* p, int count)
    {
        if (count >= 16)
        {
            v.Store(p);
        }
        else if (count > 8)
        {
            v.GetLower().Store(p);
            Store(v.GetUpper(), p + 8, count - 8);
        }
        else
        {
            Store(v.GetLower(), p, count);
        }
    }

    /// <summary>Writes the first lanes of a vector and nothing behind them.</summary>
    /// <param name="v">The vector.</param>
    /// <param name="p">Where the first lane goes; need not be aligned.</param>
    /// <param name="count">How many lanes to write: 0 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> v, float* p, int count)
    {
        if (count >= 8)
        {
            v.Store(p);
        }
        else if (count > 4)
        {
            v.GetLower().Store(p);
            Store(v.GetUpper(), p + 4, count - 4);
        }
        else
        {
            Store(v.GetLower(), p, count);
        }
    }

    /// <summary>Writes the first lanes of a vector and nothing behind them.</summary>
    /// <param name="v">The vector.</param>
    /// <param name="p">Where the first lane goes; need not be aligned.</param>
    /// <param name="count">How many lanes to write: 0 to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> v, float* p, int count)
    {
        if (count >= 4)
        {
            v.Store(p);
            return;
        }

        if (count >= 2) Unsafe.WriteUnaligned(p, v.AsDouble().ToScalar());
        if (count == 3) p[2] = v.GetElement(2);
        if (count == 1) *p = v.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> LoadTwo(float* p) => Vector128.CreateScalar(Unsafe.ReadUnaligned<double>(p)).AsSingle();
}
