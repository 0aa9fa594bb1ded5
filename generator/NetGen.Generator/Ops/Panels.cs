namespace NetGen.Generator.Ops;

/// <summary>How matrices are stored: columns of outputs in panels, so that kernels load whole vectors.</summary>
static class Panels
{
    /// <summary>The outputs in a panel.</summary>
    public const int Width = 32;

    /// <summary>Vectors start at multiples of this many floats, and end in zeros up to the next.</summary>
    public const int Alignment = 16;

    public static int Padded(int size) => checked((size + Alignment - 1) / Alignment * Alignment);

    public static int Count(int rows) => (rows + Width - 1) / Width;

    /// <summary>How wide a panel is: 32, but for a last one of at most 16 outputs.</summary>
    public static int WidthOf(int rows, int panel) => Math.Min(Width, Padded(rows - panel * Width));

    public static int Floats(int rows, int columns) => checked(Padded(rows) * columns);
}
