using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

// A kernel of 3 × 3 that moves by two meets pixels of one phase at the first and last place of an axis, whose values are at the points ±1/2, ±5/4 and ∞, and
// those of the other at the place between, which lacks the point ∞. The four phases of both axes follow each other as blocks of inputs: one place of rows and
// two of columns, two of both, two and one, one of both.
public static unsafe partial class Winograd
{
    const float NearPoint = 0.5f, FarPoint = 1.25f;

    // 1 / (2 a (a² − b²)) for the points ±a beside ±b.
    const float NearFactor = -1 / 1.3125f, FarFactor = 1 / 3.28125f;

    /// <summary>The values at the points of some inputs' kernels that move by two, for a panel of outputs: G g Gᵀ for each phase.</summary>
    /// <param name="w">The first input's 32 outputs at the kernel's first place, the next input's after them.</param>
    /// <param name="u">Receives the same at the first point of the first phase; the next phase's are behind those of all inputs.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="placePitch">The floats from a place of the kernel to the next.</param>
    /// <param name="pointPitch">The floats from a point to the next, of 5 × 5.</param>
    public static void PhasePanelWeights(float* w, float* u, int inputs, nint placePitch, nint pointPitch)
    {
        if (Vector512.IsHardwareAccelerated) PhasePanelWeights<F512>(w, u, inputs, placePitch, pointPitch);
        else if (Vector256.IsHardwareAccelerated) PhasePanelWeights<F256>(w, u, inputs, placePitch, pointPitch);
        else PhasePanelWeights<F128>(w, u, inputs, placePitch, pointPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PhasePanelWeights<T>(float* w, float* u, int inputs, nint placePitch, nint pointPitch) where T : struct, ISimd<T>
    {
        nint phase = (nint)inputs * Width, row = 5 * pointPitch;
        for (float* end = w + phase; w != end; w += T.Width, u += T.Width)
        {
            float* middle = w + 3 * placePitch;
            float* last = w + 6 * placePitch;
            float* one = u + 3 * phase;
            for (int point = 0; point < 2; point++)
            {
                var factor = T.Of(point == 0 ? NearFactor : FarFactor);
                var (b0, b1, b2) = (T.Load(middle) * factor, T.Load(middle + placePitch) * factor, T.Load(middle + 2 * placePitch) * factor);
                PointsByTwo(b0, b1, b2, u + 2 * point * row, one + 2 * point * row, pointPitch);
                PointsByTwo(b0, b1, b2, u + (2 * point + 1) * row, one + (2 * point + 1) * row, pointPitch);
            }

            float* both = u + phase;
            one = both + phase;
            var (c0, c1, c2) = (T.Load(last), T.Load(last + placePitch), T.Load(last + 2 * placePitch));
            for (int point = 0; point < 2; point++, both += 2 * row, one += 2 * row)
            {
                var (even, odd) = point == 0 ? (T.Of(NearFactor), T.Of(NearFactor * NearPoint)) : (T.Of(FarFactor), T.Of(FarFactor * FarPoint));
                var (a0, a1, a2) = (T.Load(w) * even, T.Load(w + placePitch) * even, T.Load(w + 2 * placePitch) * even);
                var (d0, d1, d2) = (c0 * odd, c1 * odd, c2 * odd);
                PointsByTwo(a0 + d0, a1 + d1, a2 + d2, both, one, pointPitch);
                PointsByTwo(a0 - d0, a1 - d1, a2 - d2, both + row, one + row, pointPitch);
            }
            PointsByTwo(c0, c1, c2, both, one, pointPitch);
        }
    }

    /// <summary>A row of a kernel at the points of the phase of its first and last place, and of that of the place between: g Gᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PointsByTwo<T>(T a, T b, T c, float* two, float* one, nint pitch) where T : struct, ISimd<T>
    {
        var (near, nearOdd) = (a * T.Of(NearFactor), c * T.Of(NearFactor * NearPoint));
        var (far, farOdd) = (a * T.Of(FarFactor), c * T.Of(FarFactor * FarPoint));
        T.Store(near + nearOdd, two);
        T.Store(near - nearOdd, two + pitch);
        T.Store(far + farOdd, two + 2 * pitch);
        T.Store(far - farOdd, two + 3 * pitch);
        T.Store(c, two + 4 * pitch);
        var (nearOne, farOne) = (b * T.Of(NearFactor), b * T.Of(FarFactor));
        T.Store(nearOne, one);
        T.Store(nearOne, one + pitch);
        T.Store(farOne, one + 2 * pitch);
        T.Store(farOne, one + 3 * pitch);
    }

    /// <summary>The gradient of some inputs' kernels that move by two, for a panel of outputs, from that of their values at the points: Gᵀ ∂u G for each phase.</summary>
    /// <param name="du">The first input's 32 outputs at the first point of the first phase, the next input's after them.</param>
    /// <param name="dw">Receives the same at the kernel's first place.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="pointPitch">The floats from a point to the next, of 5 × 5.</param>
    /// <param name="phasePitch">The floats from a phase to the next.</param>
    /// <param name="placePitch">The floats from a place of the kernel to the next.</param>
    /// <param name="accumulate">Whether the gradient is added to.</param>
    public static void PhasePanelWeightGradient(float* du, float* dw, int inputs, nint pointPitch, nint phasePitch, nint placePitch, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated) PhasePanelWeightGradient<F512>(du, dw, inputs, pointPitch, phasePitch, placePitch, accumulate);
        else if (Vector256.IsHardwareAccelerated) PhasePanelWeightGradient<F256>(du, dw, inputs, pointPitch, phasePitch, placePitch, accumulate);
        else PhasePanelWeightGradient<F128>(du, dw, inputs, pointPitch, phasePitch, placePitch, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PhasePanelWeightGradient<T>(float* du, float* dw, int inputs, nint pointPitch, nint phasePitch, nint placePitch, bool accumulate) where T : struct, ISimd<T>
    {
        nint row = 5 * pointPitch;
        float* between = stackalloc float[3 * 5 * Slot];
        for (float* end = du + (nint)inputs * Width; du != end; du += T.Width, dw += T.Width)
        {
            for (int point = 0; point < 4; point++) PlacesByTwo<T>(du + point * row, du + 3 * phasePitch + point * row, pointPitch, between + point * Slot, 5 * Slot);
            for (int column = 0; column < 3; column++) Put(Even<T>(between + column * 5 * Slot, Slot), dw + (3 + column) * placePitch, accumulate);

            for (int point = 0; point < 5; point++) PlacesByTwo<T>(du + phasePitch + point * row, du + 2 * phasePitch + point * row, pointPitch, between + point * Slot, 5 * Slot);
            for (int column = 0; column < 3; column++)
            {
                Put(Even<T>(between + column * 5 * Slot, Slot), dw + column * placePitch, accumulate);
                Put(Odd<T>(between + column * 5 * Slot, Slot), dw + (6 + column) * placePitch, accumulate);
            }
        }
    }

    /// <summary>A row of a kernel from its values at the points of both phases: ∂u G.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PlacesByTwo<T>(float* two, float* one, nint pitch, float* dg, nint step) where T : struct, ISimd<T>
    {
        T.Store(Even<T>(two, pitch), dg);
        T.Store(Even<T>(one, pitch), dg + step);
        T.Store(Odd<T>(two, pitch), dg + 2 * step);
    }

    /// <summary>The first place of a phase, or its only one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Even<T>(float* du, nint step) where T : struct, ISimd<T> =>
        T.MultiplyAdd(T.Load(du) + T.Load(du + step), T.Of(NearFactor), (T.Load(du + 2 * step) + T.Load(du + 3 * step)) * T.Of(FarFactor));

    /// <summary>The last place of a phase of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Odd<T>(float* du, nint step) where T : struct, ISimd<T> => T.MultiplyAdd(T.Load(du) - T.Load(du + step), T.Of(NearFactor * NearPoint),
        T.MultiplyAdd(T.Load(du + 2 * step) - T.Load(du + 3 * step), T.Of(FarFactor * FarPoint), T.Load(du + 4 * step)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<T>(T value, float* place, bool accumulate) where T : struct, ISimd<T> => T.Store(accumulate ? value + T.Load(place) : value, place);
}
