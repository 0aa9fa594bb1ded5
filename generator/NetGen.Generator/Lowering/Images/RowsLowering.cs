using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>A convolution that computes some rows of its results from some rows of its input.</summary>
/// <param name="Operands">Its operands.</param>
/// <param name="Rows">Which rows of the input make a row of the results.</param>
/// <param name="ForLanes">The function for vectors of a number of lanes.</param>
sealed record RowsLowering(ConvolutionOperands Operands, PhaseAxis Rows, Func<int, BlocksFunction> ForLanes)
{
    public int InputHeight => Layout.Sizes(Operands.X.Shape).Height;

    /// <summary>A function of the operands, a first block, and the one after the last.</summary>
    public static KernelFunction Function(ConvolutionOperands operands, Code body) => new($"{operands.Name}_Rows", "Some blocks of rows.",
        [.. operands.Parameters, new(ParameterType.Int, "from"), new(ParameterType.Int, "to")], body.Body);

    /// <summary>The block of a row, from an expression of that, which names a row or is a sum of products.</summary>
    public static string BlockOf(TileGrid grid, string row) => Quotient(row, grid.OfImageRow, grid.BlockRows, up: false);

    /// <summary>How many blocks make so many rows.</summary>
    public static string BlocksOf(TileGrid grid, string rows) => Quotient(rows, grid.OfImageRow, grid.BlockRows, up: true);

    /// <summary>The first row that a block is of.</summary>
    public static string RowOf(TileGrid grid, string block) => Quotient(block, grid.BlockRows, grid.OfImageRow, up: false);

    /// <summary>The rows that so many blocks are of, of which the last may be a part.</summary>
    public static string RowsOf(TileGrid grid, string blocks) => Quotient(blocks, grid.BlockRows, grid.OfImageRow, up: true);

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

/// <summary>A function that computes some blocks of rows of a single sample.</summary>
/// <param name="Grid">The blocks.</param>
/// <param name="Function">The function.</param>
/// <param name="Others">Those that it calls.</param>
sealed record BlocksFunction(TileGrid Grid, KernelFunction Function, ImmutableArray<KernelFunction> Others);
