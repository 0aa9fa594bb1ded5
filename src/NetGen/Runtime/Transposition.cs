using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>Transposes four by four numbers in registers.</summary>
static unsafe class Transposition
{
    /// <summary>Stores four columns of up to four rows as rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* target, nint stride, int rows)
    {
        // Interleaving twice: (a0 b0 a1 b1), (c0 d0 c1 d1) and so on, and then their halves.
        var (ab0, ab1) = (InterleaveLow(a, b), InterleaveHigh(a, b));
        var (cd0, cd1) = (InterleaveLow(c, d), InterleaveHigh(c, d));
        LowHalves(ab0, cd0).Store(target);
        if (rows > 1) HighHalves(ab0, cd0).Store(target + stride);
        if (rows > 2) LowHalves(ab1, cd1).Store(target + 2 * stride);
        if (rows > 3) HighHalves(ab1, cd1).Store(target + 3 * stride);
    }

    /// <summary>Stores four columns of four rows as rows, each at a place of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d,
        float* first, float* second, float* third, float* fourth)
    {
        var (ab0, ab1) = (InterleaveLow(a, b), InterleaveHigh(a, b));
        var (cd0, cd1) = (InterleaveLow(c, d), InterleaveHigh(c, d));
        LowHalves(ab0, cd0).Store(first);
        HighHalves(ab0, cd0).Store(second);
        LowHalves(ab1, cd1).Store(third);
        HighHalves(ab1, cd1).Store(fourth);
    }

    // Halves of a vector are no registers of their own on x86, so that taking them apart goes through memory.

    /// <summary>The first halves of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LowHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveLowToHigh(a, b) : Vector128.Create(a.GetLower(), b.GetLower());

    /// <summary>The second halves of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> HighHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveHighToLow(b, a) : Vector128.Create(a.GetUpper(), b.GetUpper());

    /// <summary>The first two lanes of two vectors in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> InterleaveLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>The last two lanes of two vectors in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> InterleaveHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
