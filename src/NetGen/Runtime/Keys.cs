using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>The queries, keys or values of a head of attention, as matrix products read them.</summary>
public static unsafe class Keys
{
    const int Width = ParameterLayout.PanelWidth;

    /// <summary>How many rows ahead memory is asked for: rows of a head are so far apart that a processor doesn't see which comes next.</summary>
    const int Ahead = 16;

    /// <summary>Brings rows to panels of 32 of them, times a factor: [panel, column, 32 rows]. Past the last row there are zeros.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="pitch">The floats from one row to the next.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="factor">What each number is multiplied by.</param>
    /// <param name="panels">Receives the panels.</param>
    public static void Transpose(float* x, int pitch, int rows, int columns, float factor, float* panels)
    {
        var factors = Vector128.Create(factor);
        for (int first = 0; first < rows; first += Width, panels += (nint)columns * Width)
        {
            for (int r = 0; r < Width; r += 4)
            {
                var present = Math.Clamp(rows - first - r, 0, 4);
                var row = x + (nint)(first + r) * pitch;
                for (int i = 0; i < present; i++) Prefetch(row + i * (nint)pitch, pitch, columns);
                var c = 0;
                if (present == 4)
                {
                    for (; c + 4 <= columns; c += 4)
                    {
                        var line = row + c;
                        Transposition.Store(Vector128.Load(line) * factors, Vector128.Load(line + pitch) * factors,
                            Vector128.Load(line + 2 * (nint)pitch) * factors, Vector128.Load(line + 3 * (nint)pitch) * factors,
                            panels + (nint)c * Width + r, Width, 4);
                    }
                }
                for (; c < columns; c++)
                {
                    for (int i = 0; i < 4; i++) panels[(nint)c * Width + r + i] = i < present ? row[(nint)i * pitch + c] * factor : 0;
                }
            }
        }
    }

    /// <summary>Brings columns to panels of 32 of them: [panel, row, 32 columns]. Past the last column there are zeros.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="pitch">The floats from one row to the next.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="panels">Receives the panels.</param>
    public static void Pack(float* x, int pitch, int rows, int columns, float* panels)
    {
        for (int first = 0; first < columns; first += Width, x += Width)
        {
            var count = Math.Min(Width, columns - first);
            var row = x;
            if (count == Width)
            {
                for (int r = 0; r < rows; r++, row += pitch, panels += Width)
                {
                    Prefetch(row, pitch, Width);
                    Vector512.Load(row).Store(panels);
                    Vector512.Load(row + Width / 2).Store(panels + Width / 2);
                }
                continue;
            }
            for (int r = 0; r < rows; r++, row += pitch, panels += Width)
            {
                new ReadOnlySpan<float>(row, count).CopyTo(new Span<float>(panels, Width));
                new Span<float>(panels + count, Width - count).Clear();
            }
        }
    }

    /// <summary>Brings rows together. After each there are zeros, up to a multiple of 16 numbers.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="pitch">The floats from one row to the next.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="together">Receives the rows.</param>
    public static void Gather(float* x, int pitch, int rows, int columns, float* together)
    {
        var whole = columns & ~15;
        for (int r = 0; r < rows; r++, x += pitch)
        {
            Prefetch(x, pitch, columns);
            for (int c = 0; c < whole; c += 16, together += 16) Vector512.Load(x + c).Store(together);
            if (whole == columns) continue;
            VectorMath.Load512(x + whole, columns - whole).Store(together);
            together += 16;
        }
    }

    /// <summary>Sums the products of rows' numbers, times a factor.</summary>
    /// <param name="a">The first row.</param>
    /// <param name="aPitch">The floats from it to the next.</param>
    /// <param name="b">The row that it is multiplied by.</param>
    /// <param name="bPitch">The floats from that to the next.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="factor">What each sum is multiplied by.</param>
    /// <param name="products">Receives a number for each row.</param>
    public static void RowProducts(float* a, int aPitch, float* b, int bPitch, int rows, int columns, float factor, float* products)
    {
        var whole = columns & ~15;
        for (int r = 0; r < rows; r++, a += aPitch, b += bPitch)
        {
            Prefetch(b, bPitch, columns);
            var sum = VectorMath.Load512(a + whole, columns - whole) * VectorMath.Load512(b + whole, columns - whole);
            for (int c = 0; c < whole; c += 16) sum += Vector512.Load(a + c) * Vector512.Load(b + c);
            products[r] = Vector512.Sum(sum) * factor;
        }
    }

    /// <summary>Writes one more row into panels of 32 rows, as <see cref="Transpose"/> makes them.</summary>
    /// <param name="x">The row.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="factor">What each number is multiplied by.</param>
    /// <param name="row">Which row it is.</param>
    /// <param name="panels">The panels.</param>
    public static void AppendTransposed(float* x, int columns, float factor, int row, float* panels)
    {
        var first = panels + (nint)(row / Width) * columns * Width + row % Width;
        for (int c = 0; c < columns; c++) first[(nint)c * Width] = x[c] * factor;
    }

    /// <summary>Writes one more row into panels of 32 columns, as <see cref="Pack"/> makes them. Past the last column there is what there was.</summary>
    /// <param name="x">The row.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="row">Which row it is.</param>
    /// <param name="rows">How many rows the panels have.</param>
    /// <param name="panels">The panels.</param>
    public static void AppendPacked(float* x, int columns, int row, int rows, float* panels)
    {
        for (int first = 0; first < columns; first += Width)
        {
            var count = Math.Min(Width, columns - first);
            new ReadOnlySpan<float>(x + first, count).CopyTo(new Span<float>(panels + ((nint)(first / Width) * rows + row) * Width, count));
        }
    }

    /// <summary>Brings panels of 32 columns back to rows.</summary>
    /// <param name="panels">The panels.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="x">Receives the first row.</param>
    /// <param name="pitch">The floats from one row to the next.</param>
    public static void Unpack(float* panels, int rows, int columns, float* x, int pitch)
    {
        for (int first = 0; first < columns; first += Width, x += Width)
        {
            var count = Math.Min(Width, columns - first);
            var row = x;
            if (count == Width)
            {
                for (int r = 0; r < rows; r++, row += pitch, panels += Width)
                {
                    Prefetch(row, pitch, Width);
                    Vector512.Load(panels).Store(row);
                    Vector512.Load(panels + Width / 2).Store(row + Width / 2);
                }
                continue;
            }
            for (int r = 0; r < rows; r++, row += pitch, panels += Width) new ReadOnlySpan<float>(panels, count).CopyTo(new Span<float>(row, count));
        }
    }

    /// <summary>Asks for the memory of a row that comes later. Past the last row nothing is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Prefetch(float* row, int pitch, int columns)
    {
        for (int c = 0; c < columns; c += 16) VectorMath.Prefetch(row + Ahead * (nint)pitch + c);
    }
}
