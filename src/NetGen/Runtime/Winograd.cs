using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>
/// Kernels of 3 × 3 as Winograd's convolution F(m × m, 3 × 3) multiplies with them, and the way back for their gradients (Lavin and Gray 2016): values at the
/// points 0, ±1/√2, ±√2 and ∞ for tiles of 4 × 4 results, and 0, ±1 and ∞ for tiles of 2 × 2.
/// </summary>
public static unsafe class Winograd
{
    const int Width = ParameterLayout.PanelWidth;

    // Where a vector of any width has a place in the buffer between the two axes.
    const int Slot = 16;
    const float Third = 1 / 3f, Sixth = 1 / 6f;

    // 2/3 of 1/√2, and a sixth of √2.
    const float P = 0.47140452f, Q = 0.23570226f;

    /// <summary>The kernels' values at the points: G g Gᵀ.</summary>
    /// <param name="w">Panels [place of the kernel, input, 32 outputs].</param>
    /// <param name="u">Receives panels [point, input, 32 outputs], with (<paramref name="results"/> + 2)² points.</param>
    /// <param name="inputs">The kernel's inputs.</param>
    /// <param name="results">The results of a tile along an axis: 2 or 4.</param>
    /// <param name="first">The first panel.</param>
    /// <param name="last">The panel after the last.</param>
    public static void Weights(float* w, float* u, int inputs, int results, int first, int last)
    {
        if (Vector512.IsHardwareAccelerated) Weights<F512>(w, u, inputs, results, first, last);
        else if (Vector256.IsHardwareAccelerated) Weights<F256>(w, u, inputs, results, first, last);
        else Weights<F128>(w, u, inputs, results, first, last);
    }

    /// <summary>The gradient of kernels from that of their values at the points: Gᵀ ∂u G.</summary>
    /// <param name="du">Panels [point, input, 32 outputs].</param>
    /// <param name="dw">Receives panels [place of the kernel, input, 32 outputs].</param>
    /// <param name="inputs">The kernel's inputs.</param>
    /// <param name="results">The results of a tile along an axis: 2 or 4.</param>
    /// <param name="accumulate">Whether the gradient is added to.</param>
    /// <param name="first">The first panel.</param>
    /// <param name="last">The panel after the last.</param>
    public static void WeightGradient(float* du, float* dw, int inputs, int results, bool accumulate, int first, int last)
    {
        if (Vector512.IsHardwareAccelerated) WeightGradient<F512>(du, dw, inputs, results, accumulate, first, last);
        else if (Vector256.IsHardwareAccelerated) WeightGradient<F256>(du, dw, inputs, results, accumulate, first, last);
        else WeightGradient<F128>(du, dw, inputs, results, accumulate, first, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Weights<T>(float* w, float* u, int inputs, int results, int first, int last) where T : struct, ISimd<T>
    {
        var size = results + 2;
        var plane = (nint)inputs * Width;
        float* between = stackalloc float[6 * 3 * Slot];
        for (int panel = first; panel < last; panel++)
        {
            var source = w + panel * 9 * plane;
            var target = u + panel * size * size * plane;
            for (nint i = 0; i < plane; i += T.Width)
            {
                for (int column = 0; column < 3; column++) Points<T>(source + column * plane + i, 3 * plane, between + column * Slot, 3 * Slot, results);
                for (int row = 0; row < size; row++) Points<T>(between + row * 3 * Slot, Slot, target + row * size * plane + i, plane, results);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void WeightGradient<T>(float* du, float* dw, int inputs, int results, bool accumulate, int first, int last) where T : struct, ISimd<T>
    {
        var size = results + 2;
        var plane = (nint)inputs * Width;
        float* between = stackalloc float[3 * 6 * Slot];
        for (int panel = first; panel < last; panel++)
        {
            var source = du + panel * size * size * plane;
            var target = dw + panel * 9 * plane;
            for (nint i = 0; i < plane; i += T.Width)
            {
                for (int column = 0; column < size; column++) Places<T>(source + column * plane + i, size * plane, between + column * Slot, 6 * Slot, results, false);
                for (int row = 0; row < 3; row++) Places<T>(between + row * 6 * Slot, Slot, target + row * 3 * plane + i, plane, results, accumulate);
            }
        }
    }

    /// <summary>G g along one axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Points<T>(float* g, nint step, float* u, nint pointStep, int results) where T : struct, ISimd<T>
    {
        var (a, b, c) = (T.Load(g), T.Load(g + step), T.Load(g + 2 * step));
        T.Store(a, u);
        if (results == 2)
        {
            var (even, odd) = ((a + c) * T.Of(0.5f), b * T.Of(0.5f));
            T.Store(even + odd, u + pointStep);
            T.Store(even - odd, u + 2 * pointStep);
            T.Store(c, u + 3 * pointStep);
            return;
        }
        var (near, nearOdd) = (T.MultiplyAdd(c, T.Of(-Third), a * T.Of(-2 * Third)), b * T.Of(P));
        T.Store(near - nearOdd, u + pointStep);
        T.Store(near + nearOdd, u + 2 * pointStep);
        var (far, farOdd) = (T.MultiplyAdd(c, T.Of(Third), a * T.Of(Sixth)), b * T.Of(Q));
        T.Store(far + farOdd, u + 3 * pointStep);
        T.Store(far - farOdd, u + 4 * pointStep);
        T.Store(c, u + 5 * pointStep);
    }

    /// <summary>Gᵀ ∂u along one axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Places<T>(float* du, nint pointStep, float* dg, nint step, int results, bool accumulate) where T : struct, ISimd<T>
    {
        var (even, odd) = (T.Load(du + pointStep) + T.Load(du + 2 * pointStep), T.Load(du + pointStep) - T.Load(du + 2 * pointStep));
        T a, b, c;
        if (results == 2)
        {
            a = T.MultiplyAdd(even, T.Of(0.5f), T.Load(du));
            b = odd * T.Of(0.5f);
            c = T.MultiplyAdd(even, T.Of(0.5f), T.Load(du + 3 * pointStep));
        }
        else
        {
            var (far, farOdd) = (T.Load(du + 3 * pointStep) + T.Load(du + 4 * pointStep), T.Load(du + 3 * pointStep) - T.Load(du + 4 * pointStep));
            a = T.MultiplyAdd(far, T.Of(Sixth), T.MultiplyAdd(even, T.Of(-2 * Third), T.Load(du)));
            b = T.MultiplyAdd(farOdd, T.Of(Q), odd * T.Of(-P));
            c = T.MultiplyAdd(far - even, T.Of(Third), T.Load(du + 5 * pointStep));
        }
        if (accumulate)
        {
            a += T.Load(dg);
            b += T.Load(dg + step);
            c += T.Load(dg + 2 * step);
        }
        T.Store(a, dg);
        T.Store(b, dg + step);
        T.Store(c, dg + 2 * step);
    }
}
