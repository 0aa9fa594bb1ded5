using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// At each of Winograd's points the sum over all tiles of x's values times ∂y's. Workers share the tiles of a group to bring them to the points, wait for each
/// other, and share the points and panels of the matrix products. The next group has other room, so that one barrier is enough.
/// </summary>
static class WinogradGradientKernel
{
    /// <summary>How the tiles of all samples are grouped.</summary>
    public static WinogradGrid GridOf(Value result, WinogradTransform transform)
    {
        var (_, height, width) = Layout.Sizes(result.Inputs[0].Shape);
        return new(transform.Results, height, width, UnrollPolicy.WinogradGradientTiles(WinogradWeights.Floats(transform, result)), severalSamples: true);
    }

    /// <summary>The room for the values of two groups.</summary>
    public static int RoomFloats(Value result, WinogradTransform transform)
    {
        var tiles = GridOf(result, transform).MostTiles;
        return checked(2 * transform.Positions * (WinogradTiles.Stride(tiles * result.Shape.Axes[1]) + WinogradTiles.Stride(tiles * result.Shape.Axes[0])));
    }

    public static Kernel Lower(Group group, KernelContext context, WinogradProducts op)
    {
        var result = group.Values[0];
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", result.Inputs[1]), new(Binding.Pointer, "dy", result.Inputs[0]), new(Binding.Pointer, "du", result),
            new(Binding.Samples, "n"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"{group.Anchor}_{ImageLoop.Sizes(result.Inputs[1].Layout!)}_{LayerBuilder.Text(result.Shape.Axes[0])}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type}, {result.Inputs[1].Type}.";
        return new Kernel(name, summary, [.. arguments], [.. context.Lanes.Select(lanes =>
        {
            var functions = new Functions(result, op, context, name, lanes);
            var body = functions.Entry();
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], body), .. functions.All]);
        })]);
    }

    /// <summary>The functions for vectors of a number of lanes.</summary>
    sealed class Functions(Value result, WinogradProducts op, KernelContext context, string name, int lanes)
    {
        readonly WinogradTransform transform = op.Transform;
        readonly WinogradGrid grid = GridOf(result, op.Transform);
        readonly int outputs = result.Shape.Axes[0], inputs = result.Shape.Axes[1];

        readonly List<KernelFunction> all = [];

        public IEnumerable<KernelFunction> All => all;

        int InputStride => WinogradTiles.Stride(grid.MostTiles * inputs);

        int GradientStride => WinogradTiles.Stride(grid.MostTiles * outputs);

        public ImmutableArray<Statement> Entry()
        {
            var code = new Code();
            var half = (long)transform.Positions * (InputStride + GradientStride);
            code.Add(new Integer("nint block = 0"));
            code.For("i", "0", "n", grid.Samples, samples =>
            {
                if (grid.Samples > 1)
                {
                    samples.Add(new Integer($"int count = i + {LayerBuilder.Text(grid.Samples)} < n ? {LayerBuilder.Text(grid.Samples)} : n - (int)i"));
                    Group(samples, "count", grid.Rows, null);
                }
                else if (grid.Groups == 1) Group(samples, "1", grid.Rows, null);
                else
                {
                    samples.For("group", "0", LayerBuilder.Text(grid.Groups), 1, body =>
                    {
                        if (grid.LastGroupRows == grid.GroupRows) Group(body, "1", grid.GroupRows, "group");
                        else
                        {
                            body.If($"group < {LayerBuilder.Text(grid.Groups - 1)}",
                                then => Group(then, "1", grid.GroupRows, "group"), otherwise => Group(otherwise, "1", grid.LastGroupRows, "group"));
                        }
                    });
                }
            });
            return code.Body;

            void Group(Code body, string count, int rows, string? group)
            {
                body.Add(new LetPointer("v", new Address("du", op.SumFloats(result), "(block & 1)", half)));
                body.Add(new LetPointer("m", new Address("v", (long)transform.Positions * InputStride)));
                body.Block("Tiles to their values at the points.", share =>
                {
                    var total = count == "1" ? LayerBuilder.Text(rows) : $"count * {LayerBuilder.Text(rows)}";
                    share.Add(new Split(total));
                    share.For("part", "first", "last", 1, part =>
                    {
                        var sample = count == "1" ? "i" : $"(i + part / {LayerBuilder.Text(rows)})";
                        var row = count == "1" ? "part" : $"part % {LayerBuilder.Text(rows)}";
                        if (group is not null) row = $"({group} * {LayerBuilder.Text(grid.GroupRows)} + part)";
                        foreach (var (value, pointer, target, width, window, stride) in new[]
                        {
                            (result.Inputs[1], "x", "v", inputs, op.Window, InputStride), (result.Inputs[0], "dy", "m", outputs, (Window?)null, GradientStride),
                        })
                        {
                            part.Add(new Invoke(WinogradTiles.Values(context.Functions, Add, transform, grid.Columns, value.Layout!, window, stride, lanes),
                            [
                                new Address(pointer, 0,
                                    $"{sample} * {LayerBuilder.Text(context.Pitch(value))} + {row} * {LayerBuilder.Text(transform.Results * value.Layout!.RowPitch)}"),
                                new Address(target, 0, "part", (long)grid.Columns * width), "1",
                            ]));
                        }
                    });
                });
                body.Add(new InvokeRuntime("Workers.Barrier", ["worker", "workers"]));
                body.Block("Products, for each point and panel.", share =>
                {
                    var panels = Panels.Count(outputs);
                    share.Add(new Split(transform.Positions * panels));
                    share.For("part", "first", "last", 1, part =>
                    {
                        part.Add(new Integer($"nint point = part / {LayerBuilder.Text(panels)}"));
                        if (panels > 1) part.Add(new Integer($"nint panel = part % {LayerBuilder.Text(panels)}"));
                        var to = $"point * {LayerBuilder.Text(inputs * Panels.Width)}"
                            + (panels > 1 ? $" + panel * {LayerBuilder.Text(transform.Positions * inputs * Panels.Width)}" : "");
                        var from = $"point * {LayerBuilder.Text(GradientStride)}" + (panels > 1 ? $" + panel * {LayerBuilder.Text(Panels.Width)}" : "");
                        part.Add(new Invoke(Products(),
                        [
                            new Address("v", 0, "point", InputStride), new Address("m", 0, from), new Address("du", 0, to),
                            count == "1" ? LayerBuilder.Text(rows * grid.Columns) : $"count * {LayerBuilder.Text(grid.TilesPerSample)}", "block > 0",
                        ]));
                    });
                });
                body.Add(new Integer("block++"));
            }
        }

        string Add(KernelFunction function)
        {
            if (!all.Contains(function)) all.Add(function);
            return function.Name;
        }

        /// <summary>The function that adds up a point's products of all inputs with a panel.</summary>
        string Products()
        {
            var function = name + "_Products";
            if (all.Exists(f => f.Name == function)) return function;
            var (rows, full, rest) = UnrollPolicy.Chunks(inputs, lanes);
            var code = new Code();
            if (full > 1) code.For("chunk", "0", LayerBuilder.Text(full), 1, chunk => Chunk(chunk, rows, 0, "chunk"));
            else Chunk(code, rows, 0, null);
            if (rest > 0) Chunk(code, rest, full * rows, null);
            all.Add(new(function, $"{inputs} inputs × 32 outputs, summed over tiles.", WinogradSums.Parameters, code.Body));
            return function;

            void Chunk(Code body, int height, int first, string? index)
            {
                var columns = Math.Min(Panels.Width, UnrollPolicy.TileVectors * lanes);
                for (var offset = 0; offset < Panels.Width; offset += columns)
                {
                    body.Add(new Invoke(Add(WinogradSums.Tile(context.Functions, inputs, outputs, height, columns, lanes)),
                    [
                        new Address("v", first, index, rows), new Address("m", offset),
                        new Address("du", (long)first * Panels.Width + offset, index, (long)rows * Panels.Width),
                        "tiles", "accumulate",
                    ]));
                }
            }
        }
    }
}
