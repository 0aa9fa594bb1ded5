using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// A convolution of each channel by itself, or its transpose: a tile is some pixels of a vector of channels. A number of the input that several pixels of the
/// tile need is read once.
/// </summary>
static class DepthwiseKernel
{
    /// <param name="group">The convolution and what is fused into it.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="plan">What is summed; each channel is a group.</param>
    /// <param name="kernelWidth">The places in a row of the kernel.</param>
    /// <param name="shared">Whether workers share the rows of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, ConvolutionPlan plan, int kernelWidth, bool shared)
    {
        var operands = new ConvolutionOperands(group, context, plan);
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        var name = shared ? operands.Name + "_Single" : operands.Name;
        return new Kernel(name, operands.Summary, [.. operands.Arguments, .. work], context.Lanes.Select(lanes =>
        {
            var tiles = new Tiles(operands, plan, kernelWidth, lanes);
            var entry = shared ? Single(tiles, lanes) : Batch(tiles);
            return new KernelVariant(lanes, [new KernelFunction(name, operands.Summary, [.. operands.Parameters, .. work.Select(a => a.Parameter)], entry), .. tiles.Functions]);
        }));

        ImmutableArray<Statement> Batch(Tiles tiles)
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                operands.ZeroBorders(sample, "i");
                operands.Move(sample, ConvolutionLevel.Function, ConvolutionLevel.Sample, a => operands.SampleOffset(a, "i"));
                foreach (var phase in plan.Phases.Where(p => !p.IsEmpty))
                {
                    sample.For("block", "0", LayerBuilder.Text(tiles.GridOf(phase).Blocks), 1, block => tiles.Block(block, phase, ConvolutionLevel.Sample));
                }
            });
            return code.Body;
        }

        ImmutableArray<Statement> Single(Tiles tiles, int lanes)
        {
            var code = new Code();
            operands.ZeroSharedBorders(code);
            foreach (var phase in plan.Phases.Where(p => !p.IsEmpty))
            {
                var blocks = tiles.GridOf(phase).Blocks;
                code.Block(null, body =>
                {
                    if (tiles.HasWholeVectors && !UnrollPolicy.SharesRows(blocks, operands.Weight.Size, operands.X.Size))
                    {
                        body.Add(new Split(tiles.Vectors));
                        body.For("vector", "first", "last", 1, vector =>
                        {
                            vector.Add(new Integer($"nint c = vector * {LayerBuilder.Text(lanes)}"));
                            vector.For("block", "0", LayerBuilder.Text(blocks), 1, block => tiles.Vector(block, phase, "c"));
                        });
                    }
                    else
                    {
                        body.Add(new Split(blocks));
                        body.For("block", "first", "last", 1, block => tiles.Block(block, phase, ConvolutionLevel.Function));
                    }
                });
            }
            return code.Body;
        }
    }

    /// <summary>Some blocks of rows of a single sample.</summary>
    public static RowsLowering LowerRows(Group group, KernelContext context, ConvolutionPlan plan, int kernelWidth)
    {
        var operands = new ConvolutionOperands(group, context, plan);
        return RowsLowering.Of(operands, plan.Phases[0].Rows, lanes =>
        {
            var tiles = new Tiles(operands, plan, kernelWidth, lanes);
            var code = new Code();
            code.For("block", "from", "to", 1, block => tiles.Block(block, plan.Phases[0], ConvolutionLevel.Function));
            return new BlocksFunction(tiles.GridOf(plan.Phases[0]).OfRows, BlocksFunction.Of(operands.Name, operands.Arguments, code), [.. tiles.Functions]);
        });
    }

    sealed class Tiles(ConvolutionOperands operands, ConvolutionPlan plan, int kernelWidth, int lanes)
    {
        readonly List<KernelFunction> functions = [];

        public IEnumerable<KernelFunction> Functions => functions;

        Layout Input => operands.X.Layout!;

        public TileGrid GridOf(ConvolutionPhase phase) =>
            new(phase, Input, operands.Results.Select(v => v.Layout!), UnrollPolicy.DepthwisePixels(lanes));

        public int Vectors => Input.ChannelPitch / lanes;

        /// <summary>Whether each vector of a pixel is one of channels, without padding.</summary>
        public bool HasWholeVectors => Input.Channels == Input.ChannelPitch && Input.Channels % lanes == 0;

        /// <summary>Writes a block of rows, for all channels.</summary>
        public void Block(Code code, ConvolutionPhase phase, ConvolutionLevel level)
        {
            var grid = GridOf(phase);
            operands.Move(code, level, ConvolutionLevel.Block, a => First(a, grid));
            ImageLoop.ForEachVector(code, Input, lanes, (body, c, channel, count) => Rows(body, phase, grid, c, channel, count));
        }

        /// <summary>Writes a block of rows of a single sample, for the vector of channels that an index tells the first of.</summary>
        public void Vector(Code code, ConvolutionPhase phase, string c)
        {
            var grid = GridOf(phase);
            operands.Move(code, ConvolutionLevel.Function, ConvolutionLevel.Block, a => First(a, grid));
            Rows(code, phase, grid, c, 0, null);
        }

        void Rows(Code code, ConvolutionPhase phase, TileGrid grid, string? c, int channel, int? count)
        {
            if (grid.LastBlockRows == grid.BlockRows) Chunks(code, phase, grid, grid.BlockRows, c, channel, count);
            else
            {
                code.If($"block < {LayerBuilder.Text(grid.Blocks - 1)}",
                    then => Chunks(then, phase, grid, grid.BlockRows, c, channel, count), otherwise => Chunks(otherwise, phase, grid, grid.LastBlockRows, c, channel, count));
            }
        }

        Address First(KernelArgument argument, TileGrid grid)
        {
            var (first, row, _) = StepsOf(argument, grid);
            return new Address("", first, "block", (long)row * grid.BlockRows);
        }

        (int First, int Row, int Column) StepsOf(KernelArgument argument, TileGrid grid) =>
            operands.IsX(argument) ? grid.Input : grid.Of(argument.Value!.Layout!);

        void Chunks(Code code, ConvolutionPhase phase, TileGrid grid, int height, string? c, int channel, int? count)
        {
            for (var first = 0; first < grid.Columns; first += grid.ChunkColumns)
            {
                var columns = Math.Min(grid.ChunkColumns, grid.Columns - first);
                code.Add(new Invoke(Tile(phase, grid, height, columns, count), [.. operands.Arguments.Select(a =>
                {
                    var name = operands.NameAt(a, ConvolutionLevel.Block);
                    if (operands.IsNumber(a.Value!)) return (object)new Address(name);
                    var column = a.Value!.Type.Batched ? StepsOf(a, grid).Column : 0;
                    return new Address(name, (long)first * column + channel, c);
                })]));
            }
        }

        string Tile(ConvolutionPhase phase, TileGrid grid, int height, int width, int? count)
        {
            var index = plan.Phases.Length == 1 ? "" : $"_Phase{LayerBuilder.Text(plan.Phases.IndexOf(phase))}";
            var name = $"{operands.Name}{index}_{(height == 1 ? "" : LayerBuilder.Text(height) + "x")}{LayerBuilder.Text(width)}{(count is { } some ? $"x{LayerBuilder.Text(some)}" : "")}";
            if (functions.Exists(f => f.Name == name)) return name;
            var code = new Code();
            var pixels = Enumerable.Range(0, height).SelectMany(r => Enumerable.Range(0, width).Select(c => (Row: r, Column: c))).ToArray();
            if (count != 0)
            {
                for (var p = 0; p < pixels.Length; p++)
                {
                    code.Let(Sum(p), p > 0 ? new Local(Sum(0)) : operands.Bias is null ? Expr.Zero : new Load(new Address("bias")));
                }
                Places(code, phase, [.. pixels.Select(p => p.Row * grid.Input.Row + p.Column * grid.Input.Column)]);
            }
            for (var p = 0; p < pixels.Length; p++) Finish(code, p, pixels[p]);
            functions.Add(new KernelFunction(name, $"{pixels.Length} pixel{(pixels.Length == 1 ? "" : "s")} of a vector of channels.", operands.Parameters, code.Body));
            return name;

            void Finish(Code target, int p, (int Row, int Column) pixel)
            {
                var epilogue = operands.Epilogue;
                Address Place(Value value)
                {
                    var (_, row, column) = grid.Of(value.Layout!);
                    return new Address(epilogue.NameOf(value), pixel.Row * row + pixel.Column * column);
                }
                if (count == 0)
                {
                    foreach (var value in epilogue.Stores) target.Add(new Store(Place(value), Expr.Zero));
                    return;
                }
                epilogue.Emit(target, new Local(Sum(p)),
                    value => operands.IsNumber(value) ? new Splat(new Address(epilogue.NameOf(value))) : new Load(value.Type.Batched ? Place(value) : new Address(epilogue.NameOf(value))),
                    (body, value, result) => body.Add(new Store(Place(value), count is { } c ? new FirstLanes(result, c) : result)),
                    _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), LayerBuilder.Text(p));
            }
        }

        static string Sum(int pixel) => $"c{pixel}";

        void Places(Code code, ConvolutionPhase phase, int[] pixels)
        {
            var weightPitch = Ops.Panels.Padded(Input.Channels);
            for (var ky = 0; ky < phase.Rows.Places; ky++)
            {
                // Every number of the input, with the places of the kernel and the pixels that meet there.
                var meetings = Enumerable.Range(0, phase.Columns.Places)
                    .SelectMany(kx => pixels.Select((at, p) => (At: at + kx * phase.Columns.Step * Input.ChannelPitch, Place: kx, Pixel: p)))
                    .GroupBy(m => m.At).OrderBy(g => g.Key).ToList();
                var row = phase.Rows.KernelFirst + ky * phase.Rows.KernelStep;
                for (var kx = 0; kx < phase.Columns.Places; kx++)
                {
                    var column = phase.Columns.KernelFirst + kx * phase.Columns.KernelStep;
                    code.Let($"w{ky}_{kx}", new Load(new Address("w", (long)(row * kernelWidth + column) * weightPitch)));
                }
                for (var m = 0; m < meetings.Count; m++)
                {
                    code.Row(line =>
                    {
                        var x = line.Let($"x{ky}_{m}", new Load(new Address("x", meetings[m].Key + (long)ky * phase.Rows.Step * Input.RowPitch)));
                        foreach (var (_, place, pixel) in meetings[m]) line.Add(new Set(Sum(pixel), Expr.Fma(x, new Local($"w{ky}_{place}"), new Local(Sum(pixel)))));
                    });
                }
            }
        }
    }
}
