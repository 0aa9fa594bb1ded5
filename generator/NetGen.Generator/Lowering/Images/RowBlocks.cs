using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>How an image's rows are cut into blocks. Expressions of rows name one or are a sum of products.</summary>
/// <param name="Count">How many blocks.</param>
/// <param name="Height">The rows of a block, of which the last may have fewer: the image's, or parts of these.</param>
/// <param name="OfImageRow">The parts that make a row of the image.</param>
sealed record RowBlocks(int Count, int Height, int OfImageRow = 1)
{
    /// <summary>Whether blocks are several rows, or begin or end within rows, so that a block may begin before the row that is needed, and end behind it.</summary>
    public bool IsCut => OfImageRow % Height != 0;

    /// <summary>Whether each row is a block.</summary>
    public bool AreRows => OfImageRow == Height;

    /// <summary>The image's rows that a block is in.</summary>
    public int ImageRows => (Height + OfImageRow - 1) / OfImageRow;

    /// <summary>The image's rows that all blocks have room for.</summary>
    public int AllRows => (Count * Height + OfImageRow - 1) / OfImageRow;

    /// <summary>The block of a row.</summary>
    public string BlockOf(string row) => Quotient(row, OfImageRow, Height, up: false);

    /// <summary>How many blocks make so many rows.</summary>
    public string BlocksOf(string rows) => Quotient(rows, OfImageRow, Height, up: true);

    /// <summary>The first row that a block is of.</summary>
    public string RowOf(string block) => Quotient(block, Height, OfImageRow, up: false);

    /// <summary>The rows that so many blocks are of, of which the last may be a part.</summary>
    public string RowsOf(string blocks) => Quotient(blocks, Height, OfImageRow, up: true);

    /// <summary>number · factor / divisor, rounded down or up.</summary>
    static string Quotient(string number, int factor, int divisor, bool up)
    {
        var (a, b) = (factor, divisor);
        while (b != 0) (a, b) = (b, a % b);
        (factor, divisor) = (factor / a, divisor / a);
        var product = factor == 1 ? number : $"{number} * {LayerBuilder.Text(factor)}";
        if (divisor == 1) return product;
        return up ? $"({product} + {LayerBuilder.Text(divisor - 1)}) / {LayerBuilder.Text(divisor)}" : $"{product} / {LayerBuilder.Text(divisor)}";
    }
}
