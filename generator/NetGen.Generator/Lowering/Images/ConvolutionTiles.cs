using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>The functions of a convolution: loops over the blocks of an image, and the tiles that they call, which other convolutions share.</summary>
sealed class ConvolutionTiles(ConvolutionOperands operands, ConvolutionPlan plan, int lanes)
{
    readonly List<KernelFunction> rows = [];
    readonly List<KernelFunction> tiles = [];

    public IEnumerable<KernelFunction> Functions => rows.Concat(tiles.Distinct());

    Layout Input => operands.X.Layout!;

    /// <summary>How many blocks the results of a phase are cut into.</summary>
    public int BlocksOf(ConvolutionPhase phase) => GridOf(phase).Blocks;

    /// <summary>The function that computes a pass's outputs for some blocks of some samples.</summary>
    public string Rows(ConvolutionPass pass)
    {
        var grid = GridOf(plan.Phases[pass.Phase]);
        var function = $"{operands.Name}{PhaseLabel(pass)}_{pass.Label}";
        if (rows.Exists(f => f.Name == function)) return function;
        var code = new Code();
        code.For("i", "0", "n", 1, sample =>
        {
            operands.Move(sample, ConvolutionLevel.Function, ConvolutionLevel.Sample, a => operands.SampleOffset(a, "i"));
            sample.For("block", "from", "to", 1, block =>
            {
                operands.Move(block, ConvolutionLevel.Sample, ConvolutionLevel.Block, a => First(a, grid, "block"));
                var last = grid.LastBlockRows;
                if (grid.Blocks == 1 || last == grid.BlockRows) Chunks(block, pass, grid, last);
                else
                {
                    block.If($"block < {LayerBuilder.Text(grid.Blocks - 1)}", then => Chunks(then, pass, grid, grid.BlockRows), otherwise => Chunks(otherwise, pass, grid, last));
                }
            });
        });
        rows.Add(new KernelFunction(function, $"{LayerBuilder.Text(pass.Outputs)} outputs of some blocks of rows.",
            [.. operands.Parameters, new(ParameterType.Int, "n"), new(ParameterType.Int, "from"), new(ParameterType.Int, "to")], code.Body));
        return function;
    }

    /// <summary>How the results of a phase are cut into blocks.</summary>
    public TileGrid GridOf(ConvolutionPhase phase)
    {
        // The tiles of a panel's passes are alike, so that blocks are the same for all outputs.
        var vectors = Math.Min(UnrollPolicy.TileVectors, (plan.Outputs + lanes - 1) / lanes);
        return new TileGrid(phase, Input, operands.Results.Select(v => v.Layout!), UnrollPolicy.TilePixels(lanes, vectors));
    }

    string PhaseLabel(ConvolutionPass pass) => plan.Phases.Length == 1 ? "" : $"_Phase{LayerBuilder.Text(pass.Phase)}";

    Address First(KernelArgument argument, TileGrid grid, string index)
    {
        var (first, row, _) = operands.IsX(argument) ? grid.Input : grid.Of(argument.Value!.Layout!);
        return new Address("", first, index, (long)row * grid.BlockRows);
    }

    void Chunks(Code block, ConvolutionPass pass, TileGrid grid, int height)
    {
        if (grid.FullChunks > 1) block.For("chunk", "0", LayerBuilder.Text(grid.FullChunks), 1, chunk => Call(chunk, grid.ChunkColumns, "chunk", 0));
        else Call(block, grid.ChunkColumns, null, 0);
        if (grid.RestColumns > 0) Call(block, grid.RestColumns, null, grid.FullChunks * grid.ChunkColumns);

        void Call(Code code, int columns, string? index, int first)
        {
            var tile = new ConvolutionTile(operands, plan, grid, pass, height, columns, lanes);
            var function = tile.Function;
            tiles.Add(function);
            code.Add(new Invoke(function.Name, [
                .. operands.Arguments.Select(a =>
                {
                    var name = operands.NameAt(a, ConvolutionLevel.Block);
                    if (!a.Value!.Type.Batched) return (object)new Address(name);
                    var (_, _, column) = operands.IsX(a) ? grid.Input : grid.Of(a.Value.Layout!);
                    return new Address(name, (long)first * column, index, (long)grid.ChunkColumns * column);
                }),
                .. tile.Sizes.Select(s => $"{s.Name}: {LayerBuilder.Text(s.Value)}"),
            ]));
        }
    }
}
