using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// A <see cref="PooledConvolution"/>: a tile is some outputs by two rows of two vectors of neighbouring pixels. The maxima of each four of them, with what is
/// fused behind, are a vector of pixels for each output, which are stored pixel by pixel.
/// </summary>
sealed class PooledConvolutionKernel
{
    const int Rows = PooledConvolution.Size, Vectors = 2;

    readonly ConvolutionOperands operands;
    readonly Window window;
    readonly Layout x;
    readonly int lanes, height, width, outputs, weightWidth;

    PooledConvolutionKernel(ConvolutionOperands operands, Window window, int lanes)
    {
        (this.operands, this.window, this.lanes) = (operands, window, lanes);
        x = operands.X.Layout!;
        (outputs, height, width) = Layout.Sizes(operands.Epilogue.Stores.First().Shape);
        weightWidth = Panels.WidthOf(outputs, 0);
    }

    /// <param name="group">The convolution and what is fused into it.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="window">How its kernel moves.</param>
    /// <param name="shared">Whether workers share the rows of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, Window window, bool shared)
    {
        var operands = new ConvolutionOperands(group, context, ConvolutionPlan.Forward(window, 1, group.Values[0]));
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        var name = shared ? operands.Name + "_Single" : operands.Name;
        return new Kernel(name, operands.Summary, [.. operands.Arguments, .. work], context.Lanes.Select(lanes =>
        {
            var kernel = new PooledConvolutionKernel(operands, window, lanes);
            var tiles = new List<KernelFunction>();
            var rows = kernel.RowsFunction(tiles);
            var entry = shared ? kernel.Single(rows) : kernel.Batch(rows);
            return new KernelVariant(lanes, [new KernelFunction(name, operands.Summary, [.. operands.Parameters, .. work.Select(a => a.Parameter)], entry), rows, .. tiles.Distinct()]);
        }));
    }

    ImmutableArray<Statement> Batch(KernelFunction rows)
    {
        var code = new Code();
        code.For("i", "0", "n", 1, sample =>
        {
            operands.ZeroBorders(sample, "i");
            operands.Move(sample, ConvolutionLevel.Function, ConvolutionLevel.Sample, a => operands.SampleOffset(a, "i"));
            sample.Add(new Invoke(rows.Name, [.. operands.Arguments.Select(a => (object)new Address(operands.NameAt(a, ConvolutionLevel.Sample))), "0", LayerBuilder.Text(height)]));
        });
        return code.Body;
    }

    ImmutableArray<Statement> Single(KernelFunction rows)
    {
        var code = new Code();
        operands.ZeroSharedBorders(code);
        code.Add(new Split(height));
        code.Add(new Invoke(rows.Name, [.. operands.Arguments.Select(a => (object)new Address(a.Name)), "first", "last"]));
        return code.Body;
    }

    KernelFunction RowsFunction(List<KernelFunction> tiles) => new(operands.Name + "_Rows", "Some rows of results.",
        [.. operands.Parameters, new(ParameterType.Int, "from"), new(ParameterType.Int, "to")], RowsBody(tiles));

    ImmutableArray<Statement> RowsBody(List<KernelFunction> tiles)
    {
        var (full, rest) = (width / lanes, width % lanes);
        var code = new Code();
        code.For("row", "from", "to", 1, row =>
        {
            operands.Move(row, ConvolutionLevel.Function, ConvolutionLevel.Block, argument => operands.IsX(argument)
                ? new("", x.At(-window.Rows.Before, -window.Columns.Before), "row", (long)Rows * x.RowPitch)
                : new("", argument.Value!.Layout!.Origin, "row", argument.Value.Layout.RowPitch));
            foreach (var value in operands.Epilogue.Stores) ZeroPadding(row, value);
            if (full > 1) row.For("chunk", "0", LayerBuilder.Text(full), 1, chunk => Tiles(chunk, lanes, "chunk", 0));
            else if (full == 1) Tiles(row, lanes, null, 0);
            if (rest > 0) Tiles(row, rest, null, full);
        });
        return code.Body;

        void Tiles(Code target, int pixels, string? index, int chunk)
        {
            var first = 0;
            foreach (var count in Blocks())
            {
                var (tile, output) = (Tile(count, pixels), first);
                tiles.Add(tile);
                target.Add(new Invoke(tile.Name, [.. operands.Arguments.Select(a => (object)Argument(a, output))]));
                first += count;
            }

            Address Argument(KernelArgument argument, int output)
            {
                var name = operands.NameAt(argument, ConvolutionLevel.Block);
                if (operands.IsX(argument)) return new(name, (long)chunk * Vectors * lanes, index, Vectors * lanes);
                if (!argument.Value!.Type.Batched) return new(name, operands.IsNumber(argument.Value) ? 0 : output);
                var step = (long)lanes * argument.Value.Layout!.ChannelPitch;
                return new(name, chunk * step + output, index, step);
            }
        }
    }

    /// <summary>The outputs of tiles: as many as registers allow, and about as many in each.</summary>
    IEnumerable<int> Blocks()
    {
        var count = (outputs + Most - 1) / Most;
        return Enumerable.Range(0, count).Select(b => outputs / count + (b < outputs % count ? 1 : 0));
    }

    int Most => UnrollPolicy.PooledOutputs(lanes, Rows * Vectors);

    /// <summary>Where channels are padded, they are zeros up to the pixel's end.</summary>
    void ZeroPadding(Code row, Value value)
    {
        var layout = value.Layout!;
        if (layout.ChannelPitch == outputs) return;
        row.For("pixel", "0", LayerBuilder.Text(width), 1, pixel =>
        {
            for (var c = outputs / lanes * lanes; c < layout.ChannelPitch; c += lanes)
            {
                pixel.Add(new Store(new Address(operands.Epilogue.NameOf(value) + "_b", c, "pixel", layout.ChannelPitch), Expr.Zero));
            }
        });
    }

    KernelFunction Tile(int count, int pixels)
    {
        var epilogue = operands.Epilogue;
        var signature = new TileSignature(count, pixels, window, x.RowPitch, weightWidth, epilogue.Stores.Select(v => v.Layout!.ChannelPitch).ToEquatableArray(),
            operands.Bias is not null, epilogue.Reads.Select(operands.IsNumber).ToEquatableArray(), epilogue.Signature);
        var name = $"PixelsTile{LayerBuilder.Text(count)}x{LayerBuilder.Text(pixels)}{operands.Symbols}";
        return operands.Functions.Get(lanes, name, signature, unique => new KernelFunction(unique,
            $"{LayerBuilder.Text(count)} output{(count == 1 ? "" : "s")} × {LayerBuilder.Text(pixels)} pixel{(pixels == 1 ? "" : "s")}, each the largest of four.",
            [.. operands.Parameters], TileBody(count, pixels)));
    }

    ImmutableArray<Statement> TileBody(int count, int pixels)
    {
        var code = new Code();
        var sums = new RegisterTile(count, Rows * Vectors);
        sums.Each(code, (row, o, v) => row.Let(RegisterTile.Sum(o, v).Name,
            operands.Bias is null ? Expr.Zero : v == 0 ? new Splat(new Address("bias", o)) : RegisterTile.Sum(o, 0)));
        var unrolled = window.Columns.Kernel * count * Rows * Vectors <= UnrollPolicy.ConvolutionRun;
        code.For("ky", "0", LayerBuilder.Text(window.Rows.Kernel), 1, line =>
        {
            line.Add(new LetPointer("x_row", new Address("x", 0, "ky", x.RowPitch)));
            line.Add(new LetPointer("w_row", new Address("w", 0, "ky", (long)window.Columns.Kernel * weightWidth)));
            if (!unrolled) line.For("kx", "0", LayerBuilder.Text(window.Columns.Kernel), 1, place => Step(place, "kx", 0));
            else for (var k = 0; k < window.Columns.Kernel; k++) Step(line, null, k);
        });
        Store(code, count, pixels);
        return code.Body;

        // Vectors are two of the upper row, then two of the lower one.
        void Step(Code target, string? index, int place) => sums.Step(target, "x",
            v => new Load(new Address("x_row", (long)(v / Vectors) * x.RowPitch + (v % Vectors * lanes) + place, index)),
            "w", o => new Address("w_row", (long)place * weightWidth + o, index, weightWidth), index is null ? $"_{LayerBuilder.Text(place)}" : "");
    }

    void Store(Code code, int count, int pixels)
    {
        var epilogue = operands.Epilogue;
        for (var o = 0; o < count; o++)
        {
            var output = o;
            code.Row(row => epilogue.Emit(row, row.Let(Local("max", output), new PairMaxima(OfRows(output, 0), OfRows(output, 1))),
                value => new Splat(new Address(epilogue.NameOf(value), operands.IsNumber(value) ? 0 : output)),
                (target, value, result) => target.Let(Local(epilogue.NameOf(value) + "_", output), result),
                _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), LayerBuilder.Text(output)));
        }
        foreach (var value in epilogue.Stores)
        {
            var name = epilogue.NameOf(value);
            for (int first = 0, together; first < count; first += together)
            {
                together = (count - first) switch { >= 4 => 4, >= 2 => 2, _ => 1 };
                code.Add(new InvokeRuntime("Pixels.Store", [.. Enumerable.Range(first, together).Select(o => (object)Local(name + "_", o)),
                    new Address(name, first), LayerBuilder.Text(value.Layout!.ChannelPitch), LayerBuilder.Text(pixels)]));
            }
        }

        Expr OfRows(int output, int vector) => Expr.Maximum(RegisterTile.Sum(output, vector), RegisterTile.Sum(output, Vectors + vector));

        static string Local(string name, int output) => name + LayerBuilder.Text(output);
    }

    /// <summary>All that a tile's code depends on.</summary>
    /// <param name="Outputs">How many outputs it has.</param>
    /// <param name="Pixels">How many pixels of each.</param>
    /// <param name="Window">The kernel.</param>
    /// <param name="RowPitch">The distance of the image's rows.</param>
    /// <param name="WeightWidth">The distance between the weights of two places.</param>
    /// <param name="Pitches">The distances of the results' pixels.</param>
    /// <param name="Bias">Whether there is a bias.</param>
    /// <param name="Numbers">Whether what is read besides is one number for all.</param>
    /// <param name="Epilogue">The elementwise ops after the maximum.</param>
    sealed record TileSignature(int Outputs, int Pixels, Window Window, int RowPitch, int WeightWidth, EquatableArray<int> Pitches, bool Bias,
        EquatableArray<bool> Numbers, EpilogueSignature Epilogue);
}
