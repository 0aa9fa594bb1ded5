namespace NetGen;

/// <summary>How a tensor is stored in the parameters' arena. Files and users see PyTorch's dense row-major order only.</summary>
/// <remarks>
/// <see cref="Panels"/> is what the matrix kernels stream: a weight [rows, columns] is cut into panels of 32 rows, each stored column by column,
/// <c>[panel][column][row in panel]</c>. The last panel is 16 wide where 1 to 16 rows are left, else 32. What is not an element is padding, and is always zero.
/// </remarks>
public readonly record struct ParameterLayout
{
    /// <summary>Every tensor begins at a multiple of this many floats: 64 bytes.</summary>
    public const int Alignment = 16;

    /// <summary>Rows in a full panel.</summary>
    public const int PanelWidth = 32;

    readonly bool _panels;

    ParameterLayout(bool panels) => _panels = panels;

    /// <summary>PyTorch's order, padded at its end to a multiple of 16.</summary>
    public static ParameterLayout Dense => default;

    /// <summary>Panels of 32 rows, for a matrix [rows, columns].</summary>
    public static ParameterLayout Panels => new(panels: true);

    /// <summary>How many values a tensor of the shape has.</summary>
    /// <param name="shape">The sizes of its axes; none stands for a single value.</param>
    public static int Count(ReadOnlySpan<int> shape)
    {
        var count = 1;
        foreach (var size in shape)
            count = checked(count * size);
        return count;
    }

    /// <summary>How many floats of an arena a tensor of the shape takes, padding included: a multiple of 16.</summary>
    /// <param name="shape">The sizes of its axes; two of them for panels.</param>
    public int StoredFloats(ReadOnlySpan<int> shape)
    {
        if (!_panels)
            return checked(Count(shape) + Alignment - 1) / Alignment * Alignment;
        var (rows, columns) = Matrix(shape);
        var full = rows / PanelWidth * PanelWidth;
        return checked((full + (full == rows ? 0 : WidthOf(full, rows))) * columns);
    }

    /// <summary>Where an element is, counted in floats from the tensor's beginning in the arena.</summary>
    /// <param name="shape">The sizes of its axes.</param>
    /// <param name="dense">The element's position in PyTorch's order.</param>
    public int IndexOf(ReadOnlySpan<int> shape, int dense)
    {
        if (!_panels)
            return dense;
        var (rows, columns) = Matrix(shape);
        var (row, column) = Math.DivRem(dense, columns);
        var first = row / PanelWidth * PanelWidth;
        return first * columns + column * WidthOf(first, rows) + row - first;
    }

    /// <summary>Copies a tensor out of an arena, into PyTorch's order.</summary>
    /// <param name="shape">The sizes of its axes.</param>
    /// <param name="stored">The tensor in the arena, <see cref="StoredFloats"/> long.</param>
    /// <param name="dense">Receives <see cref="Count"/> values.</param>
    public void CopyToDense(ReadOnlySpan<int> shape, ReadOnlySpan<float> stored, Span<float> dense)
    {
        if (!_panels)
        {
            stored[..dense.Length].CopyTo(dense);
            return;
        }
        var (rows, columns) = Matrix(shape);
        for (int first = 0; first < rows; first += PanelWidth)
        {
            var width = WidthOf(first, rows);
            var panel = stored.Slice(first * columns, width * columns);
            for (int row = first; row < Math.Min(first + PanelWidth, rows); row++)
            {
                var line = dense.Slice(row * columns, columns);
                for (int column = 0; column < line.Length; column++)
                    line[column] = panel[column * width + row - first];
            }
        }
    }

    /// <summary>Copies a tensor in PyTorch's order into an arena. Padding is left as it is.</summary>
    /// <param name="shape">The sizes of its axes.</param>
    /// <param name="dense"><see cref="Count"/> values.</param>
    /// <param name="stored">The tensor in the arena, <see cref="StoredFloats"/> long.</param>
    public void CopyFromDense(ReadOnlySpan<int> shape, ReadOnlySpan<float> dense, Span<float> stored)
    {
        if (!_panels)
        {
            dense.CopyTo(stored);
            return;
        }
        var (rows, columns) = Matrix(shape);
        for (int first = 0; first < rows; first += PanelWidth)
        {
            var width = WidthOf(first, rows);
            var panel = stored.Slice(first * columns, width * columns);
            for (int row = first; row < Math.Min(first + PanelWidth, rows); row++)
            {
                var line = dense.Slice(row * columns, columns);
                for (int column = 0; column < line.Length; column++)
                    panel[column * width + row - first] = line[column];
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _panels ? nameof(Panels) : nameof(Dense);

    /// <summary>The width of the panel that begins at a row.</summary>
    static int WidthOf(int first, int rows) => rows - first <= PanelWidth / 2 ? PanelWidth / 2 : PanelWidth;

    static (int Rows, int Columns) Matrix(ReadOnlySpan<int> shape) => shape.Length == 2
        ? (shape[0], shape[1])
        : throw new ArgumentException(FormattableString.Invariant($"Panels store a matrix of two axes; the shape has {shape.Length}."), nameof(shape));
}
