using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>Matrices in panels, as <see cref="ParameterLayout.Panels"/> describes them.</summary>
public static unsafe class Panels
{
    /// <summary>Transposes a matrix in panels into panels: a few of the result's panels, so that threads can share the work.</summary>
    /// <param name="w">The matrix [rows, columns].</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="transposed">Receives [columns, rows]. Padding becomes zero.</param>
    /// <param name="first">The first panel of the result.</param>
    /// <param name="last">The panel after the last.</param>
    public static void Transpose(float* w, int rows, int columns, float* transposed, int first, int last)
    {
        const int width = ParameterLayout.PanelWidth;
        for (int panel = first; panel < last; panel++)
        {
            var column0 = panel * width;
            var wide = WidthOf(columns, panel);
            var result = transposed + (nint)column0 * rows;
            for (int from = 0; from * width < rows; from++)
            {
                var narrow = WidthOf(rows, from);
                var source = w + (nint)from * width * columns;
                var count = Math.Min(width, rows - from * width);
                for (int column = 0; column < wide; column += 4)
                {
                    var present = Math.Clamp(columns - column0 - column, 0, 4);
                    for (int r = 0; r < count; r += 4)
                    {
                        // Four columns of four rows; columns past the matrix's end are padding, and rows past it are not stored.
                        var line = source + (nint)(column0 + column) * narrow + r;
                        var a = present > 0 ? Vector128.Load(line) : Vector128<float>.Zero;
                        var b = present > 1 ? Vector128.Load(line + narrow) : Vector128<float>.Zero;
                        var c = present > 2 ? Vector128.Load(line + 2 * narrow) : Vector128<float>.Zero;
                        var d = present > 3 ? Vector128.Load(line + 3 * narrow) : Vector128<float>.Zero;
                        var target = result + (nint)(from * width + r) * wide + column;
                        StoreTransposed(a, b, c, d, target, wide, Math.Min(4, count - r));
                    }
                }
            }
        }
    }

    static void StoreTransposed(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* target, int stride, int rows)
    {
        // Interleaving twice: (a0 b0 a1 b1), (c0 d0 c1 d1) and so on, and then their halves.
        var (ab0, ab1) = (InterleaveLow(a, b), InterleaveHigh(a, b));
        var (cd0, cd1) = (InterleaveLow(c, d), InterleaveHigh(c, d));
        Vector128.Create(ab0.GetLower(), cd0.GetLower()).Store(target);
        if (rows > 1) Vector128.Create(ab0.GetUpper(), cd0.GetUpper()).Store(target + stride);
        if (rows > 2) Vector128.Create(ab1.GetLower(), cd1.GetLower()).Store(target + 2 * stride);
        if (rows > 3) Vector128.Create(ab1.GetUpper(), cd1.GetUpper()).Store(target + 3 * stride);
    }

    static Vector128<float> InterleaveLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    static Vector128<float> InterleaveHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);

    static int WidthOf(int rows, int panel) =>
        rows - panel * ParameterLayout.PanelWidth <= ParameterLayout.PanelWidth / 2 ? ParameterLayout.PanelWidth / 2 : ParameterLayout.PanelWidth;
}
