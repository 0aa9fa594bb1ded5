using System.ComponentModel;
using ILGPU;

namespace NetGen.Gpu;

/// <summary>
/// The functions of kernels, in plain arithmetic: the same on every device, and those of the processor's kernels to the last bits, which multiply-adds that are
/// rounded once and the order of sums make differ.
/// </summary>
/// <remarks>
/// Reductions and coefficients are those of NetGen's own vector mathematics: Cephes (S. Moshier, expf.c and logf.c, 1989) and Remez fits. The polynomials of
/// exponentials and logarithms are summed by pairs (Estrin's scheme): chains of such functions are long, and a shorter one waits less for itself.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GpuMath
{
    const float Rounder = 12582912f, Log2E = 1.44269504f;

    const int RounderBits = 0x4B400000;

    // ln 2 in two parts, of which products of the first with a whole number up to 255 are exact.
    const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>One of two numbers.</summary>
    /// <param name="condition">Which.</param>
    /// <param name="then">The number where the condition holds.</param>
    /// <param name="otherwise">The number elsewhere.</param>
    public static float Select(bool condition, float then, float otherwise) => condition ? then : otherwise;

    /// <summary>One of two numbers.</summary>
    /// <param name="condition">Which.</param>
    /// <param name="then">The number where the condition holds.</param>
    /// <param name="otherwise">The number elsewhere.</param>
    public static int Select(bool condition, int then, int otherwise) => condition ? then : otherwise;

    /// <summary>The larger one; the second where either is NaN.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">Another.</param>
    public static float Max(float a, float b) => a > b ? a : b;

    /// <summary>The smaller one; the second where either is NaN.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">Another.</param>
    public static float Min(float a, float b) => a < b ? a : b;

    /// <summary>The larger one; NaN where either is.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">Another.</param>
    public static float Maximum(float a, float b) => a > b || float.IsNaN(a) ? a : b;

    /// <summary>eˣ.</summary>
    /// <param name="x">The exponent.</param>
    public static float Exp(float x)
    {
        // e⁸⁹ overflows and e⁻¹⁰⁴ is below half of the least subnormal.
        var bounded = Bounded(x, -104f, 89f);
        var rounded = bounded * Log2E + Rounder;
        var whole = rounded - Rounder;
        var exp = ReducedExpM1(bounded, whole) + 1f;
        // 2ⁿ in two steps: n reaches 128 and -150, where it is no normal float.
        var n = Whole(rounded);
        var half = n >> 1;
        return exp * PowerOf2(half) * PowerOf2(n - half);
    }

    /// <summary>eˣ of a number that isn't positive.</summary>
    /// <param name="x">The exponent.</param>
    static float ExpOfNegative(float x)
    {
        var bounded = x < -104f ? -104f : x;
        var rounded = bounded * Log2E + Rounder;
        // 2ⁿ in two steps, of which the second is the same for all: n reaches -150.
        return (ReducedExpM1(bounded, rounded - Rounder) + 1f) * PowerOf2(Whole(rounded) + 64) * 5.42101086e-20f;
    }

    /// <summary>eˣ − 1.</summary>
    /// <param name="x">The exponent.</param>
    public static float Expm1(float x)
    {
        var bounded = Bounded(x, -20f, 89f);
        var rounded = bounded * Log2E + Rounder;
        var whole = rounded - Rounder;
        var scale = PowerOf2(Whole(rounded) - 1);
        var half = scale * ReducedExpM1(bounded, whole) + (scale - 0.5f);
        return half + half;
    }

    /// <summary>The natural logarithm.</summary>
    /// <param name="x">A number.</param>
    public static float Log(float x)
    {
        var tiny = x < 1.17549435e-38f;
        var bits = (int)Interop.FloatAsInt(tiny ? x * 8388608f : x) - 0x3F3504F3;
        var exponent = (float)((bits >> 23) - (tiny ? 23 : 0));
        var fraction = Interop.IntAsFloat((uint)((bits & 0x007FFFFF) + 0x3F3504F3)) - 1f;
        var log = exponent * Ln2High + LogOfFraction(fraction, exponent * Ln2Low);
        log = x < float.PositiveInfinity ? log : x;
        log = x < 0f ? float.NaN : log;
        return x == 0f ? float.NegativeInfinity : log;
    }

    /// <summary>log(1 + eˣ).</summary>
    /// <param name="x">A number.</param>
    public static float Softplus(float x)
    {
        // max(x, 0) + log(1 + e^-|x|): the exponential is at most 1, so 1 + e needs halving at most once to come near 1.
        var e = ExpOfNegative(-MathF.Abs(x));
        var large = e > 0.41421356f;
        var log = (large ? Ln2High : 0f) + LogOfFraction(large ? e * 0.5f - 0.5f : e, large ? Ln2Low : 0f);
        return (x > 0f ? x : 0f) + log;
    }

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">A number.</param>
    public static float Tanh(float x)
    {
        // With t = e^-2|x| - 1: tanh |x| = -t / (t + 2), without cancellation for any x.
        var t = Expm1(MathF.Abs(x) * -2f);
        var tanh = -t / (t + 2f);
        return x < 0f ? -tanh : tanh;
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <param name="x">A number.</param>
    public static float Sigmoid(float x)
    {
        var e = ExpOfNegative(-MathF.Abs(x));
        return (x < 0f ? e : 1f) / (1f + e);
    }

    /// <summary>The standard normal distribution.</summary>
    /// <param name="x">A number.</param>
    public static float NormalCdf(float x)
    {
        // ½ + t · p(t²), with t² brought to -1 … 1 for the polynomial. From 5.5 on it is 1 in float32, from -5.5 down 0.
        var t = Bounded(x, -5.5f, 5.5f);
        var u = t * t * 0.0661156997f - 1f;
        var p = -2.36422537e-4f * u + 6.31562783e-4f;
        p = p * u + -5.29114390e-4f;
        p = p * u + 7.20093842e-4f;
        p = p * u + -2.41867569e-3f;
        p = p * u + 4.62179724e-3f;
        p = p * u + -6.81989035e-3f;
        p = p * u + 1.02278180e-2f;
        p = p * u + -1.49990860e-2f;
        p = p * u + 2.03645751e-2f;
        p = p * u + -2.60482598e-2f;
        p = p * u + 3.20702530e-2f;
        p = p * u + -3.87927815e-2f;
        p = p * u + 4.77376245e-2f;
        p = p * u + -6.41723350e-2f;
        p = p * u + 0.12855193f;
        var cdf = t * p + 0.5f;
        cdf = cdf < 0f ? 0f : cdf;
        return x <= -5.5f ? 0f : cdf;
    }

    /// <summary>A float of 24 random bits in [0, 1), as <see cref="Runtime.Philox.Uniform"/> gives it.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="step">Which step of the training.</param>
    /// <param name="stream">Which stream of the step.</param>
    /// <param name="index">Which element.</param>
    public static float Uniform(ulong seed, ulong step, uint stream, uint index)
    {
        unchecked
        {
            uint c0 = index >> 2, c1 = stream, c2 = (uint)step, c3 = (uint)(step >> 32);
            uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
            for (var round = 0; round < 10; round++)
            {
                var p0 = 0xD2511F53ul * c0;
                var p1 = 0xCD9E8D57ul * c2;
                c0 = (uint)(p1 >> 32) ^ c1 ^ key0;
                c1 = (uint)p1;
                c2 = (uint)(p0 >> 32) ^ c3 ^ key1;
                c3 = (uint)p0;
                key0 += 0x9E3779B9;
                key1 += 0xBB67AE85;
            }
            var word = index & 3;
            var bits = c3;
            bits = word == 2 ? c2 : bits;
            bits = word == 1 ? c1 : bits;
            bits = word == 0 ? c0 : bits;
            // As a signed number: an unsigned one becomes a float by way of a double, which not every device has.
            return (int)(bits >> 8) * (1f / (1 << 24));
        }
    }

    /// <summary>x, or a bound that it is past; NaN stays. A choice within a choice would be a branch.</summary>
    static float Bounded(float x, float low, float high)
    {
        x = x > high ? high : x;
        return x < low ? low : x;
    }

    /// <summary>e^r − 1 of what is left of x after so many times ln 2.</summary>
    static float ReducedExpM1(float x, float whole)
    {
        var r = x - whole * Ln2High;
        r -= whole * Ln2Low;
        var square = r * r;
        var p = 1.9875691500e-4f * r + 1.3981999507e-3f;
        p = p * square + (8.3334519073e-3f * r + 4.1665795894e-2f);
        p = p * square + (1.6666665459e-1f * r + 5.0000001201e-1f);
        return p * square + r;
    }

    /// <summary>log(1 + f) + low for f between √½ − 1 and √2 − 1, and a small addend.</summary>
    static float LogOfFraction(float f, float low)
    {
        var square = f * f;
        var fourth = square * square;
        var upTo3 = (-1.6668057665e-1f * f + 2.0000714765e-1f) * square + (-2.4999993993e-1f * f + 3.3333331174e-1f);
        var high = (-1.1514610310e-1f * f + 1.1676998740e-1f) * square + (-1.2420140846e-1f * f + 1.4249322787e-1f);
        var p = (7.0376836292e-2f * fourth + high) * fourth + upTo3;
        return f + (square * (p * f + -0.5f) + low);
    }

    /// <summary>
    /// The whole number that a float was rounded to by adding <see cref="Rounder"/>: its last bits. Of NaN it is any, and no conversion that a device needn't
    /// define.
    /// </summary>
    static int Whole(float rounded) => (int)Interop.FloatAsInt(rounded) - RounderBits;

    /// <summary>2ⁿ, a normal float.</summary>
    static float PowerOf2(int n) => Interop.IntAsFloat((uint)((n + 127) << 23));
}
