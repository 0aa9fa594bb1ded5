using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// A <see cref="SmallWinogradConvolution"/>: some tiles of a row at a time are brought to the points. For a vector of outputs, their products at a row of
/// points are sums in registers, of which half the transform to results is made at once; the other half follows when all rows of points are there.
/// </summary>
sealed class SmallWinogradKernel
{
    const int Block = SmallWinogradWeights.Block;

    readonly ConvolutionOperands operands;
    readonly SmallWinogradConvolution op;
    readonly int lanes, inputs, outputs, rows, columns, lastRows, lastColumns, pitch, used;
    readonly List<KernelFunction> functions = [];

    SmallWinogradKernel(ConvolutionOperands operands, SmallWinogradConvolution op, int lanes)
    {
        (this.operands, this.op, this.lanes) = (operands, op, lanes);
        inputs = operands.Inputs;
        (outputs, var height, var width) = Layout.Sizes(operands.Epilogue.Stores.First().Shape);
        if (op.Pooled) (height, width) = (height * Transform.Results, width * Transform.Results);
        var grid = new WinogradGrid(Transform.Results, height, width, least: 1, severalSamples: false);
        (rows, columns, lastRows, lastColumns) = (grid.Rows, grid.Columns, grid.LastRowResults, grid.LastColumnResults);
        used = Math.Min(lanes, inputs <= 8 ? 8 : Block);
        pitch = (inputs + used - 1) / used * used;
    }

    /// <summary>The floats from a point's values of some tiles to the next point's.</summary>
    int PointStride => WinogradTiles.Stride(Math.Min(columns, MostTiles) * pitch);

    WinogradTransform Transform => op.Transform;

    /// <summary>The most tiles whose sums are in registers.</summary>
    int MostTiles => UnrollPolicy.WinogradRowTiles(Transform.Size, lanes);

    /// <summary>Those of some tiles, a vector of outputs for each result along a row, at a row of points.</summary>
    int Sums(int tiles) => tiles * Transform.Results * lanes;

    /// <param name="group">The convolution and what is fused into it.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="op">The convolution.</param>
    /// <param name="shared">Whether workers share the rows of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, SmallWinogradConvolution op, bool shared)
    {
        var operands = new ConvolutionOperands(group, context, ConvolutionPlan.Forward(op.Window, 1, group.Values[0]));
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        var name = shared ? operands.Name + "_Single" : operands.Name;
        return new Kernel(name, operands.Summary, [.. operands.Arguments, .. work], [.. context.Lanes.Select(lanes =>
        {
            var kernel = new SmallWinogradKernel(operands, op, lanes);
            var entry = shared ? kernel.Single() : kernel.Batch();
            return new KernelVariant(lanes, [new KernelFunction(name, operands.Summary, [.. operands.Parameters, .. work.Select(a => a.Parameter)], entry), .. kernel.functions]);
        })]);
    }

    /// <summary>Some rows of tiles of a single sample.</summary>
    public static RowsLowering LowerRows(Group group, KernelContext context, SmallWinogradConvolution op)
    {
        var plan = ConvolutionPlan.Forward(op.Window, 1, group.Values[0]);
        var operands = new ConvolutionOperands(group, context, plan);
        return RowsLowering.Of(operands, plan.Phases[0].Rows, lanes =>
        {
            var kernel = new SmallWinogradKernel(operands, op, lanes);
            var code = new Code();
            code.Add(new LetPointer("m", new Address(BlocksFunction.Scratch, kernel.ValueFloats)));
            kernel.Rows(code, "from", "to");
            return new BlocksFunction(new RowBlocks(kernel.rows, op.Transform.Results),
                BlocksFunction.Of(operands.Name, operands.Arguments, code, hasScratch: true), [.. kernel.functions], kernel.ScratchFloats);
        });
    }

    ImmutableArray<Statement> Batch()
    {
        var code = new Code();
        Buffers(code);
        code.For("i", "0", "n", 1, sample =>
        {
            operands.ZeroBorders(sample, "i");
            operands.Move(sample, ConvolutionLevel.Function, ConvolutionLevel.Sample, a => operands.SampleOffset(a, "i"));
            var full = lastRows == Transform.Results ? rows : rows - 1;
            if (full > 1) sample.For("row", "0", LayerBuilder.Text(full), 1, row => Row(row, "row", 0, Transform.Results, ConvolutionLevel.Sample));
            else if (full == 1) Row(sample, null, 0, Transform.Results, ConvolutionLevel.Sample);
            if (full < rows) Row(sample, null, full, lastRows, ConvolutionLevel.Sample);
        });
        return code.Body;
    }

    /// <summary>One image, whose rows of tiles workers share.</summary>
    ImmutableArray<Statement> Single()
    {
        var code = new Code();
        operands.ZeroSharedBorders(code);
        Buffers(code);
        code.Add(new Split(rows));
        Rows(code, "first", "last");
        return code.Body;
    }

    /// <summary>Some rows of tiles of the only sample.</summary>
    void Rows(Code code, string first, string last) => code.For("row", first, last, 1, row =>
    {
        if (lastRows == Transform.Results) Row(row, "row", 0, Transform.Results, ConvolutionLevel.Function);
        else if (rows == 1) Row(row, null, 0, lastRows, ConvolutionLevel.Function);
        else
        {
            row.If($"row < {LayerBuilder.Text(rows - 1)}",
                then => Row(then, "row", 0, Transform.Results, ConvolutionLevel.Function), otherwise => Row(otherwise, null, rows - 1, lastRows, ConvolutionLevel.Function));
        }
    });

    /// <summary>The values of some tiles at the points.</summary>
    int ValueFloats => Transform.Positions * PointStride;

    /// <summary>With them, the sums of a row of points.</summary>
    int ScratchFloats => checked(ValueFloats + Transform.Size * Sums(MostTiles));

    void Buffers(Code code)
    {
        code.Add(new LetScratch("v", ScratchFloats));
        code.Add(new LetPointer("m", new Address("v", ValueFloats)));
    }

    /// <summary>A row of tiles, of which a number of rows of results are wanted.</summary>
    void Row(Code code, string? index, int row, int results, ConvolutionLevel level)
    {
        var layout = operands.X.Layout!;
        var step = (long)Transform.Results * layout.RowPitch;
        code.Add(new Invoke(RowFunction(results).Name,
        [
            new Address(operands.NameAt(operands.Arguments[0], level), row * step, index, step), new Address("v"), new Address("w"), new Address("m"), .. Outer.Select(argument =>
            {
                var name = operands.NameAt(argument, level);
                if (!argument.Value!.Type.Batched) return new Address(name);
                var pitch = (long)ResultsOfTile * argument.Value.Layout!.RowPitch;
                return new Address(name, argument.Value.Layout.Origin + row * pitch, index, pitch);
            }),
        ]));
    }

    /// <summary>The pixels of an image of results that a tile has along an axis.</summary>
    int ResultsOfTile => op.Pooled ? 1 : Transform.Results;

    /// <summary>What is read and written where the results are.</summary>
    IEnumerable<KernelArgument> Outer => operands.Arguments.Skip(2);

    ImmutableArray<KernelParameter> Parameters =>
        [new(ParameterType.Floats, "v"), new(ParameterType.Floats, "u"), new(ParameterType.Floats, "m"), .. Outer.Select(a => a.Parameter)];

    /// <summary>All that the functions depend on, besides the numbers of tiles and results.</summary>
    object Signature => (op.Pooled, inputs, outputs, pitch, PointStride, operands.Bias is not null, operands.Epilogue.Signature,
        operands.Epilogue.Reads.Select(v => v.Type.Batched ? 'i' : operands.IsNumber(v) ? 'n' : 'c').ToEquatableArray(),
        operands.Results.Select(v => (v.Layout!.RowPitch, v.Layout.ChannelPitch)).ToEquatableArray());

    KernelFunction RowFunction(int results) => Get($"Row{(results == Transform.Results ? "" : LayerBuilder.Text(results))}",
        (results, columns, lastColumns, operands.X.Layout), name =>
    {
        var code = new Code();
        var full = lastColumns == Transform.Results ? columns : columns - 1;
        var chunks = (full + MostTiles - 1) / MostTiles;
        var (tiles, larger) = chunks == 0 ? (0, 0) : (full / chunks, full % chunks);
        Chunks(0, larger, tiles + 1);
        Chunks(larger * (tiles + 1), chunks - larger, tiles);
        if (full < columns) Chunk(code, full, 1, null, lastColumns);
        return new KernelFunction(name, "A row of tiles.", [new(ParameterType.Floats, "x"), .. Parameters], code.Body);

        void Chunks(int first, int count, int of)
        {
            if (count == 1) Chunk(code, first, of, null, Transform.Results);
            else if (count > 1) code.For("chunk", "0", LayerBuilder.Text(count), 1, chunk => Chunk(chunk, first, of, "chunk", Transform.Results));
        }

        void Chunk(Code target, int first, int of, string? chunk, int width)
        {
            var layout = operands.X.Layout!;
            var step = (long)Transform.Results * layout.ChannelPitch;
            var values = WinogradTiles.Values(operands.Functions, f => Add(f).Name, Transform, of, layout, op.Window, PointStride, lanes, pitch, used);
            target.Add(new Invoke(values, [new Address("x", first * step, chunk, of * step), new Address("v"), "1"]));
            var blocks = outputs / Block;
            if (blocks == 1) OfBlock(target, null);
            else target.For("block", "0", LayerBuilder.Text(blocks), 1, block => OfBlock(block, "block"));

            void OfBlock(Code each, string? block)
            {
                for (var output = 0; output < Block; output += lanes) Tiles(each, output, block);
            }

            void Tiles(Code each, int channel, string? block) => each.Add(new Invoke(TilesFunction(of, results, width).Name,
            [
                new Address("v"), new Address("u", channel, block, (long)Transform.Positions * inputs * Block), new Address("m"), .. Outer.Select(argument =>
                {
                    if (operands.IsNumber(argument.Value!)) return new Address(argument.Name);
                    if (!argument.Value!.Type.Batched) return new Address(argument.Name, channel, block, Block);
                    var step = (long)ResultsOfTile * argument.Value.Layout!.ChannelPitch;
                    string[] moved = [Times(block, Block), Times(chunk, of * step)];
                    var offsets = moved.Where(text => text.Length > 0).ToList();
                    return new Address(argument.Name, channel + first * step, offsets.Count == 0 ? null : string.Join(" + ", offsets));
                }),
            ]));
        }
    });

    static string Times(string? index, long step) => index is null ? "" : $"{index} * {LayerBuilder.Text(step)}";

    KernelFunction TilesFunction(int tiles, int results, int width)
    {
        var label = results == Transform.Results && width == Transform.Results ? "" : $"_{LayerBuilder.Text(results)}x{LayerBuilder.Text(width)}";
        return Get($"Tiles{LayerBuilder.Text(tiles)}{label}", (tiles, results, width), name =>
        {
            var code = new Code();
            code.For("row", "0", LayerBuilder.Text(Transform.Size), 1, row => PointsOfRow(row, tiles, width));
            if (tiles > 1) code.For("tile", "0", LayerBuilder.Text(tiles), 1, tile => Results(tile, tiles, "tile", results, width));
            else Results(code, tiles, null, results, width);
            return new KernelFunction(name, $"{tiles} tile{(tiles == 1 ? "" : "s")} × {lanes} outputs.", Parameters, code.Body);
        });
    }

    /// <summary>The products of some tiles at a row of points, brought to results along the row.</summary>
    void PointsOfRow(Code row, int tiles, int width)
    {
        var points = Enumerable.Range(0, Transform.Size).ToList();
        row.Add(new LetPointer("x", new Address("v", 0, "row", (long)Transform.Size * PointStride)));
        row.Add(new LetPointer("w", new Address("u", 0, "row", (long)Transform.Size * inputs * Block)));
        row.Add(new LetPointer("m_row", new Address("m", 0, "row", Sums(tiles))));
        foreach (var p in points) row.Row(line => EachTile(t => line.Let(Sum(p, t), Expr.Zero)));
        row.Walk("x", LayerBuilder.Text(inputs), 1, [("w", Block)], input =>
        {
            foreach (var p in points)
            {
                input.Row(line => line.Let($"w{p}", new Load(new Address("w", (long)p * inputs * Block))));
                input.Row(line => EachTile(t =>
                {
                    var x = line.Let($"x{p}_{t}", new Splat(new Address("x", (long)p * PointStride + t * pitch)));
                    line.Add(new Set(Sum(p, t), Expr.Fma(x, new Local($"w{p}"), new Local(Sum(p, t)))));
                }));
            }
        });
        EachTile(t =>
        {
            Expr[] results = [];
            row.Row(line => results = Transform.Output(line, [.. points.Select(p => new Local(Sum(p, t)))], width, $"r{t}_"));
            row.Row(line =>
            {
                for (var c = 0; c < width; c++) line.Add(new Store(new Address("m_row", (t * Transform.Results + c) * lanes), results[c]));
            });
        });

        void EachTile(Action<int> action)
        {
            for (var t = 0; t < tiles; t++) action(t);
        }

        static string Sum(int point, int tile) => $"c{LayerBuilder.Text(point)}_{LayerBuilder.Text(tile)}";
    }

    /// <summary>The results of a tile from its products along rows.</summary>
    void Results(Code code, int tiles, string? tile, int height, int width)
    {
        var results = new Expr[width][];
        for (var c = 0; c < width; c++)
        {
            var column = c;
            code.Row(line =>
            {
                var m = Enumerable.Range(0, Transform.Size)
                    .Select(r => line.Let($"m{r}{column}", new Load(new Address("m", (long)r * Sums(tiles) + column * lanes, tile, Transform.Results * lanes)))).ToArray();
                results[column] = Transform.Output(line, m, height, $"y{column}_");
            });
        }
        if (op.Pooled) Emit(0, 0, Expr.Maximum(Expr.Maximum(results[0][0], results[1][0]), Expr.Maximum(results[0][1], results[1][1])));
        else
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++) Emit(y, x, results[x][y]);
            }
        }

        void Emit(int y, int x, Expr result) => code.Row(line => operands.Epilogue.Emit(line, operands.Bias is null ? result : result + new Load(new Address("bias")),
            value => operands.IsNumber(value) ? new Splat(new Address(operands.Epilogue.NameOf(value))) : new Load(Place(value, y, x)),
            (target, value, stored) => target.Add(new Store(Place(value, y, x), stored)),
            _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), $"{y}_{x}"));

        Address Place(Value value, int y, int x)
        {
            var name = operands.Epilogue.NameOf(value);
            if (!value.Type.Batched) return new(name);
            var layout = value.Layout!;
            return new(name, (long)y * layout.RowPitch + x * layout.ChannelPitch, tile, (long)ResultsOfTile * layout.ChannelPitch);
        }
    }

    KernelFunction Get(string name, object signature, Func<string, KernelFunction> lower) =>
        Add(operands.Functions.Get(lanes, $"{op.Label}_{name}{operands.Symbols}", (signature, Signature), lower));

    KernelFunction Add(KernelFunction function)
    {
        if (!functions.Contains(function)) functions.Add(function);
        return function;
    }
}
