using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>Sixteen floats.</summary>
readonly unsafe struct F512(Vector512<float> value) : ISimd<F512>
{
    public readonly Vector512<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Int(F512 a) => a.Value.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static F512 Bits(Vector512<int> a) => new(a.AsSingle());

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Load(float* p) => new(Vector512.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F512 a, float* p) => a.Value.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Of(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 OfBits(int bits) => Bits(Vector512.Create(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 operator +(F512 a, F512 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 operator -(F512 a, F512 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 operator *(F512 a, F512 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 operator /(F512 a, F512 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 operator &(F512 a, F512 b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 operator |(F512 a, F512 b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 operator ^(F512 a, F512 b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Fma(F512 a, F512 b, F512 c) => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 MultiplyAdd(F512 a, F512 b, F512 c) => new(Vector512.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Sqrt(F512 a) => new(Vector512.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Abs(F512 a) => new(Vector512.Abs(a.Value));

    // Where either operand is NaN the instruction gives its second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 AtMost(F512 a, F512 limit) =>
        new(Avx512F.IsSupported ? Avx512F.Min(limit.Value, a.Value) : Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, limit.Value), limit.Value, a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 AtLeast(F512 a, F512 limit) =>
        new(Avx512F.IsSupported ? Avx512F.Max(limit.Value, a.Value) : Vector512.ConditionalSelect(Vector512.LessThan(a.Value, limit.Value), limit.Value, a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 LessThan(F512 a, F512 b) => new(Vector512.LessThan(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Equal(F512 a, F512 b) => new(Vector512.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Select(F512 mask, F512 ifSet, F512 otherwise) => new(Vector512.ConditionalSelect(mask.Value, ifSet.Value, otherwise.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 AddBits(F512 a, F512 b) => Bits(Int(a) + Int(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 SubtractBits(F512 a, F512 b) => Bits(Int(a) - Int(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 ShiftBitsLeft(F512 a, [ConstantExpected] int count) => Bits(Int(a) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 ShiftBitsRight(F512 a, [ConstantExpected] int count) => Bits(Int(a) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 FromInteger(F512 bits) => new(Vector512.ConvertToSingle(Int(bits)));

    public static bool HasScale { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Avx512F.IsSupported; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Scale(F512 a, F512 n) => new(Avx512F.Scale(a.Value, n.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Whole(F512 a) => new(Avx512F.RoundScale(a.Value, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F512 Rest(F512 a) => new(Avx512DQ.Reduce(a.Value, 0));
}

/// <summary>Eight floats.</summary>
readonly unsafe struct F256(Vector256<float> value) : ISimd<F256>
{
    public readonly Vector256<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Int(F256 a) => a.Value.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static F256 Bits(Vector256<int> a) => new(a.AsSingle());

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Load(float* p) => new(Vector256.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F256 a, float* p) => a.Value.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Of(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 OfBits(int bits) => Bits(Vector256.Create(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 operator +(F256 a, F256 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 operator -(F256 a, F256 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 operator *(F256 a, F256 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 operator /(F256 a, F256 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 operator &(F256 a, F256 b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 operator |(F256 a, F256 b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 operator ^(F256 a, F256 b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Fma(F256 a, F256 b, F256 c) => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 MultiplyAdd(F256 a, F256 b, F256 c) => new(Vector256.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Sqrt(F256 a) => new(Vector256.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Abs(F256 a) => new(Vector256.Abs(a.Value));

    // Where either operand is NaN the instruction gives its second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 AtMost(F256 a, F256 limit) =>
        new(Avx.IsSupported ? Avx.Min(limit.Value, a.Value) : Vector256.ConditionalSelect(Vector256.GreaterThan(a.Value, limit.Value), limit.Value, a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 AtLeast(F256 a, F256 limit) =>
        new(Avx.IsSupported ? Avx.Max(limit.Value, a.Value) : Vector256.ConditionalSelect(Vector256.LessThan(a.Value, limit.Value), limit.Value, a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 LessThan(F256 a, F256 b) => new(Vector256.LessThan(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Equal(F256 a, F256 b) => new(Vector256.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Select(F256 mask, F256 ifSet, F256 otherwise) => new(Vector256.ConditionalSelect(mask.Value, ifSet.Value, otherwise.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 AddBits(F256 a, F256 b) => Bits(Int(a) + Int(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 SubtractBits(F256 a, F256 b) => Bits(Int(a) - Int(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 ShiftBitsLeft(F256 a, [ConstantExpected] int count) => Bits(Int(a) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 ShiftBitsRight(F256 a, [ConstantExpected] int count) => Bits(Int(a) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 FromInteger(F256 bits) => new(Vector256.ConvertToSingle(Int(bits)));

    public static bool HasScale => Avx512F.VL.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Scale(F256 a, F256 n) => new(Avx512F.VL.Scale(a.Value, n.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Whole(F256 a) => new(Avx512F.VL.RoundScale(a.Value, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F256 Rest(F256 a) => new(Avx512DQ.VL.Reduce(a.Value, 0));
}

/// <summary>Four floats.</summary>
readonly unsafe struct F128(Vector128<float> value) : ISimd<F128>
{
    public readonly Vector128<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> Int(F128 a) => a.Value.AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static F128 Bits(Vector128<int> a) => new(a.AsSingle());

    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Load(float* p) => new(Vector128.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(F128 a, float* p) => a.Value.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Of(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 OfBits(int bits) => Bits(Vector128.Create(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 operator +(F128 a, F128 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 operator -(F128 a, F128 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 operator *(F128 a, F128 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 operator /(F128 a, F128 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 operator &(F128 a, F128 b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 operator |(F128 a, F128 b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 operator ^(F128 a, F128 b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Fma(F128 a, F128 b, F128 c) => new(Vector128.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 MultiplyAdd(F128 a, F128 b, F128 c) => new(Vector128.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Sqrt(F128 a) => new(Vector128.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Abs(F128 a) => new(Vector128.Abs(a.Value));

    // Where either operand is NaN the instruction gives its second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 AtMost(F128 a, F128 limit) =>
        new(Sse.IsSupported ? Sse.Min(limit.Value, a.Value) : Vector128.ConditionalSelect(Vector128.GreaterThan(a.Value, limit.Value), limit.Value, a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 AtLeast(F128 a, F128 limit) =>
        new(Sse.IsSupported ? Sse.Max(limit.Value, a.Value) : Vector128.ConditionalSelect(Vector128.LessThan(a.Value, limit.Value), limit.Value, a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 LessThan(F128 a, F128 b) => new(Vector128.LessThan(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Equal(F128 a, F128 b) => new(Vector128.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Select(F128 mask, F128 ifSet, F128 otherwise) => new(Vector128.ConditionalSelect(mask.Value, ifSet.Value, otherwise.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 AddBits(F128 a, F128 b) => Bits(Int(a) + Int(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 SubtractBits(F128 a, F128 b) => Bits(Int(a) - Int(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 ShiftBitsLeft(F128 a, [ConstantExpected] int count) => Bits(Int(a) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 ShiftBitsRight(F128 a, [ConstantExpected] int count) => Bits(Int(a) >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 FromInteger(F128 bits) => new(Vector128.ConvertToSingle(Int(bits)));

    public static bool HasScale => Avx512F.VL.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Scale(F128 a, F128 n) => new(Avx512F.VL.Scale(a.Value, n.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Whole(F128 a) => new(Avx512F.VL.RoundScale(a.Value, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F128 Rest(F128 a) => new(Avx512DQ.VL.Reduce(a.Value, 0));
}
