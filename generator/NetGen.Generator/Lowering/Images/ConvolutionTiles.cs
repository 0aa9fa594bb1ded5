using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>The functions of a convolution: loops over the blocks of an image, and the tiles that they call.</summary>
sealed class ConvolutionTiles(ConvolutionOperands operands, ConvolutionPlan plan, int lanes)
{
    readonly List<KernelFunction> rows = [];
    readonly List<KernelFunction> tiles = [];

    public IEnumerable<KernelFunction> Functions => rows.Concat(tiles);

    Layout Input => operands.X.Layout!;

    /// <summary>How many blocks the results of a phase are cut into.</summary>
    public int BlocksOf(ConvolutionPhase phase) => GridOf(phase).Blocks;

    /// <summary>The function that computes a pass's outputs for some blocks of some samples, and how many blocks there are.</summary>
    public (string Function, int Blocks) Rows(ConvolutionPass pass)
    {
        var grid = GridOf(plan.Phases[pass.Phase]);
        var function = $"{operands.Name}{PhaseLabel(pass)}_{pass.Label}";
        if (rows.Exists(f => f.Name == function)) return (function, grid.Blocks);
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
        return (function, grid.Blocks);
    }

    TileGrid GridOf(ConvolutionPhase phase)
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

        void Call(Code code, int columns, string? index, int first) => code.Add(new Invoke(Tile(pass, grid, height, columns), [.. operands.Arguments.Select(a =>
        {
            var name = operands.NameAt(a, ConvolutionLevel.Block);
            if (!a.Value!.Type.Batched) return (object)new Address(name);
            var (_, _, column) = operands.IsX(a) ? grid.Input : grid.Of(a.Value.Layout!);
            return new Address(name, (long)first * column, index, (long)grid.ChunkColumns * column);
        })]));
    }

    string Tile(ConvolutionPass pass, TileGrid grid, int height, int width)
    {
        var name = $"{operands.Name}{PhaseLabel(pass)}_{(height == 1 ? "" : LayerBuilder.Text(height) + "x")}{LayerBuilder.Text(width)}x{pass.Label}";
        if (tiles.Exists(f => f.Name == name)) return name;
        var pixels = Enumerable.Range(0, height).SelectMany(r => Enumerable.Range(0, width).Select(c => (Row: r, Column: c))).ToArray();
        var vectors = pass.Vectors(lanes);
        var code = new Code();
        if (vectors > 0)
        {
            for (var p = 0; p < pixels.Length; p++)
            {
                code.Row(row =>
                {
                    for (var v = 0; v < vectors; v++)
                    {
                        row.Let(Sum(p, v), p > 0 ? new Local(Sum(0, v)) : operands.Bias is null ? Expr.Zero : new Load(new Address("bias", v * lanes), plan.Groups > 1 ? pass.CountOf(v, lanes) : null));
                    }
                });
            }
            Places(code, plan.Phases[pass.Phase], pass, [.. pixels.Select(p => p.Row * grid.Input.Row + p.Column * grid.Input.Column)]);
        }
        for (var p = 0; p < pixels.Length; p++)
        {
            var (r, c) = pixels[p];
            code.Row(row =>
            {
                for (var v = 0; v < pass.Columns / lanes; v++) Finish(row, pass, v, v < vectors ? new Local(Sum(p, v)) : Expr.Zero, $"{p}_{v}", At);
            });

            int At(Layout result)
            {
                var (_, rowStep, columnStep) = grid.Of(result);
                return r * rowStep + c * columnStep;
            }
        }
        tiles.Add(new KernelFunction(name, $"{pixels.Length} pixel{(pixels.Length == 1 ? "" : "s")} × {pass.Outputs} outputs.", operands.Parameters, code.Body));
        return name;
    }

    static string Sum(int pixel, int vector) => $"c{pixel}_{vector}";

    /// <summary>Writes the sum over the places of the kernel and the channels.</summary>
    void Places(Code code, ConvolutionPhase phase, ConvolutionPass pass, int[] pixels)
    {
        var (rowStep, columnStep) = (phase.Rows.Step * Input.RowPitch, phase.Columns.Step * Input.ChannelPitch);
        if (phase.Places == 0) return;
        if (phase.Rows.Places == 1) Row(code, "x");
        else code.For("ky", "0", LayerBuilder.Text(phase.Rows.Places), 1, row =>
        {
            row.Add(new LetPointer("x_row", new Address("x", 0, "ky", rowStep)));
            Row(row, "x_row");
        });

        void Row(Code row, string pointer)
        {
            // Neighbouring places are one run where their channels follow each other.
            if (phase.Columns.Places == 1) Run(row, pointer, plan.Inputs);
            else if (columnStep == plan.Inputs) Run(row, pointer, phase.Columns.Places * plan.Inputs);
            else row.For("kx", "0", LayerBuilder.Text(phase.Columns.Places), 1, place =>
            {
                place.Add(new LetPointer("x_place", new Address(pointer, 0, "kx", columnStep)));
                Run(place, "x_place", plan.Inputs);
            });
        }

        void Run(Code target, string pointer, int length)
        {
            if (length * pixels.Length * pass.Vectors(lanes) > UnrollPolicy.ConvolutionRun)
            {
                target.Walk(pointer, length, 1, [("w", pass.Stride)], body => Step(body, pass, pointer, pixels, 0, ""));
                return;
            }
            for (var k = 0; k < length; k++) Step(target, pass, pointer, pixels, k, $"_{LayerBuilder.Text(k)}");
            if (phase.Places > 1) target.Add(new Advance("w", (long)length * pass.Stride));
        }
    }

    void Step(Code step, ConvolutionPass pass, string pointer, int[] pixels, int k, string suffix)
    {
        var vectors = pass.Vectors(lanes);
        step.Row(row =>
        {
            for (var v = 0; v < vectors; v++) row.Let($"w{v}{suffix}", new Load(new Address("w", (long)k * pass.Stride + v * lanes)));
        });
        for (var p = 0; p < pixels.Length; p++)
        {
            step.Row(row =>
            {
                var one = row.Let($"x{p}{suffix}", new Splat(new Address(pointer, pixels[p] + k)));
                for (var v = 0; v < vectors; v++) row.Add(new Set(Sum(p, v), Expr.Fma(one, new Local($"w{v}{suffix}"), new Local(Sum(p, v)))));
            });
        }
    }

    /// <summary>Writes what follows a sum: the fused elementwise ops and the stores, with zeros in the channels' padding.</summary>
    void Finish(Code code, ConvolutionPass pass, int vector, Expr sum, string suffix, Func<Layout, int> at)
    {
        var epilogue = operands.Epilogue;
        // In a group other channels follow the last, and nothing may be written there.
        var (count, exact) = (pass.CountOf(vector, lanes), plan.Groups > 1);
        if (count == 0)
        {
            if (exact) return;
            foreach (var value in epilogue.Stores) code.Add(new Store(Place(value), Expr.Zero));
            return;
        }
        epilogue.Emit(code, sum,
            value => operands.IsNumber(value) ? new Splat(new Address(epilogue.NameOf(value)))
                : new Load(value.Type.Batched ? Place(value) : new Address(epilogue.NameOf(value), vector * lanes), exact ? count : null),
            (target, value, result) => target.Add(count is { } c ? exact ? new Store(Place(value), result, c) : new Store(Place(value), new FirstLanes(result, c)) : new Store(Place(value), result)),
            _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), suffix);

        Address Place(Value value) => new(epilogue.NameOf(value), at(value.Layout!) + vector * lanes);
    }
}
