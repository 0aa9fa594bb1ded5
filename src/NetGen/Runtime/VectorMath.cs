using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>Functions of float32 for vectors of all widths.</summary>
/// <remarks>
/// A lane's result depends on that lane's argument alone and is the same, bit for bit, for every width, for a single float, and on every processor.
/// NaN gives NaN.
/// </remarks>
public static partial class VectorMath
{
    /// <summary>eˣ.</summary>
    /// <remarks>Within 1 unit in the last place; overflows to infinity above 88.72, underflows gradually, to 0 below -103.97.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => SimdMath<F512>.Exp(new(x)).Value;

    /// <summary>eˣ.</summary>
    /// <remarks>Within 1 unit in the last place; overflows to infinity above 88.72, underflows gradually, to 0 below -103.97.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x) => SimdMath<F256>.Exp(new(x)).Value;

    /// <summary>eˣ.</summary>
    /// <remarks>Within 1 unit in the last place; overflows to infinity above 88.72, underflows gradually, to 0 below -103.97.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> x) => SimdMath<F128>.Exp(new(x)).Value;

    /// <summary>eˣ.</summary>
    /// <remarks>Within 1 unit in the last place; overflows to infinity above 88.72, underflows gradually, to 0 below -103.97.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp(float x) => Exp(Vector128.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>2ˣ.</summary>
    /// <remarks>Within 1 unit in the last place; overflows to infinity from 128 on, underflows gradually, to 0 from -150 down.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp2(Vector512<float> x) => SimdMath<F512>.Exp2(new(x)).Value;

    /// <summary>2ˣ.</summary>
    /// <remarks>Within 1 unit in the last place; overflows to infinity from 128 on, underflows gradually, to 0 from -150 down.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp2(Vector256<float> x) => SimdMath<F256>.Exp2(new(x)).Value;

    /// <summary>2ˣ.</summary>
    /// <remarks>Within 1 unit in the last place; overflows to infinity from 128 on, underflows gradually, to 0 from -150 down.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp2(Vector128<float> x) => SimdMath<F128>.Exp2(new(x)).Value;

    /// <summary>2ˣ.</summary>
    /// <remarks>Within 1 unit in the last place; overflows to infinity from 128 on, underflows gradually, to 0 from -150 down.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp2(float x) => Exp2(Vector128.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>eˣ − 1, accurate near 0, as ELU needs it.</summary>
    /// <remarks>Within 2 units in the last place.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpM1(Vector512<float> x) => SimdMath<F512>.ExpM1(new(x)).Value;

    /// <summary>eˣ − 1, accurate near 0, as ELU needs it.</summary>
    /// <remarks>Within 2 units in the last place.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ExpM1(Vector256<float> x) => SimdMath<F256>.ExpM1(new(x)).Value;

    /// <summary>eˣ − 1, accurate near 0, as ELU needs it.</summary>
    /// <remarks>Within 2 units in the last place.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ExpM1(Vector128<float> x) => SimdMath<F128>.ExpM1(new(x)).Value;

    /// <summary>eˣ − 1, accurate near 0, as ELU needs it.</summary>
    /// <remarks>Within 2 units in the last place.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ExpM1(float x) => ExpM1(Vector128.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>The natural logarithm.</summary>
    /// <remarks>Within 1 unit in the last place, for subnormal numbers too; −∞ for ±0, NaN for negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x) => SimdMath<F512>.Log(new(x)).Value;

    /// <summary>The natural logarithm.</summary>
    /// <remarks>Within 1 unit in the last place, for subnormal numbers too; −∞ for ±0, NaN for negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x) => SimdMath<F256>.Log(new(x)).Value;

    /// <summary>The natural logarithm.</summary>
    /// <remarks>Within 1 unit in the last place, for subnormal numbers too; −∞ for ±0, NaN for negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Log(Vector128<float> x) => SimdMath<F128>.Log(new(x)).Value;

    /// <summary>The natural logarithm.</summary>
    /// <remarks>Within 1 unit in the last place, for subnormal numbers too; −∞ for ±0, NaN for negative values.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log(float x) => Log(Vector128.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>log(1 + x), accurate near 0.</summary>
    /// <remarks>Within 2 units in the last place; −∞ for −1, NaN below.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log1P(Vector512<float> x) => SimdMath<F512>.Log1P(new(x)).Value;

    /// <summary>log(1 + x), accurate near 0.</summary>
    /// <remarks>Within 2 units in the last place; −∞ for −1, NaN below.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log1P(Vector256<float> x) => SimdMath<F256>.Log1P(new(x)).Value;

    /// <summary>log(1 + x), accurate near 0.</summary>
    /// <remarks>Within 2 units in the last place; −∞ for −1, NaN below.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Log1P(Vector128<float> x) => SimdMath<F128>.Log1P(new(x)).Value;

    /// <summary>log(1 + x), accurate near 0.</summary>
    /// <remarks>Within 2 units in the last place; −∞ for −1, NaN below.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log1P(float x) => Log1P(Vector128.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>The hyperbolic tangent.</summary>
    /// <remarks>Within 3 units in the last place; keeps the sign of zero.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x) => SimdMath<F512>.Tanh(new(x)).Value;

    /// <summary>The hyperbolic tangent.</summary>
    /// <remarks>Within 3 units in the last place; keeps the sign of zero.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x) => SimdMath<F256>.Tanh(new(x)).Value;

    /// <summary>The hyperbolic tangent.</summary>
    /// <remarks>Within 3 units in the last place; keeps the sign of zero.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Tanh(Vector128<float> x) => SimdMath<F128>.Tanh(new(x)).Value;

    /// <summary>The hyperbolic tangent.</summary>
    /// <remarks>Within 3 units in the last place; keeps the sign of zero.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tanh(float x) => Tanh(Vector128.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>Φ(x) = 1/√(2π) ∫₋∞ˣ e^(−t²/2) dt, the standard normal distribution, of which the exact GELU is made: x · Φ(x).</summary>
    /// <remarks>Within 2 units in the last place of ½, 1.2 · 10⁻⁷; 0 from −5.5 down and 1 from 5.5 on.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> NormalCdf(Vector512<float> x) => SimdMath<F512>.NormalCdf(new(x)).Value;

    /// <summary>Φ(x) = 1/√(2π) ∫₋∞ˣ e^(−t²/2) dt, the standard normal distribution, of which the exact GELU is made: x · Φ(x).</summary>
    /// <remarks>Within 2 units in the last place of ½, 1.2 · 10⁻⁷; 0 from −5.5 down and 1 from 5.5 on.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> NormalCdf(Vector256<float> x) => SimdMath<F256>.NormalCdf(new(x)).Value;

    /// <summary>Φ(x) = 1/√(2π) ∫₋∞ˣ e^(−t²/2) dt, the standard normal distribution, of which the exact GELU is made: x · Φ(x).</summary>
    /// <remarks>Within 2 units in the last place of ½, 1.2 · 10⁻⁷; 0 from −5.5 down and 1 from 5.5 on.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> NormalCdf(Vector128<float> x) => SimdMath<F128>.NormalCdf(new(x)).Value;

    /// <summary>Φ(x) = 1/√(2π) ∫₋∞ˣ e^(−t²/2) dt, the standard normal distribution, of which the exact GELU is made: x · Φ(x).</summary>
    /// <remarks>Within 2 units in the last place of ½, 1.2 · 10⁻⁷; 0 from −5.5 down and 1 from 5.5 on.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float NormalCdf(float x) => NormalCdf(Vector128.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <remarks>Within 3 units in the last place; underflows gradually for large negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => SimdMath<F512>.Sigmoid(new(x)).Value;

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <remarks>Within 3 units in the last place; underflows gradually for large negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) => SimdMath<F256>.Sigmoid(new(x)).Value;

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <remarks>Within 3 units in the last place; underflows gradually for large negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sigmoid(Vector128<float> x) => SimdMath<F128>.Sigmoid(new(x)).Value;

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <remarks>Within 3 units in the last place; underflows gradually for large negative values.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sigmoid(float x) => Sigmoid(Vector128.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>log(1 + eˣ), which neither overflows nor cancels.</summary>
    /// <remarks>Within 2 units in the last place; underflows gradually for large negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x) => SimdMath<F512>.Softplus(new(x)).Value;

    /// <summary>log(1 + eˣ), which neither overflows nor cancels.</summary>
    /// <remarks>Within 2 units in the last place; underflows gradually for large negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Softplus(Vector256<float> x) => SimdMath<F256>.Softplus(new(x)).Value;

    /// <summary>log(1 + eˣ), which neither overflows nor cancels.</summary>
    /// <remarks>Within 2 units in the last place; underflows gradually for large negative values.</remarks>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Softplus(Vector128<float> x) => SimdMath<F128>.Softplus(new(x)).Value;

    /// <summary>log(1 + eˣ), which neither overflows nor cancels.</summary>
    /// <remarks>Within 2 units in the last place; underflows gradually for large negative values.</remarks>
    /// <param name="x">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Softplus(float x) => Softplus(Vector128.CreateScalarUnsafe(x)).ToScalar();
}
