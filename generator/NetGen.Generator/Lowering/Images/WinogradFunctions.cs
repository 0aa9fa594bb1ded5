using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>What a Winograd convolution is made of: tiles to their values at the points, matrix products, and products to results.</summary>
sealed class WinogradFunctions
{
    readonly ConvolutionOperands operands;
    readonly WinogradConvolution op;
    readonly WinogradGrid grid;
    readonly int lanes;
    readonly List<KernelFunction> functions = [];
    readonly WinogradTransform transform;

    public WinogradFunctions(ConvolutionOperands operands, WinogradConvolution op, WinogradGrid grid, int lanes)
    {
        (this.operands, this.op, this.grid, this.lanes) = (operands, op, grid, lanes);
        transform = op.Transform;
        Products = new(op, grid, operands, lanes, Get);
    }

    public IEnumerable<KernelFunction> All => functions;

    /// <summary>The matrix products.</summary>
    public WinogradPanelProducts Products { get; }

    KernelFunction Get(string name, object signature, Func<string, KernelFunction> lower)
    {
        return Add(operands.Functions.Get(lanes, $"{transform.Label}_{name}", signature, lower));
    }

    KernelFunction Add(KernelFunction function)
    {
        if (!functions.Contains(function)) functions.Add(function);
        return function;
    }

    /// <summary>A call that brings rows of tiles to the points.</summary>
    public Invoke Input(Address x, Address v, int rows)
    {
        return new Invoke(WinogradTiles.Values(operands.Functions, f => Add(f).Name, transform, grid.Columns, operands.X.Layout!, op.Window, Products.InputStride, lanes,
                Products.TileFloats, blocks: Products.Blocks),
            [x, v, LayerBuilder.Text(rows)]);
    }

    /// <summary>A call that writes the results of a row of tiles, of which the last row of an image may have fewer.</summary>
    public Invoke Row(int rows, Address m, Func<KernelArgument, Address> pointer)
    {
        var label = rows == transform.Results ? "" : LayerBuilder.Text(rows);
        var function = Get($"Row{label}{operands.Symbols}", (rows, grid.Columns, grid.LastColumnResults, Signature, Pitches), name =>
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
                LayerBuilder.Text(Products.ResultStride), .. Batched.SelectMany(a => new[] { LayerBuilder.Text(a.Value!.Layout!.RowPitch), LayerBuilder.Text(a.Value.Layout.ChannelPitch) }),
            ]));
        });
        return new Invoke(function.Name, [m, .. Outer.Select(pointer)]);
    }

    /// <summary>What is read and written where the results are.</summary>
    public IEnumerable<KernelArgument> Outer => operands.Arguments.Skip(2);

    System.Collections.Immutable.ImmutableArray<KernelParameter> Parameters => [new(ParameterType.Floats, "m"), .. Outer.Select(a => a.Parameter)];

    /// <summary>Of these, images, whose places are arguments of the code that writes results: many images have its arithmetic.</summary>
    IEnumerable<KernelArgument> Batched => Outer.Where(a => a.Value!.Type.Batched);

    /// <summary>All that the code which writes results depends on, besides the number of them.</summary>
    object Signature => (transform, operands.Bias is not null, operands.Epilogue.Signature,
        operands.Epilogue.Reads.Select(v => v.Type.Batched ? 'i' : operands.IsNumber(v) ? 'n' : 'c').ToEquatableArray());

    /// <summary>Where the products and the results are.</summary>
    object Pitches => (Products.ResultStride, Batched.Select(a => (a.Value!.Layout!.RowPitch, a.Value.Layout.ChannelPitch)).ToEquatableArray());

    string Results(int rows, int width) => Get($"{LayerBuilder.Text(rows)}x{LayerBuilder.Text(width)}Results{operands.Symbols}", (rows, width, Signature), name =>
    {
        var code = new Code();
        var epilogue = operands.Epilogue;
        code.For("c", "0", LayerBuilder.Text(Panels.Width), lanes, body =>
        {
            var between = new Expr[transform.Size][];
            for (var column = 0; column < transform.Size; column++)
            {
                var pointer = WinogradTiles.Moved(body, "m", column, "point");
                body.Row(row =>
                {
                    var m = Enumerable.Range(0, transform.Size)
                        .Select(r => row.Let($"m{r}{column}", new Load(WinogradTiles.Times(pointer, r * transform.Size, "point")))).ToArray();
                    between[column] = transform.Output(row, m, rows, $"r{column}");
                });
            }
            for (var r = 0; r < rows; r++)
            {
                foreach (var image in Batched) WinogradTiles.Moved(body, image.Name, r, image.Name + "_row");
                Expr[] results = [];
                body.Row(row => results = transform.Output(row, [.. between.Select(column => column[r])], width, $"y{r}"));
                for (var c = 0; c < width; c++)
                {
                    var (y, x) = (r, c);
                    body.Row(row => epilogue.Emit(row, operands.Bias is null ? results[x] : results[x] + new Load(new Address("bias", 0, "c")),
                        value => operands.IsNumber(value) ? new Splat(new Address(epilogue.NameOf(value))) : new Load(Place(value)),
                        (target, value, result) => target.Add(new Store(Place(value), result)),
                        _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), $"{y}_{x}"));

                    Address Place(Value value)
                    {
                        var name = epilogue.NameOf(value);
                        return value.Type.Batched ? WinogradTiles.Times($"{name}_{LayerBuilder.Text(y)}", x, name + "_pixel") : new(name, 0, "c");
                    }
                }
            }
        });
        return new KernelFunction(name, $"{rows} × {width} pixels of 32 outputs from the products: AᵀmA.",
            [
                .. Parameters, new(ParameterType.Size, "point"),
                .. Batched.SelectMany(a => new KernelParameter[] { new(ParameterType.Size, a.Name + "_row"), new(ParameterType.Size, a.Name + "_pixel") }),
            ], code.Body);
    }).Name;
}
