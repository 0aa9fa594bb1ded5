using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <content>Parts of vectors, maxima, and maxima across a vector. Counts of lanes are meant to be literals.</content>
public static unsafe partial class VectorMath
{
    /// <summary>Reads the first lanes of a vector and nothing behind them; the other lanes get a value.</summary>
    /// <param name="p">The first float; need not be aligned.</param>
    /// <param name="count">How many floats to read: 0 to 16.</param>
    /// <param name="fill">What the other lanes get.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load512(float* p, int count, float fill) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), Load512(p, count), Vector512.Create(fill));

    /// <summary>Reads the first lanes of a vector and nothing behind them; the other lanes get a value.</summary>
    /// <param name="p">The first float; need not be aligned.</param>
    /// <param name="count">How many floats to read: 0 to 8.</param>
    /// <param name="fill">What the other lanes get.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load256(float* p, int count, float fill) =>
        Vector256.ConditionalSelect(Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle(), Load256(p, count), Vector256.Create(fill));

    /// <summary>Reads the first lanes of a vector and nothing behind them; the other lanes get a value.</summary>
    /// <param name="p">The first float; need not be aligned.</param>
    /// <param name="count">How many floats to read: 0 to 4.</param>
    /// <param name="fill">What the other lanes get.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load128(float* p, int count, float fill) =>
        Vector128.ConditionalSelect(Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle(), Load128(p, count), Vector128.Create(fill));

    /// <summary>The first lanes of a vector, and zeros in the others, whatever they held.</summary>
    /// <param name="v">The vector.</param>
    /// <param name="count">How many lanes stay: 0 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FirstLanes(Vector512<float> v, int count) =>
        v & Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    /// <summary>The first lanes of a vector, and zeros in the others, whatever they held.</summary>
    /// <param name="v">The vector.</param>
    /// <param name="count">How many lanes stay: 0 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FirstLanes(Vector256<float> v, int count) =>
        v & Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    /// <summary>The first lanes of a vector, and zeros in the others, whatever they held.</summary>
    /// <param name="v">The vector.</param>
    /// <param name="count">How many lanes stay: 0 to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FirstLanes(Vector128<float> v, int count) =>
        v & Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();

    /// <summary>The larger of each two lanes, and NaN where either is.</summary>
    /// <remarks>Where one is NaN, x86 takes the second operand: in one of the two orders that is the NaN, and more bits leave it NaN.</remarks>
    /// <param name="a">The vector.</param>
    /// <param name="b">Another one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Maximum(Vector512<float> a, Vector512<float> b) => Vector512.MaxNative(a, b) | Vector512.MaxNative(b, a);

    /// <summary>The larger of each two lanes, and NaN where either is.</summary>
    /// <param name="a">The vector.</param>
    /// <param name="b">Another one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Maximum(Vector256<float> a, Vector256<float> b) => Vector256.MaxNative(a, b) | Vector256.MaxNative(b, a);

    /// <summary>The larger of each two lanes, and NaN where either is.</summary>
    /// <param name="a">The vector.</param>
    /// <param name="b">Another one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Maximum(Vector128<float> a, Vector128<float> b) => Vector128.MaxNative(a, b) | Vector128.MaxNative(b, a);

    /// <summary>The larger of each two neighbouring lanes, and NaN where either is: of the first vector, then of the second.</summary>
    /// <param name="low">The first vector.</param>
    /// <param name="high">The second vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MaximumOfPairs(Vector512<float> low, Vector512<float> high)
    {
        if (!Avx512F.IsSupported)
            return Vector512.Create(MaximumOfPairs(low.GetLower(), low.GetUpper()), MaximumOfPairs(high.GetLower(), high.GetUpper()));
        var even = Vector512.CreateSequence(0, 2);
        return Maximum(Avx512F.PermuteVar16x32x2(low, even, high), Avx512F.PermuteVar16x32x2(low, even + Vector512<int>.One, high));
    }

    /// <summary>The larger of each two neighbouring lanes, and NaN where either is: of the first vector, then of the second.</summary>
    /// <param name="low">The first vector.</param>
    /// <param name="high">The second vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MaximumOfPairs(Vector256<float> low, Vector256<float> high)
    {
        if (!Avx2.IsSupported)
            return Vector256.Create(MaximumOfPairs(low.GetLower(), low.GetUpper()), MaximumOfPairs(high.GetLower(), high.GetUpper()));
        // In halves, of which the inner two are exchanged then.
        var maxima = Maximum(Avx.Shuffle(low, high, 0b10_00_10_00), Avx.Shuffle(low, high, 0b11_01_11_01));
        return Avx2.Permute4x64(maxima.AsDouble(), 0b11_01_10_00).AsSingle();
    }

    /// <summary>The larger of each two neighbouring lanes, and NaN where either is: of the first vector, then of the second.</summary>
    /// <param name="low">The first vector.</param>
    /// <param name="high">The second vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MaximumOfPairs(Vector128<float> low, Vector128<float> high) =>
        Sse.IsSupported ? Maximum(Sse.Shuffle(low, high, 0b10_00_10_00), Sse.Shuffle(low, high, 0b11_01_11_01))
        : AdvSimd.Arm64.IsSupported ? Maximum(AdvSimd.Arm64.UnzipEven(low, high), AdvSimd.Arm64.UnzipOdd(low, high))
        : Maximum(Vector128.Create(low[0], low[2], high[0], high[2]), Vector128.Create(low[1], low[3], high[1], high[3]));

    /// <summary>The largest lane.</summary>
    /// <param name="v">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector512<float> v) => MaxAcross(Vector256.MaxNative(v.GetLower(), v.GetUpper()));

    /// <summary>The largest lane.</summary>
    /// <param name="v">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector256<float> v) => MaxAcross(Vector128.MaxNative(v.GetLower(), v.GetUpper()));

    /// <summary>The largest lane.</summary>
    /// <param name="v">The vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector128<float> v)
    {
        v = Vector128.MaxNative(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(v, Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}
