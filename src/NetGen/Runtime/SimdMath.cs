using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

/// <summary>
/// The one definition behind all widths of <see cref="VectorMath"/>. Polynomials in float32 after a reduction of the argument, without tables or branches.
/// </summary>
/// <remarks>
/// Reductions and coefficients of exp and log are those of Cephes (S. Moshier, expf.c and logf.c, 1989), evaluated with fused multiply-adds. The coefficients
/// of the normal distribution and of 2ˣ are fits of the least greatest error made for this file.
/// </remarks>
static class SimdMath<T> where T : struct, ISimd<T>
{
    /// <summary>
    /// 1.5 · 2²³: a float near it has a unit in the last place of 1, so adding it rounds to a whole number and leaves that number in the low bits.
    /// </summary>
    const float Rounder = 12582912f;
    const int RounderBits = 0x4B400000;
    const float Log2E = 1.44269504f;
    const int SignBit = int.MinValue;

    // ln 2 in two parts. The product of the first with a whole number up to 150 is exact inside a fused multiply-add, so the reduced argument is as good as
    // rounded once.
    const float Ln2High = 0.693147182f;
    const float Ln2Low = -1.90465430e-9f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp(T x)
    {
        // e⁸⁹ overflows and e⁻¹⁰⁴ is below half of the least subnormal.
        x = T.AtLeast(T.AtMost(x, T.Of(89f)), T.Of(-104f));
        ReduceByLn2(x, out var n, out var rounded, out var expM1);
        var exp = expM1 + T.Of(1f);
        if (T.HasScale) return T.Scale(exp, n);

        // 2ⁿ in two steps: n reaches 128 and -150, where 2ⁿ is no normal float. The first product is exact, so the result is rounded once here, too.
        var integer = T.SubtractBits(rounded, T.OfBits(RounderBits));
        var half = T.ShiftBitsRight(integer, 1);
        return exp * PowerOf2(half, 127) * PowerOf2(T.SubtractBits(integer, half), 127);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp2(T x)
    {
        if (T.HasScale) return T.Scale(PowerOfRest(T.Rest(x)), T.Whole(x));

        // As Exp has it.
        x = T.AtLeast(T.AtMost(x, T.Of(129f)), T.Of(-151f));
        var rounded = x + T.Of(Rounder);
        var integer = T.SubtractBits(rounded, T.OfBits(RounderBits));
        var half = T.ShiftBitsRight(integer, 1);
        return PowerOfRest(x - (rounded - T.Of(Rounder))) * PowerOf2(half, 127) * PowerOf2(T.SubtractBits(integer, half), 127);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpM1(T x)
    {
        var clamped = T.AtMost(x, T.Of(89f));
        return ExpM1Bounded(clamped) | (x & T.OfBits(SignBit));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log(T x)
    {
        var tiny = T.LessThan(x, T.Of(1.17549435e-38f));
        var normal = T.Select(tiny, x * T.Of(8388608f), x);
        Decompose(normal, out var exponent, out var fraction);
        exponent += tiny & T.Of(-23f);
        var log = T.Fma(exponent, T.Of(Ln2High), LogOfFraction(fraction, exponent * T.Of(Ln2Low)));
        return LogOfSpecial(x, log);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log1P(T x)
    {
        // log(1 + x) = log(u) + log((1 + x) / u) with u = 1 + x as rounded, and what the rounding lost, divided by u, for the second term (fdlibm, s_log1p.c).
        var one = T.Of(1f);
        var u = one + x;
        var lost = T.Select(T.LessThan(x, one), x - (u - one), one - (u - x));
        Decompose(u, out var exponent, out var fraction);
        var log = T.Fma(exponent, T.Of(Ln2High), LogOfFraction(fraction, T.Fma(exponent, T.Of(Ln2Low), lost / u)));
        return T.Select(T.Equal(u, one), x, LogOfSpecial(u, log));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Softplus(T x)
    {
        // max(x, 0) + log(1 + e^-|x|): the exponential is at most 1, so 1 + e needs halving at most once to come near 1.
        var e = Exp(T.Abs(x) ^ T.OfBits(SignBit));
        var large = T.LessThan(T.Of(0.41421356f), e);
        var fraction = T.Select(large, T.Fma(e, T.Of(0.5f), T.Of(-0.5f)), e);
        var log = (large & T.Of(Ln2High)) + LogOfFraction(fraction, large & T.Of(Ln2Low));
        return T.AtLeast(x, T.Of(0f)) + log;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh(T x)
    {
        // With t = e^-2|x| - 1: tanh |x| = -t / (t + 2), without cancellation for any x.
        var sign = x & T.OfBits(SignBit);
        var t = ExpM1Bounded(T.Abs(x) * T.Of(-2f));
        return (T.Abs(t) / (t + T.Of(2f))) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid(T x)
    {
        // e^-|x| never overflows: 1 / (1 + e⁻ˣ) for positive x, eˣ / (1 + eˣ) for negative.
        var one = T.Of(1f);
        var e = Exp(T.Abs(x) ^ T.OfBits(SignBit));
        return T.Select(T.LessThan(x, T.Of(0f)), e, one) / (one + e);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalCdf(T x)
    {
        // ½ + t · p(t²), with t² brought to -1 … 1 for the polynomial. From 5.5 on it is 1 in float32, from -5.5 down 0.
        var t = T.AtLeast(T.AtMost(x, T.Of(5.5f)), T.Of(-5.5f));
        var u = T.Fma(t * t, T.Of(0.0661156997f), T.Of(-1f));
        var p = T.Fma(T.Of(-2.36422537e-4f), u, T.Of(6.31562783e-4f));
        p = T.Fma(p, u, T.Of(-5.29114390e-4f));
        p = T.Fma(p, u, T.Of(7.20093842e-4f));
        p = T.Fma(p, u, T.Of(-2.41867569e-3f));
        p = T.Fma(p, u, T.Of(4.62179724e-3f));
        p = T.Fma(p, u, T.Of(-6.81989035e-3f));
        p = T.Fma(p, u, T.Of(1.02278180e-2f));
        p = T.Fma(p, u, T.Of(-1.49990860e-2f));
        p = T.Fma(p, u, T.Of(2.03645751e-2f));
        p = T.Fma(p, u, T.Of(-2.60482598e-2f));
        p = T.Fma(p, u, T.Of(3.20702530e-2f));
        p = T.Fma(p, u, T.Of(-3.87927815e-2f));
        p = T.Fma(p, u, T.Of(4.77376245e-2f));
        p = T.Fma(p, u, T.Of(-6.41723350e-2f));
        p = T.Fma(p, u, T.Of(0.12855193f));
        return T.AtLeast(T.Fma(t, p, T.Of(0.5f)), T.Of(0f));
    }

    /// <summary>e^x - 1 for x of at most 89; a zero may lose its sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T ExpM1Bounded(T x)
    {
        // Below -20 it is -1 in float32. With 2ⁿ⁻¹, n may be 128.
        ReduceByLn2(T.AtLeast(x, T.Of(-20f)), out _, out var rounded, out var expM1);
        var scale = PowerOf2(T.SubtractBits(rounded, T.OfBits(RounderBits)), 126);
        var half = T.Fma(scale, expM1, scale - T.Of(0.5f));
        return half + half;
    }

    /// <summary>x = n ln 2 + r with |r| up to ln 2 / 2, and e^r - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void ReduceByLn2(T x, out T n, out T rounded, out T expM1)
    {
        rounded = T.Fma(x, T.Of(Log2E), T.Of(Rounder));
        n = rounded - T.Of(Rounder);
        var r = T.Fma(n, T.Of(-Ln2Low), T.Fma(n, T.Of(-Ln2High), x));
        var p = T.Fma(T.Of(1.9875691500e-4f), r, T.Of(1.3981999507e-3f));
        p = T.Fma(p, r, T.Of(8.3334519073e-3f));
        p = T.Fma(p, r, T.Of(4.1665795894e-2f));
        p = T.Fma(p, r, T.Of(1.6666665459e-1f));
        p = T.Fma(p, r, T.Of(5.0000001201e-1f));
        expM1 = T.Fma(p, r * r, r);
    }

    /// <summary>2ʳ for |r| up to ½, 1 for r = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T PowerOfRest(T r)
    {
        var p = T.Fma(T.Of(1.53533780e-4f), r, T.Of(1.33988785e-3f));
        p = T.Fma(p, r, T.Of(9.61843692e-3f));
        p = T.Fma(p, r, T.Of(5.55033237e-2f));
        p = T.Fma(p, r, T.Of(2.40226477e-1f));
        p = T.Fma(p, r, T.Of(6.93147182e-1f));
        return T.Fma(p, r, T.Of(1f));
    }

    /// <summary>2 to the power of integer + bias - 127, which must be a normal float's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T PowerOf2(T integer, int bias) => T.ShiftBitsLeft(T.AddBits(integer, T.OfBits(bias)), 23);

    /// <summary>x = 2^exponent · (1 + fraction) with 1 + fraction between √½ and √2, for normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Decompose(T x, out T exponent, out T fraction)
    {
        var rootOfHalf = T.OfBits(0x3F3504F3);
        var bits = T.SubtractBits(x, rootOfHalf);
        exponent = T.FromInteger(T.ShiftBitsRight(bits, 23));
        fraction = T.AddBits(bits & T.OfBits(0x007FFFFF), rootOfHalf) - T.Of(1f);
    }

    /// <summary>log(1 + f) + low for f between √½ - 1 and √2 - 1, and a small addend.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T LogOfFraction(T f, T low)
    {
        var p = T.Fma(T.Of(7.0376836292e-2f), f, T.Of(-1.1514610310e-1f));
        p = T.Fma(p, f, T.Of(1.1676998740e-1f));
        p = T.Fma(p, f, T.Of(-1.2420140846e-1f));
        p = T.Fma(p, f, T.Of(1.4249322787e-1f));
        p = T.Fma(p, f, T.Of(-1.6668057665e-1f));
        p = T.Fma(p, f, T.Of(2.0000714765e-1f));
        p = T.Fma(p, f, T.Of(-2.4999993993e-1f));
        p = T.Fma(p, f, T.Of(3.3333331174e-1f));
        var square = f * f;
        return f + T.Fma(square, T.Fma(p, f, T.Of(-0.5f)), low);
    }

    /// <summary>The logarithm of x, given what it is for positive, finite x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T LogOfSpecial(T x, T log)
    {
        var zero = T.Of(0f);
        log = T.Select(T.LessThan(x, T.Of(float.PositiveInfinity)), log, x);
        log = T.Select(T.LessThan(x, zero), T.Of(float.NaN), log);
        return T.Select(T.Equal(x, zero), T.Of(float.NegativeInfinity), log);
    }
}
