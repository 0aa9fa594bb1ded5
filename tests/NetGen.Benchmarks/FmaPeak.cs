using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetGen.Benchmarks;

/// <summary>The rate at which one core multiplies and adds when nothing else holds it up: independent fused multiply-adds in registers.</summary>
/// <remarks>It takes part in each race, so that a share of the peak is a share of what the core reached in those same seconds.</remarks>
static class FmaPeak
{
    const int Accumulators = 12, Steps = 2000;

    /// <summary>The floats in the widest vector that the machine adds at full speed.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Floating-point operations of one call.</summary>
    public static long Flops => 2L * Accumulators * Steps * Lanes;

    static float sink;

    public static Contender Contender() => new("FMA peak", Run, () => [sink]);

    static void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
            sink = Vector512.IsHardwareAccelerated ? Wide() : Vector256.IsHardwareAccelerated ? Medium() : Narrow();
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static float Wide()
    {
        Vector512<float> x = Vector512.Create(1.0000001f), y = Vector512.Create(1e-9f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int step = 0; step < Steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(x, y, a);
            b = Vector512.FusedMultiplyAdd(x, y, b);
            c = Vector512.FusedMultiplyAdd(x, y, c);
            d = Vector512.FusedMultiplyAdd(x, y, d);
            e = Vector512.FusedMultiplyAdd(x, y, e);
            f = Vector512.FusedMultiplyAdd(x, y, f);
            g = Vector512.FusedMultiplyAdd(x, y, g);
            h = Vector512.FusedMultiplyAdd(x, y, h);
            i = Vector512.FusedMultiplyAdd(x, y, i);
            j = Vector512.FusedMultiplyAdd(x, y, j);
            k = Vector512.FusedMultiplyAdd(x, y, k);
            l = Vector512.FusedMultiplyAdd(x, y, l);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static float Medium()
    {
        Vector256<float> x = Vector256.Create(1.0000001f), y = Vector256.Create(1e-9f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int step = 0; step < Steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(x, y, a);
            b = Vector256.FusedMultiplyAdd(x, y, b);
            c = Vector256.FusedMultiplyAdd(x, y, c);
            d = Vector256.FusedMultiplyAdd(x, y, d);
            e = Vector256.FusedMultiplyAdd(x, y, e);
            f = Vector256.FusedMultiplyAdd(x, y, f);
            g = Vector256.FusedMultiplyAdd(x, y, g);
            h = Vector256.FusedMultiplyAdd(x, y, h);
            i = Vector256.FusedMultiplyAdd(x, y, i);
            j = Vector256.FusedMultiplyAdd(x, y, j);
            k = Vector256.FusedMultiplyAdd(x, y, k);
            l = Vector256.FusedMultiplyAdd(x, y, l);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static float Narrow()
    {
        Vector128<float> x = Vector128.Create(1.0000001f), y = Vector128.Create(1e-9f);
        Vector128<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int step = 0; step < Steps; step++)
        {
            a = Vector128.FusedMultiplyAdd(x, y, a);
            b = Vector128.FusedMultiplyAdd(x, y, b);
            c = Vector128.FusedMultiplyAdd(x, y, c);
            d = Vector128.FusedMultiplyAdd(x, y, d);
            e = Vector128.FusedMultiplyAdd(x, y, e);
            f = Vector128.FusedMultiplyAdd(x, y, f);
            g = Vector128.FusedMultiplyAdd(x, y, g);
            h = Vector128.FusedMultiplyAdd(x, y, h);
            i = Vector128.FusedMultiplyAdd(x, y, i);
            j = Vector128.FusedMultiplyAdd(x, y, j);
            k = Vector128.FusedMultiplyAdd(x, y, k);
            l = Vector128.FusedMultiplyAdd(x, y, l);
        }
        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
