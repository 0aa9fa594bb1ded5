using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetGen.Optimization;

/// <summary>A vector of floats of any width, with what updates need, so that each update is written once.</summary>
/// <remarks>Multiply-add rounds once wherever the hardware can: the same bits for every width, and on every machine that has it.</remarks>
unsafe interface ILanes<TSelf> where TSelf : struct, ILanes<TSelf>
{
    static abstract int Width { get; }
    static abstract TSelf Load(float* p);
    static abstract void Store(TSelf a, float* p);
    static abstract TSelf Of(float value);
    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a · b + c.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>a, with 0 where its magnitude is below the limit. NaN stays.</summary>
    static abstract TSelf Flush(TSelf a, TSelf limit);

    /// <summary>a, brought into ±limit. NaN stays.</summary>
    static abstract TSelf Clamp(TSelf a, TSelf limit);

    /// <summary>−1, 0 or 1; NaN stays.</summary>
    static abstract TSelf Sign(TSelf a);
}

readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    readonly Vector512<float> _v = value;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* p) => new(Vector512.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 a, float* p) => a._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Of(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sqrt(Lanes512 a) => new(Vector512.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Flush(Lanes512 a, Lanes512 limit) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(a._v), limit._v), Vector512<float>.Zero, a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Clamp(Lanes512 a, Lanes512 limit)
    {
        var most = Vector512.ConditionalSelect(Vector512.GreaterThan(a._v, limit._v), limit._v, a._v);
        return new(Vector512.ConditionalSelect(Vector512.LessThan(most, -limit._v), -limit._v, most));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Sign(Lanes512 a)
    {
        var zero = Vector512<float>.Zero;
        var one = Vector512.CopySign(Vector512<float>.One, a._v);
        return new(Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Abs(a._v), zero), one, a._v));
    }
}

readonly unsafe struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    readonly Vector256<float> _v = value;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* p) => new(Vector256.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 a, float* p) => a._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Of(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sqrt(Lanes256 a) => new(Vector256.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Flush(Lanes256 a, Lanes256 limit) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(a._v), limit._v), Vector256<float>.Zero, a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Clamp(Lanes256 a, Lanes256 limit)
    {
        var most = Vector256.ConditionalSelect(Vector256.GreaterThan(a._v, limit._v), limit._v, a._v);
        return new(Vector256.ConditionalSelect(Vector256.LessThan(most, -limit._v), -limit._v, most));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sign(Lanes256 a)
    {
        var zero = Vector256<float>.Zero;
        var one = Vector256.CopySign(Vector256<float>.One, a._v);
        return new(Vector256.ConditionalSelect(Vector256.GreaterThan(Vector256.Abs(a._v), zero), one, a._v));
    }
}

readonly unsafe struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    readonly Vector128<float> _v = value;

    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* p) => new(Vector128.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 a, float* p) => a._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Of(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 a) => new(Vector128.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Flush(Lanes128 a, Lanes128 limit) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(Vector128.Abs(a._v), limit._v), Vector128<float>.Zero, a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Clamp(Lanes128 a, Lanes128 limit)
    {
        var most = Vector128.ConditionalSelect(Vector128.GreaterThan(a._v, limit._v), limit._v, a._v);
        return new(Vector128.ConditionalSelect(Vector128.LessThan(most, -limit._v), -limit._v, most));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sign(Lanes128 a)
    {
        var zero = Vector128<float>.Zero;
        var one = Vector128.CopySign(Vector128<float>.One, a._v);
        return new(Vector128.ConditionalSelect(Vector128.GreaterThan(Vector128.Abs(a._v), zero), one, a._v));
    }
}
