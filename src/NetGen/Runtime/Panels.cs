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
        for (int panel = first; panel < last; panel++)
            TransposePanel(w, rows, columns, 0, columns, transposed + (nint)panel * ParameterLayout.PanelWidth * rows, panel);
    }

    /// <summary>Transposes some columns of a matrix in panels into one panel of the result.</summary>
    /// <param name="w">The matrix.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">The columns to transpose.</param>
    /// <param name="firstColumn">The first of them.</param>
    /// <param name="allColumns">The matrix's columns.</param>
    /// <param name="result">Receives the panel's part [rows, panel's width].</param>
    /// <param name="panel">Which panel of the columns.</param>
    /// <returns>Where the result ends.</returns>
    internal static float* TransposePanel(float* w, int rows, int columns, nint firstColumn, nint allColumns, float* result, int panel)
    {
        const int width = ParameterLayout.PanelWidth;
        var column0 = panel * width;
        var wide = WidthOf(columns, panel);
        for (int from = 0; from * width < rows; from++)
        {
            var narrow = WidthOf(rows, from);
            var source = w + from * width * allColumns;
            var count = Math.Min(width, rows - from * width);
            for (int column = 0; column < wide; column += 4)
            {
                var present = Math.Clamp(columns - column0 - column, 0, 4);
                for (int r = 0; r < count; r += 4)
                {
                    // Four columns of four rows; columns past the matrix's end are padding, and rows past it are not stored.
                    var line = source + (firstColumn + column0 + column) * narrow + r;
                    var a = present > 0 ? Vector128.Load(line) : Vector128<float>.Zero;
                    var b = present > 1 ? Vector128.Load(line + narrow) : Vector128<float>.Zero;
                    var c = present > 2 ? Vector128.Load(line + 2 * narrow) : Vector128<float>.Zero;
                    var d = present > 3 ? Vector128.Load(line + 3 * narrow) : Vector128<float>.Zero;
                    var target = result + (nint)(from * width + r) * wide + column;
                    Transposition.Store(a, b, c, d, target, wide, Math.Min(4, count - r));
                }
            }
        }
        return result + (nint)rows * wide;
    }

    /// <summary>Copies a row of a matrix in panels.</summary>
    /// <param name="w">The matrix [rows, columns].</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="row">Which row.</param>
    /// <param name="target">Receives <paramref name="columns"/> values.</param>
    public static void CopyRow(float* w, int rows, int columns, int row, float* target)
    {
        var (first, step) = Place(rows, columns, row);
        for (int column = 0; column < columns; column++) target[column] = w[first + column * step];
    }

    /// <summary>Makes a row of a matrix in panels zeros.</summary>
    /// <param name="w">The matrix [rows, columns].</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="row">Which row.</param>
    public static void ClearRow(float* w, int rows, int columns, nint row)
    {
        var (first, step) = Place(rows, columns, (int)row);
        for (int column = 0; column < columns; column++) w[first + column * step] = 0;
    }

    /// <summary>Adds to a row of a matrix in panels.</summary>
    /// <param name="w">The matrix [rows, columns].</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="row">Which row.</param>
    /// <param name="terms">What is added, <paramref name="columns"/> values.</param>
    public static void AddToRow(float* w, int rows, int columns, int row, float* terms)
    {
        var (first, step) = Place(rows, columns, row);
        for (int column = 0; column < columns; column++) w[first + column * step] += terms[column];
    }

    /// <summary>A row's first value, and the distance to the next.</summary>
    static (nint First, nint Step) Place(int rows, int columns, int row)
    {
        var panel = row / ParameterLayout.PanelWidth;
        return ((nint)panel * ParameterLayout.PanelWidth * columns + row % ParameterLayout.PanelWidth, WidthOf(rows, panel));
    }

    static int WidthOf(int rows, int panel) =>
        rows - panel * ParameterLayout.PanelWidth <= ParameterLayout.PanelWidth / 2 ? ParameterLayout.PanelWidth / 2 : ParameterLayout.PanelWidth;
}
