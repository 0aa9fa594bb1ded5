using System.Collections.Immutable;
using NetGen.Generator.Graph;

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
