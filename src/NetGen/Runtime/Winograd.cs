using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>
/// Kernels as Winograd's convolution F(m × m, r × r) multiplies with them, and the way back for their gradients (Lavin and Gray 2016): values at the points 0,
/// ±1/√2, ±√2 and ∞ where m + r is 7, and 0, ±1 and ∞ for tiles of 2 × 2 results of kernels of 3 × 3.
/// </summary>
public static unsafe partial class Winograd
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
        nint plane = (nint)inputs * Width;
        int points = (results + 2) * (results + 2);
        for (int panel = first; panel < last; panel++) PanelWeights(w + panel * 9 * plane, u + panel * points * plane, inputs, results, plane, plane);
    }

    /// <summary>
    /// The kernels' values at the six points of an axis: G g Gᵀ. A kernel that moves by two has four phases, whose kernels are those of channels [input, row,
    /// column] of the phase.
    /// </summary>
    /// <param name="w">Panels [place of the kernel, input, 32 outputs], of which a last one may have 16.</param>
    /// <param name="u">Receives blocks [point, channel, 16 outputs], with 36 points.</param>
    /// <param name="inputs">The kernel's inputs.</param>
    /// <param name="outputs">Its outputs, a multiple of 16.</param>
    /// <param name="kernel">Its places along an axis.</param>
    /// <param name="places">Those of a phase: 3 to 5.</param>
    /// <param name="stride">How far it moves: 1 or 2.</param>
    /// <param name="shift">The place that the first phase begins with, before the first one's where it is negative.</param>
    /// <param name="first">The first panel.</param>
    /// <param name="last">The panel after the last.</param>
    public static void SmallWeights(float* w, float* u, int inputs, int outputs, int kernel, int places, int stride, int shift, int first, int last)
    {
        if (Vector512.IsHardwareAccelerated) SmallWeights<F512>(w, u, inputs, outputs, kernel, places, stride, shift, first, last);
        else if (Vector256.IsHardwareAccelerated) SmallWeights<F256>(w, u, inputs, outputs, kernel, places, stride, shift, first, last);
        else SmallWeights<F128>(w, u, inputs, outputs, kernel, places, stride, shift, first, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SmallWeights<T>(float* w, float* u, int inputs, int outputs, int kernel, int places, int stride, int shift, int first, int last) where T : struct, ISimd<T>
    {
        const int Size = 6, Most = 5, Block = 16;
        float* g = stackalloc float[Most * Slot];
        float* between = stackalloc float[Most * Size * Slot];
        nint channels = (nint)inputs * stride * stride;
        for (int output = first * Width; output < Math.Min(last * Width, outputs); output += T.Width)
        {
            int panel = output / Width * Width;
            nint pitch = Math.Min(Width, outputs - panel);
            float* from = w + (nint)panel * kernel * kernel * inputs + (output - panel);
            float* to = u + output / Block * Block * Size * Size * channels + output % Block;
            for (nint channel = 0; channel < channels; channel++, to += Block)
            {
                nint input = channel / (stride * stride);
                int row = (int)(channel / stride % stride) + shift, column = (int)(channel % stride) + shift;
                for (int y = 0; y < places; y++)
                {
                    for (int x = 0; x < places; x++)
                    {
                        int ky = row + y * stride, kx = column + x * stride;
                        bool exists = ky >= 0 && ky < kernel && kx >= 0 && kx < kernel;
                        T.Store(exists ? T.Load(from + ((ky * kernel + kx) * inputs + input) * pitch) : T.Of(0), g + x * Slot);
                    }
                    Points<T>(g, Slot, places, between + y * Size * Slot, Slot);
                }
                for (int point = 0; point < Size; point++) Points<T>(between + point * Slot, Size * Slot, places, to + point * channels * Block, Size * channels * Block);
            }
        }
    }

    /// <summary>Three to five places along an axis to their values at six points: G g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Points<T>(float* g, nint step, int places, float* u, nint pitch) where T : struct, ISimd<T>
    {
        var (a, b, c) = (T.Load(g), T.Load(g + step), T.Load(g + 2 * step));
        var (d, e) = (places > 3 ? T.Load(g + 3 * step) : T.Of(0), places > 4 ? T.Load(g + 4 * step) : T.Of(0));
        // -2/3 of the kernel at ±1/√2, and a sixth of it at ±√2.
        var (near, nearOdd) = (T.MultiplyAdd(e, T.Of(-Sixth), Near(a, c)), T.MultiplyAdd(d, T.Of(0.5f * P), b * T.Of(P)));
        var (far, farOdd) = (T.MultiplyAdd(e, T.Of(2 * Third), Far(a, c)), T.MultiplyAdd(d, T.Of(2 * Q), b * T.Of(Q)));
        T.Store(a, u);
        T.Store(near - nearOdd, u + pitch);
        T.Store(near + nearOdd, u + 2 * pitch);
        T.Store(far + farOdd, u + 3 * pitch);
        T.Store(far - farOdd, u + 4 * pitch);
        T.Store(T.Load(g + (places - 1) * step), u + 5 * pitch);
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
        nint plane = (nint)inputs * Width;
        int points = (results + 2) * (results + 2);
        for (int panel = first; panel < last; panel++) PanelWeightGradient(du + panel * points * plane, dw + panel * 9 * plane, inputs, results, plane, plane, accumulate);
    }

    /// <summary>The values at the points of some inputs' kernels for a panel of outputs: G g Gᵀ.</summary>
    /// <param name="w">The first input's 32 outputs at the kernel's first place, the next input's after them.</param>
    /// <param name="u">Receives the same at the first point.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="results">The results of a tile along an axis: 2 or 4.</param>
    /// <param name="placePitch">The floats from a place of the kernel to the next.</param>
    /// <param name="pointPitch">The floats from a point to the next.</param>
    public static void PanelWeights(float* w, float* u, int inputs, int results, nint placePitch, nint pointPitch)
    {
        if (Vector512.IsHardwareAccelerated) PanelWeights<F512>(w, u, inputs, results, placePitch, pointPitch);
        else if (Vector256.IsHardwareAccelerated) PanelWeights<F256>(w, u, inputs, results, placePitch, pointPitch);
        else PanelWeights<F128>(w, u, inputs, results, placePitch, pointPitch);
    }

    static void PanelWeights<T>(float* w, float* u, int inputs, int results, nint placePitch, nint pointPitch) where T : struct, ISimd<T>
    {
        if (results == 2) PanelWeightsOf2<T>(w, u, inputs, placePitch, pointPitch);
        else PanelWeightsOf4<T>(w, u, inputs, placePitch, pointPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PanelWeightsOf2<T>(float* w, float* u, int inputs, nint placePitch, nint pointPitch) where T : struct, ISimd<T>
    {
        for (float* end = w + (nint)inputs * Width; w != end; w += T.Width, u += T.Width)
        {
            float* row = w + 3 * placePitch;
            float* last = w + 6 * placePitch;
            var (a0, a1, a2) = (T.Load(w), T.Load(w + placePitch), T.Load(w + 2 * placePitch));
            var (b0, b1, b2) = (T.Load(row), T.Load(row + placePitch), T.Load(row + 2 * placePitch));
            var (c0, c1, c2) = (T.Load(last), T.Load(last + placePitch), T.Load(last + 2 * placePitch));
            PointsOf2(a0, a1, a2, u, pointPitch);
            var (even0, even1, even2) = ((a0 + c0) * T.Of(0.5f), (a1 + c1) * T.Of(0.5f), (a2 + c2) * T.Of(0.5f));
            var (odd0, odd1, odd2) = (b0 * T.Of(0.5f), b1 * T.Of(0.5f), b2 * T.Of(0.5f));
            PointsOf2(even0 + odd0, even1 + odd1, even2 + odd2, u + 4 * pointPitch, pointPitch);
            PointsOf2(even0 - odd0, even1 - odd1, even2 - odd2, u + 8 * pointPitch, pointPitch);
            PointsOf2(c0, c1, c2, u + 12 * pointPitch, pointPitch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PanelWeightsOf4<T>(float* w, float* u, int inputs, nint placePitch, nint pointPitch) where T : struct, ISimd<T>
    {
        for (float* end = w + (nint)inputs * Width; w != end; w += T.Width, u += T.Width)
        {
            float* row = w + 3 * placePitch;
            float* last = w + 6 * placePitch;
            var (a0, a1, a2) = (T.Load(w), T.Load(w + placePitch), T.Load(w + 2 * placePitch));
            var (b0, b1, b2) = (T.Load(row), T.Load(row + placePitch), T.Load(row + 2 * placePitch));
            var (c0, c1, c2) = (T.Load(last), T.Load(last + placePitch), T.Load(last + 2 * placePitch));
            PointsOf4(a0, a1, a2, u, pointPitch);
            var (near0, near1, near2) = (Near(a0, c0), Near(a1, c1), Near(a2, c2));
            var (odd0, odd1, odd2) = (b0 * T.Of(P), b1 * T.Of(P), b2 * T.Of(P));
            PointsOf4(near0 - odd0, near1 - odd1, near2 - odd2, u + 6 * pointPitch, pointPitch);
            PointsOf4(near0 + odd0, near1 + odd1, near2 + odd2, u + 12 * pointPitch, pointPitch);
            var (far0, far1, far2) = (Far(a0, c0), Far(a1, c1), Far(a2, c2));
            (odd0, odd1, odd2) = (b0 * T.Of(Q), b1 * T.Of(Q), b2 * T.Of(Q));
            PointsOf4(far0 + odd0, far1 + odd1, far2 + odd2, u + 18 * pointPitch, pointPitch);
            PointsOf4(far0 - odd0, far1 - odd1, far2 - odd2, u + 24 * pointPitch, pointPitch);
            PointsOf4(c0, c1, c2, u + 30 * pointPitch, pointPitch);
        }
    }

    /// <summary>The gradient of some inputs' kernels for a panel of outputs from that of their values at the points: Gᵀ ∂u G.</summary>
    /// <param name="du">The first input's 32 outputs at the first point, the next input's after them.</param>
    /// <param name="dw">Receives the same at the kernel's first place.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="results">The results of a tile along an axis: 2 or 4.</param>
    /// <param name="pointPitch">The floats from a point to the next.</param>
    /// <param name="placePitch">The floats from a place of the kernel to the next.</param>
    /// <param name="accumulate">Whether the gradient is added to.</param>
    public static void PanelWeightGradient(float* du, float* dw, int inputs, int results, nint pointPitch, nint placePitch, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated) PanelWeightGradient<F512>(du, dw, inputs, results, pointPitch, placePitch, accumulate);
        else if (Vector256.IsHardwareAccelerated) PanelWeightGradient<F256>(du, dw, inputs, results, pointPitch, placePitch, accumulate);
        else PanelWeightGradient<F128>(du, dw, inputs, results, pointPitch, placePitch, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PanelWeightGradient<T>(float* du, float* dw, int inputs, int results, nint pointPitch, nint placePitch, bool accumulate) where T : struct, ISimd<T>
    {
        int size = results + 2;
        float* between = stackalloc float[3 * 6 * Slot];
        for (float* end = du + (nint)inputs * Width; du != end; du += T.Width, dw += T.Width)
        {
            for (int column = 0; column < size; column++) Places<T>(du + column * pointPitch, size * pointPitch, between + column * Slot, 6 * Slot, results, false);
            for (int row = 0; row < 3; row++) Places<T>(between + row * 6 * Slot, Slot, dw + row * 3 * placePitch, placePitch, results, accumulate);
        }
    }

    /// <summary>A row of a kernel at the points of tiles of 2 × 2: g Gᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PointsOf2<T>(T a, T b, T c, float* u, nint pitch) where T : struct, ISimd<T>
    {
        var (even, odd) = ((a + c) * T.Of(0.5f), b * T.Of(0.5f));
        T.Store(a, u);
        T.Store(even + odd, u + pitch);
        T.Store(even - odd, u + 2 * pitch);
        T.Store(c, u + 3 * pitch);
    }

    /// <summary>A row of a kernel at the points of tiles of 4 × 4: g Gᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PointsOf4<T>(T a, T b, T c, float* u, nint pitch) where T : struct, ISimd<T>
    {
        var (near, nearOdd) = (Near(a, c), b * T.Of(P));
        var (far, farOdd) = (Far(a, c), b * T.Of(Q));
        T.Store(a, u);
        T.Store(near - nearOdd, u + pitch);
        T.Store(near + nearOdd, u + 2 * pitch);
        T.Store(far + farOdd, u + 3 * pitch);
        T.Store(far - farOdd, u + 4 * pitch);
        T.Store(c, u + 5 * pitch);
    }

    /// <summary>The even part of a kernel at ±1/√2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Near<T>(T a, T c) where T : struct, ISimd<T> => T.MultiplyAdd(c, T.Of(-Third), a * T.Of(-2 * Third));

    /// <summary>The even part of a kernel at ±√2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Far<T>(T a, T c) where T : struct, ISimd<T> => T.MultiplyAdd(c, T.Of(Third), a * T.Of(Sixth));

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
