using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
