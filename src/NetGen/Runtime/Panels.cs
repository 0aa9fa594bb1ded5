using System.Runtime.Intrinsics;

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
                for (int c = 0; c < wide; c += 4)
                {
                    var present = Math.Clamp(columns - column0 - c, 0, 4);
                    for (int r = 0; r < count; r += 4)
                    {
                        // Four columns of four rows; columns past the matrix's end are padding, and rows past it are not stored.
                        var line = source + (nint)(column0 + c) * narrow + r;
                        var a = present > 0 ? Vector128.Load(line) : Vector128<float>.Zero;
                        var b = present > 1 ? Vector128.Load(line + narrow) : Vector128<float>.Zero;
                        var d = present > 2 ? Vector128.Load(line + 2 * narrow) : Vector128<float>.Zero;
                        var e = present > 3 ? Vector128.Load(line + 3 * narrow) : Vector128<float>.Zero;
                        var target = result + (nint)(from * width + r) * wide + c;
                        StoreTransposed(a, b, d, e, target, wide, Math.Min(4, count - r));
                    }
                }
            }
        }
    }

    static void StoreTransposed(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* target, int stride, int rows)
    {
        // Interleaving twice: (a0 b0 a1 b1), (c0 d0 c1 d1) and then their halves.
        var ab0 = Interleave(a, b, 0);
        var ab1 = Interleave(a, b, 2);
        var cd0 = Interleave(c, d, 0);
        var cd1 = Interleave(c, d, 2);
        Vector128.Create(ab0.GetLower(), cd0.GetLower()).Store(target);
        if (rows > 1) Vector128.Create(ab0.GetUpper(), cd0.GetUpper()).Store(target + stride);
        if (rows > 2) Vector128.Create(ab1.GetLower(), cd1.GetLower()).Store(target + 2 * stride);
        if (rows > 3) Vector128.Create(ab1.GetUpper(), cd1.GetUpper()).Store(target + 3 * stride);
    }

    static Vector128<float> Interleave(Vector128<float> a, Vector128<float> b, int from) =>
        Vector128.Create(a[from], b[from], a[from + 1], b[from + 1]);

    static int WidthOf(int rows, int panel) =>
        rows - panel * ParameterLayout.PanelWidth <= ParameterLayout.PanelWidth / 2 ? ParameterLayout.PanelWidth / 2 : ParameterLayout.PanelWidth;
}
