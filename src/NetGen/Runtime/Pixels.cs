using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>
/// Stores vectors that have neighbouring pixels in their lanes, one for each channel, as images have them: each pixel's channels side by side. Counts of pixels
/// are meant to be literals.
/// </summary>
public static unsafe class Pixels
{
    /// <summary>Stores a channel.</summary>
    /// <param name="a">The channel.</param>
    /// <param name="target">Where the first pixel's number goes.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> a, float* target, nint pitch, int pixels)
    {
        Store(a.GetLower(), target, pitch, pixels);
        if (pixels > 8) Store(a.GetUpper(), target + 8 * pitch, pitch, pixels - 8);
    }

    /// <summary>Stores a channel.</summary>
    /// <param name="a">The channel.</param>
    /// <param name="target">Where the first pixel's number goes.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> a, float* target, nint pitch, int pixels)
    {
        Store(a.GetLower(), target, pitch, pixels);
        if (pixels > 4) Store(a.GetUpper(), target + 4 * pitch, pitch, pixels - 4);
    }

    /// <summary>Stores a channel.</summary>
    /// <param name="a">The channel.</param>
    /// <param name="target">Where the first pixel's number goes.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> a, float* target, nint pitch, int pixels)
    {
        target[0] = a[0];
        if (pixels > 1) target[pitch] = a[1];
        if (pixels > 2) target[2 * pitch] = a[2];
        if (pixels > 3) target[3 * pitch] = a[3];
    }

    /// <summary>Stores two channels.</summary>
    /// <param name="a">The first channel.</param>
    /// <param name="b">The second channel.</param>
    /// <param name="target">Where the first pixel's numbers go.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> a, Vector512<float> b, float* target, nint pitch, int pixels)
    {
        Store(a.GetLower(), b.GetLower(), target, pitch, pixels);
        if (pixels > 8) Store(a.GetUpper(), b.GetUpper(), target + 8 * pitch, pitch, pixels - 8);
    }

    /// <summary>Stores two channels.</summary>
    /// <param name="a">The first channel.</param>
    /// <param name="b">The second channel.</param>
    /// <param name="target">Where the first pixel's numbers go.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> a, Vector256<float> b, float* target, nint pitch, int pixels)
    {
        Store(a.GetLower(), b.GetLower(), target, pitch, pixels);
        if (pixels > 4) Store(a.GetUpper(), b.GetUpper(), target + 4 * pitch, pitch, pixels - 4);
    }

    /// <summary>Stores two channels.</summary>
    /// <param name="a">The first channel.</param>
    /// <param name="b">The second channel.</param>
    /// <param name="target">Where the first pixel's numbers go.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> a, Vector128<float> b, float* target, nint pitch, int pixels)
    {
        var (low, high) = (Transposition.InterleaveLow(a, b).AsDouble(), Transposition.InterleaveHigh(a, b).AsDouble());
        *(double*)target = low[0];
        if (pixels > 1) *(double*)(target + pitch) = low[1];
        if (pixels > 2) *(double*)(target + 2 * pitch) = high[0];
        if (pixels > 3) *(double*)(target + 3 * pitch) = high[1];
    }

    /// <summary>Stores four channels.</summary>
    /// <param name="a">The first channel.</param>
    /// <param name="b">The second channel.</param>
    /// <param name="c">The third channel.</param>
    /// <param name="d">The fourth channel.</param>
    /// <param name="target">Where the first pixel's numbers go.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, nint pitch, int pixels)
    {
        Store(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower(), target, pitch, pixels);
        if (pixels > 8) Store(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper(), target + 8 * pitch, pitch, pixels - 8);
    }

    /// <summary>Stores four channels.</summary>
    /// <param name="a">The first channel.</param>
    /// <param name="b">The second channel.</param>
    /// <param name="c">The third channel.</param>
    /// <param name="d">The fourth channel.</param>
    /// <param name="target">Where the first pixel's numbers go.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* target, nint pitch, int pixels)
    {
        if (!Avx.IsSupported)
        {
            Store(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower(), target, pitch, pixels);
            if (pixels > 4) Store(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper(), target + 4 * pitch, pitch, pixels - 4);
            return;
        }
        // Both halves at once, as a transposition of each: pixels 0 and 4, 1 and 5, 2 and 6, 3 and 7.
        var (ab0, ab1) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackHigh(a, b).AsDouble());
        var (cd0, cd1) = (Avx.UnpackLow(c, d).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
        StoreHalves(Avx.UnpackLow(ab0, cd0).AsSingle(), target, pitch, pixels);
        if (pixels > 1) StoreHalves(Avx.UnpackHigh(ab0, cd0).AsSingle(), target + pitch, pitch, pixels - 1);
        if (pixels > 2) StoreHalves(Avx.UnpackLow(ab1, cd1).AsSingle(), target + 2 * pitch, pitch, pixels - 2);
        if (pixels > 3) StoreHalves(Avx.UnpackHigh(ab1, cd1).AsSingle(), target + 3 * pitch, pitch, pixels - 3);
    }

    /// <summary>Stores four channels.</summary>
    /// <param name="a">The first channel.</param>
    /// <param name="b">The second channel.</param>
    /// <param name="c">The third channel.</param>
    /// <param name="d">The fourth channel.</param>
    /// <param name="target">Where the first pixel's numbers go.</param>
    /// <param name="pitch">The floats from a pixel to the next.</param>
    /// <param name="pixels">How many pixels there are: up to 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* target, nint pitch, int pixels) =>
        Transposition.Store(a, b, c, d, target, pitch, pixels);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void StoreHalves(Vector256<float> pixelsFourApart, float* target, nint pitch, int pixels)
    {
        pixelsFourApart.GetLower().Store(target);
        if (pixels > 4) pixelsFourApart.GetUpper().Store(target + 4 * pitch);
    }
}
