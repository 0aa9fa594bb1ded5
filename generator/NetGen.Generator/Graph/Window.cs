namespace NetGen.Generator.Graph;

/// <summary>How a convolution's kernel moves over an image.</summary>
/// <param name="Rows">Along the height.</param>
/// <param name="Columns">Along the width.</param>
sealed record Window(WindowAxis Rows, WindowAxis Columns)
{
    /// <summary>The places of the kernel.</summary>
    public int Places => Rows.Kernel * Columns.Kernel;

    /// <summary>Whether the kernel moves by one and its places are next to each other.</summary>
    public bool IsPlain => Rows is { Stride: 1, Dilation: 1 } && Columns is { Stride: 1, Dilation: 1 };

    /// <summary>The border that the window reads around an image, for results of a size.</summary>
    public Border Border(Layout result, Shape input)
    {
        var (_, height, width) = Layout.Sizes(input);
        return new(Rows.Before, Columns.Before, Rows.ReadAfter(height, result.Height), Columns.ReadAfter(width, result.Width));
    }

    /// <summary>The window that gives an image of a size from another, and leaves what further results would need.</summary>
    public Window Giving(Shape result, Shape input)
    {
        var (_, resultHeight, resultWidth) = Layout.Sizes(result);
        var (_, height, width) = Layout.Sizes(input);
        return new(Rows.Giving(resultHeight, height), Columns.Giving(resultWidth, width));
    }

    public override string ToString() => Rows == Columns ? $"{Rows}" : $"{Rows} by {Columns}";
}

/// <summary>How a kernel moves along an axis.</summary>
/// <param name="Kernel">Its size.</param>
/// <param name="Stride">How far it moves from a result to the next.</param>
/// <param name="Dilation">The distance of its places.</param>
/// <param name="Before">Zeros before the axis.</param>
/// <param name="After">Zeros after the axis; less than none where the kernel doesn't reach its end.</param>
sealed record WindowAxis(int Kernel, int Stride = 1, int Dilation = 1, int Before = 0, int After = 0)
{
    /// <summary>An axis of size 1 that isn't moved along.</summary>
    public static readonly WindowAxis One = new(1);

    /// <summary>What the kernel covers.</summary>
    public long Extent => (Kernel - 1L) * Dilation + 1;

    /// <summary>The results along an axis; less than 1 where the kernel doesn't fit.</summary>
    public long Results(int size) => size + (long)Before + After < Extent ? 0 : (size + (long)Before + After - Extent) / Stride + 1;

    /// <summary>The same with a number of results from an axis of a size.</summary>
    public WindowAxis Giving(int results, int size) =>
        Results(size) == results ? this : this with { After = (int)((results - 1L) * Stride - Before + Extent - size) };

    /// <summary>The zeros after the axis that are read for a number of results.</summary>
    public int ReadAfter(int size, int results) => (int)Math.Max(0, (results - 1L) * Stride - Before + Extent - size);

    public override string ToString() =>
        $"{Kernel}{(Stride == 1 ? "" : $" stride {Stride}")}{(Dilation == 1 ? "" : $" dilation {Dilation}")}";
}
