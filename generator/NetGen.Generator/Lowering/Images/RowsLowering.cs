using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>An op on images that computes some rows of its result from some rows of its input.</summary>
/// <param name="Arguments">Its operands.</param>
/// <param name="Input">The image that it reads.</param>
/// <param name="Result">The image that it writes.</param>
/// <param name="Rows">Which rows of the input make a row of the result.</param>
/// <param name="ForLanes">The function for vectors of a number of lanes.</param>
sealed record RowsLowering(ImmutableArray<KernelArgument> Arguments, Value Input, Value Result, PhaseAxis Rows, Func<int, BlocksFunction> ForLanes)
{
    /// <summary>That of a convolution and what is fused into it.</summary>
    public static RowsLowering Of(ConvolutionOperands operands, PhaseAxis rows, Func<int, BlocksFunction> forLanes) =>
        new(operands.Arguments, operands.X, operands.Epilogue.Stores.Single(), rows, forLanes);

    public int InputHeight => Layout.Sizes(Input.Shape).Height;
}

/// <summary>A function that computes some blocks of rows of a single sample.</summary>
/// <param name="Blocks">The blocks.</param>
/// <param name="Function">The function.</param>
/// <param name="Others">Those that it calls.</param>
/// <param name="ScratchFloats">The memory that it needs while it runs.</param>
sealed record BlocksFunction(RowBlocks Blocks, KernelFunction Function, ImmutableArray<KernelFunction> Others, int ScratchFloats = 0)
{
    /// <summary>What its parameter of that memory is called.</summary>
    public const string Scratch = "v";

    /// <summary>A function of operands, its memory where it needs some, a first block, and the one after the last.</summary>
    public static KernelFunction Of(string name, IEnumerable<KernelArgument> arguments, Code body, bool hasScratch = false, string from = "from", string to = "to") =>
        new($"{name}_Rows", "Some blocks of rows.",
        [
            .. arguments.Select(a => a.Parameter), .. hasScratch ? [new KernelParameter(ParameterType.Floats, Scratch)] : Array.Empty<KernelParameter>(),
            new(ParameterType.Int, from), new(ParameterType.Int, to),
        ], body.Body);
}

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
