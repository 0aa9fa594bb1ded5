using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>What a Winograd convolution is made of: tiles to their values at the points, matrix products, and products to results.</summary>
sealed class WinogradFunctions(ConvolutionOperands operands, WinogradConvolution op, WinogradGrid grid, int lanes)
{
    readonly List<KernelFunction> functions = [];
    readonly WinogradTransform transform = op.Transform;
    readonly int inputs = operands.Weight.Shape.Axes[1];
    readonly bool fromAfar = UnrollPolicy.IsFarAway(WinogradWeights.Floats(op.Transform, operands.Weight));
    readonly int columns = Math.Min(Panels.Width, UnrollPolicy.TileVectors * lanes);

    public IEnumerable<KernelFunction> All => functions;

    /// <summary>The floats from a point's values of all tiles to the next point's.</summary>
    public int InputStride => WinogradTiles.Stride(grid.MostTiles * inputs);

    /// <summary>The same of the products with a panel.</summary>
    public int ResultStride => WinogradTiles.Stride(grid.MostTiles * Panels.Width);

    KernelFunction Get(string name, object signature, Func<string, KernelFunction> lower)
    {
        var function = operands.Functions.Get(lanes, $"Winograd{LayerBuilder.Text(transform.Results)}_{name}", signature, lower);
        if (!functions.Contains(function)) functions.Add(function);
        return function;
    }

    /// <summary>A call that brings rows of tiles to the points.</summary>
    public Invoke Input(Address x, Address v, int rows)
    {
        var function = WinogradTiles.Values(operands.Functions, transform, grid.Columns, operands.X.Layout!, op.Window, InputStride, lanes);
        if (!functions.Contains(function)) functions.Add(function);
        return new Invoke(function.Name, [x, v, LayerBuilder.Text(rows)]);
    }

    /// <summary>A call that multiplies the values of tiles with a panel, for each point.</summary>
    /// <param name="v">The values.</param>
    /// <param name="u">The panel.</param>
    /// <param name="m">Receives the products.</param>
    /// <param name="tiles">How many tiles there are; null for as many as the local <c>tiles</c> says, a multiple of <see cref="WinogradGrid.Multiple"/>.</param>
    public Invoke Products(Address v, Address u, Address m, int? tiles = null)
    {
        var label = tiles is { } known ? LayerBuilder.Text(known) : "";
        var function = Get($"Products{label}_Of{LayerBuilder.Text(inputs)}", (transform, tiles, inputs, InputStride, ResultStride, fromAfar), name =>
        {
            var code = new Code();
            code.For("point", "0", LayerBuilder.Text(transform.Positions), 1, point =>
            {
                if (tiles is { } count) Known(point, count);
                else Counted(point);
                point.Add(new Advance("v", InputStride));
                point.Add(new Advance("u", (long)inputs * Panels.Width));
                point.Add(new Advance("m", ResultStride));
            });
            return new(name, $"The products of {(tiles is null ? "some" : label)} tiles with 32 outputs, at each point.",
                [
                    new(ParameterType.Floats, "v"), new(ParameterType.Floats, "u"), new(ParameterType.Floats, "m"),
                    .. tiles is null ? [new KernelParameter(ParameterType.Int, "tiles")] : Array.Empty<KernelParameter>(),
                ], code.Body);
        });
        return new Invoke(function.Name, tiles is null ? [v, u, m, "tiles"] : [v, u, m]);
    }

    void Known(Code code, int tiles)
    {
        var most = UnrollPolicy.TilePixels(lanes, UnrollPolicy.TileVectors);
        var chunks = (tiles + most - 1) / most;
        var (height, higher) = (tiles / chunks, tiles % chunks);
        Chunks(0, higher, height + 1);
        Chunks(higher * (height + 1), chunks - higher, height);

        void Chunks(int first, int count, int rows)
        {
            if (count == 1) Product(code, rows, first, null);
            else if (count > 1) code.For("chunk", "0", LayerBuilder.Text(count), 1, chunk => Product(chunk, rows, first, "chunk"));
        }
    }

    void Counted(Code code) => code.For("t", "0", "tiles", 0, body =>
    {
        body.Add(new Integer("nint left = tiles - t"));
        Choose(body, UnrollPolicy.WinogradHeights(lanes));

        void Choose(Code target, ReadOnlySpan<(int Height, string? Condition)> heights)
        {
            var (height, condition) = heights[0];
            var rest = heights.Slice(1).ToArray();
            if (condition is null) One(target);
            else target.If(condition, One, otherwise => Choose(otherwise, rest));

            void One(Code then)
            {
                Product(then, height, 0, "t", 1);
                then.Add(new Integer($"t += {LayerBuilder.Text(height)}"));
            }
        }
    });

    void Product(Code code, int height, int first, string? index, int? step = null)
    {
        var rows = step ?? height;
        // The first tiles have one half of the next point's weights brought near, those after them the other, so that the memory is busy throughout.
        Address Next() => index is null ? new Address("u", (long)inputs * Panels.Width + (first == 0 ? 0 : Panels.Alignment))
            : first > 0 ? new Address("u", (long)inputs * Panels.Width + Panels.Alignment)
            : new Address("u", (long)inputs * Panels.Width, $"({index} == 0 ? 0 : {LayerBuilder.Text(Panels.Alignment)})");
        for (var offset = 0; offset < Panels.Width; offset += columns)
        {
            code.Add(new Invoke(Tile(height),
            [
                new Address("v", (long)first * inputs, index, (long)rows * inputs), new Address("u", offset),
                new Address("m", (long)first * Panels.Width + offset, index, (long)rows * Panels.Width),
                .. fromAfar ? [Next()] : Array.Empty<object>(),
            ]));
        }
    }

    string Tile(int height) => Get($"{LayerBuilder.Text(height)}x{LayerBuilder.Text(columns)}_Of{LayerBuilder.Text(inputs)}",
        (height, columns, inputs, fromAfar), name =>
    {
        var code = new Code();
        var tile = new RegisterTile(height, columns / lanes);
        tile.Begin(code, _ => Expr.Zero);
        code.Walk("x", LayerBuilder.Text(inputs), 1, [("u", Panels.Width), .. fromAfar ? [("next", (long)Panels.Width)] : Array.Empty<(string, long)>()], step =>
        {
            if (fromAfar) step.Add(new InvokeRuntime("VectorMath.Prefetch", [new Address("next")]));
            tile.Step(step, "u", v => new Load(new Address("u", v * lanes)), "x", r => new Address("x", (long)r * inputs));
        });
        tile.Store(code, (r, v) => new Address("m", r * Panels.Width + v * lanes));
        return new KernelFunction(name, $"{height} tile{(height == 1 ? "" : "s")} × {columns} outputs.",
            [
                new(ParameterType.Floats, "x"), new(ParameterType.Floats, "u"), new(ParameterType.Floats, "m"),
                .. fromAfar ? [new KernelParameter(ParameterType.Floats, "next")] : Array.Empty<KernelParameter>(),
            ], code.Body);
    }).Name;

    /// <summary>A call that writes the results of a row of tiles, of which the last row of an image may have fewer.</summary>
    public Invoke Row(int rows, Address m, Func<KernelArgument, Address> pointer)
    {
        var label = rows == transform.Results ? "" : LayerBuilder.Text(rows);
        var function = Get($"Row{label}{operands.Symbols}", (rows, grid.Columns, grid.LastColumnResults, Signature), name =>
        {
            var code = new Code();
            var full = grid.LastColumnResults == transform.Results ? grid.Columns : grid.Columns - 1;
            if (full > 1) code.For("tile", "0", LayerBuilder.Text(full), 1, tile => One(tile, "tile", 0, transform.Results));
            else if (full == 1) One(code, null, 0, transform.Results);
            if (full < grid.Columns) One(code, null, full, grid.LastColumnResults);
            return new KernelFunction(name, $"{rows} row{(rows == 1 ? "" : "s")} of 32 outputs from the products.", Parameters, code.Body);

            void One(Code body, string? index, int first, int width) => body.Add(new Invoke(Results(rows, width),
            [
                new Address("m", (long)first * Panels.Width, index, Panels.Width),
                .. Outer.Select(argument =>
                {
                    if (!argument.Value!.Type.Batched) return new Address(argument.Name);
                    var step = (long)transform.Results * argument.Value.Layout!.ChannelPitch;
                    return new Address(argument.Name, first * step, index, step);
                }),
            ]));
        });
        return new Invoke(function.Name, [m, .. Outer.Select(pointer)]);
    }

    /// <summary>What is read and written where the results are.</summary>
    IEnumerable<KernelArgument> Outer => operands.Arguments.Skip(2);

    System.Collections.Immutable.ImmutableArray<KernelParameter> Parameters => [new(ParameterType.Floats, "m"), .. Outer.Select(a => a.Parameter)];

    /// <summary>All that the code which writes results depends on, besides the number of them.</summary>
    object Signature => (transform, ResultStride, operands.Bias is not null, operands.Epilogue.Signature,
        operands.Epilogue.Reads.Select(v => v.Type.Batched ? 'i' : operands.IsNumber(v) ? 'n' : 'c').ToEquatableArray(),
        operands.Results.Select(v => (v.Layout!.RowPitch, v.Layout.ChannelPitch)).ToEquatableArray());

    string Results(int rows, int width) => Get($"{LayerBuilder.Text(rows)}x{LayerBuilder.Text(width)}Results{operands.Symbols}", (rows, width, Signature), name =>
    {
        var code = new Code();
        var epilogue = operands.Epilogue;
        code.For("c", "0", LayerBuilder.Text(Panels.Width), lanes, body =>
        {
            var between = new Expr[transform.Size][];
            for (var column = 0; column < transform.Size; column++)
            {
                body.Row(row =>
                {
                    var m = Enumerable.Range(0, transform.Size)
                        .Select(r => row.Let($"m{r}{column}", new Load(new Address("m", (long)(r * transform.Size + column) * ResultStride, "c")))).ToArray();
                    between[column] = transform.Output(row, m, rows, $"r{column}");
                });
            }
            for (var r = 0; r < rows; r++)
            {
                Expr[] results = [];
                body.Row(row => results = transform.Output(row, [.. between.Select(column => column[r])], width, $"y{r}"));
                for (var c = 0; c < width; c++)
                {
                    var (y, x) = (r, c);
                    body.Row(row => epilogue.Emit(row, operands.Bias is null ? results[x] : results[x] + new Load(new Address("bias", 0, "c")),
                        value => operands.IsNumber(value) ? new Splat(new Address(epilogue.NameOf(value))) : new Load(Place(value)),
                        (target, value, result) => target.Add(new Store(Place(value), result)),
                        _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), $"{y}_{x}"));

                    Address Place(Value value) =>
                        new(epilogue.NameOf(value), value.Type.Batched ? (long)y * value.Layout!.RowPitch + (long)x * value.Layout.ChannelPitch : 0, "c");
                }
            }
        });
        return new KernelFunction(name, $"{rows} × {width} pixels of 32 outputs from the products: AᵀmA.", Parameters, code.Body);
    }).Name;
}
