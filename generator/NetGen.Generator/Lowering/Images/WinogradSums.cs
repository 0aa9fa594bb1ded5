using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>The matrix products of a weight's gradient at one of Winograd's points: x's values times ∂y's, summed over tiles.</summary>
static class WinogradSums
{
    /// <summary>The function for some inputs and a panel's outputs, whose sums stay in registers.</summary>
    /// <param name="functions">The functions that there are.</param>
    /// <param name="inputs">The floats from a tile's values of x to the next tile's.</param>
    /// <param name="outputs">The same of ∂y.</param>
    /// <param name="height">The inputs of the tile.</param>
    /// <param name="columns">Its outputs.</param>
    /// <param name="lanes">The lanes of a vector.</param>
    public static KernelFunction Tile(SharedFunctions functions, int inputs, int outputs, int height, int columns, int lanes) => functions.Get(lanes,
        $"WinogradSums_{LayerBuilder.Text(height)}x{LayerBuilder.Text(columns)}_{LayerBuilder.Text(inputs)}x{LayerBuilder.Text(outputs)}",
        (height, columns, inputs, outputs), name =>
    {
        var code = new Code();
        var sums = new RegisterTile(height, columns / lanes);
        sums.BeginFrom(code, Target);
        code.For("t", "0", "tiles", 1, body =>
        {
            sums.Step(body, "m", v => new Load(new Address("m", v * lanes)), "v", r => new Address("v", r));
            body.Add(new Advance("v", inputs));
            body.Add(new Advance("m", outputs));
        });
        sums.Store(code, Target);
        return new(name, $"{height} inputs × {columns} outputs, summed over tiles.", Parameters, code.Body);

        Address Target(int r, int v) => new("du", (long)r * Panels.Width + v * lanes);
    });

    /// <summary>Those of the tile and of functions that call it.</summary>
    public static ImmutableArray<KernelParameter> Parameters { get; } =
    [
        new(ParameterType.Floats, "v"), new(ParameterType.Floats, "m"), new(ParameterType.Floats, "du"), new(ParameterType.Int, "tiles"), new(ParameterType.Flag, "accumulate"),
    ];
}
