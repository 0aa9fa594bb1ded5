using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// The matrix products of a Winograd convolution: at each point the values of tiles times a panel of weights. Where the weights aren't at the points before,
/// they are brought there for some inputs at a time, which stay in the second-level cache with the values of the tiles.
/// </summary>
/// <param name="op">The convolution.</param>
/// <param name="grid">Its tiles.</param>
/// <param name="operands">The images, and what there is of the weight before.</param>
/// <param name="lanes">The lanes of a vector.</param>
/// <param name="get">The function with a name and a signature, which is written where there is none yet.</param>
sealed class WinogradPanelProducts(WinogradConvolution op, WinogradGrid grid, ConvolutionOperands operands, int lanes, Func<string, object, Func<string, KernelFunction>, KernelFunction> get)
{
    /// <summary>The places of a kernel.</summary>
    const int Places = 9;

    readonly WinogradTransform transform = op.Transform;
    readonly bool inParts = op.TransformsWeights;
    readonly bool prefetches = op.Transform.Stride == 1;
    readonly int inputs = operands.Inputs;
    readonly int partInputs = op.TransformsWeights ? UnrollPolicy.WinogradPartInputs(op.Transform.Products, operands.Inputs) : operands.Inputs;
    readonly int columns = Math.Min(Panels.Width, UnrollPolicy.TileVectors * lanes);

    /// <summary>The values of a tile at a point.</summary>
    public int TileFloats => transform.Phases.Length * inputs;

    /// <summary>The blocks of inputs whose values at a point are together, those of a phase behind the other: null where there is one.</summary>
    public ChannelBlocks? Blocks => partInputs == inputs || transform.Stride == 1 ? null : new(partInputs, transform.Phases.Length * partInputs);

    /// <summary>The floats from a point's values of all tiles to the next point's.</summary>
    public int InputStride => WinogradTiles.Stride(grid.MostTiles * TileFloats);

    /// <summary>The same of the products with a panel.</summary>
    public int ResultStride => WinogradTiles.Stride(grid.MostTiles * Panels.Width);

    /// <summary>The panels that a call multiplies with, where tiles are of several images.</summary>
    public int PanelsAtOnce => inParts && grid.Samples > 1 ? UnrollPolicy.WinogradPanels((long)transform.Positions * InputStride, Panels.Count(operands.Outputs)) : 1;

    /// <summary>The room for the products with a panel.</summary>
    public int ResultFloats => checked(transform.Positions * ResultStride);

    /// <summary>The floats from a panel's weights to the next one's.</summary>
    public long PanelFloats => (long)(inParts ? Places : transform.Positions) * inputs * Panels.Width;

    /// <summary>The room for the weights of some inputs at the points.</summary>
    public int PartFloats => inParts ? checked(transform.Positions * PointStride) : 0;

    /// <summary>The floats from a point's weights to the next point's.</summary>
    int PointStride => inParts ? WinogradTiles.Stride(transform.Phases.Length * partInputs * Panels.Width) : inputs * Panels.Width;

    /// <summary>A call that multiplies the values of tiles with a panel, or several, for each point.</summary>
    /// <param name="v">The values.</param>
    /// <param name="w">The first panel.</param>
    /// <param name="m">Receives the products with it, and after them those with the next ones.</param>
    /// <param name="u">Room for <see cref="PartFloats"/>, where there is a need for it.</param>
    /// <param name="tiles">
    /// How many tiles there are; null for as many as the local <c>tiles</c> says, a multiple of <see cref="WinogradGrid.Multiple"/>.
    /// </param>
    public Invoke Of(Address v, Address w, Address m, Address u, int? tiles = null)
    {
        var counted = tiles is null ? ["tiles"] : Array.Empty<object>();
        if (!inParts) return new Invoke(EachPoint(tiles), [v, w, m, .. counted]);
        var panels = tiles is null ? PanelsAtOnce : 1;
        var function = get($"Products{Label(tiles)}_Of{LayerBuilder.Text(inputs)}InParts", (Signature(tiles), panels), name =>
        {
            var code = new Code();
            var (count, floats) = (inputs / partInputs, partInputs * Panels.Width);
            code.For("part", "0", LayerBuilder.Text(count), 1, part =>
            {
                if (panels == 1) Panel(part, null);
                else part.For("panel", "0", LayerBuilder.Text(panels), 1, body => Panel(body, "panel"));
            });
            return new(name,
                $"The products of {Some(tiles)} tiles with {LayerBuilder.Text(panels * Panels.Width)} outputs, at each point, for {LayerBuilder.Text(partInputs)} inputs at a time.",
            [
                new(ParameterType.Floats, "v"), new(ParameterType.Floats, "w"), new(ParameterType.Floats, "m"), new(ParameterType.Floats, "u"), .. Counted(tiles),
            ], code.Body);

            void Panel(Code body, string? panel)
            {
                var (floatsOfPanel, next) = (LayerBuilder.Text(PanelFloats), LayerBuilder.Text(PanelFloats * panels));
                body.Add(new LetPointer("w_part", panel is null ? new Address("w", 0, "part", floats) : new Address("w", 0, $"panel * {floatsOfPanel} + part * {LayerBuilder.Text(floats)}")));
                body.Add(new InvokeRuntime(transform.Stride > 1 ? "Winograd.PhasePanelWeights" : "Winograd.PanelWeights",
                [
                    new Address("w_part"), new Address("u"), LayerBuilder.Text(partInputs), .. transform.Stride > 1 ? Array.Empty<object>() : [LayerBuilder.Text(transform.Results)],
                    LayerBuilder.Text(inputs * Panels.Width), LayerBuilder.Text(PointStride),
                ]));
                if (prefetches)
                {
                    // The kernels that are next: after the last part those of the next panels.
                    var following = count == 1 ? next : $"(part < {LayerBuilder.Text(count - 1)} ? (part + 1) * {LayerBuilder.Text(floats)} : {next})";
                    body.Add(new LetPointer("w_next", panel is null ? new Address("w", 0, following)
                        : new Address("w", 0, $"(panel < {LayerBuilder.Text(panels - 1)} ? (panel + 1) * {floatsOfPanel} + part * {LayerBuilder.Text(floats)} : {following})")));
                }
                body.Add(new Invoke(EachPoint(tiles),
                [
                    new Address("v", 0, "part", (long)transform.Phases.Length * partInputs), new Address("u"), new Address("m", 0, panel, ResultFloats),
                    .. prefetches ? [new Address("w_next")] : Array.Empty<object>(), "part > 0", .. counted,
                ]));
            }
        });
        return new Invoke(function.Name, [v, w, m, u, .. counted]);
    }

    static string Label(int? tiles) => tiles is { } known ? LayerBuilder.Text(known) : "";

    static string Some(int? tiles) => tiles is null ? "some" : Label(tiles);

    static KernelParameter[] Counted(int? tiles) => tiles is null ? [new(ParameterType.Int, "tiles")] : [];

    object Signature(int? tiles) => (transform, tiles, inputs, partInputs, InputStride, ResultStride, prefetches, inParts);

    /// <summary>The function for the inputs whose weights are at the points.</summary>
    string EachPoint(int? tiles) => get($"Products{Label(tiles)}_Of{LayerBuilder.Text(partInputs)}", Signature(tiles), name =>
    {
        var code = new Code();
        code.For("point", "0", LayerBuilder.Text(transform.Positions), 1, point =>
        {
            if (transform.Stride > 1)
            {
                // At ∞ there are some of the phases.
                var (first, phases) = transform.PhasesAtPoint;
                point.Add(new Integer($"nint phase = {first}"));
                point.Add(new Integer($"nint inner = {phases} * {LayerBuilder.Text(partInputs)}"));
                point.Add(new LetPointer("v_point", new Address("v", 0, "phase", partInputs)));
                point.Add(new LetPointer("u_point", new Address("u", 0, "phase", partInputs * Panels.Width)));
            }
            else if (inParts)
            {
                // Each point brings one place of the next part's kernels near: its first tiles one half, those after them the other; later points do it the
                // other way round.
                point.Add(new LetPointer("next", new Address("w_next", 0, $"point % {LayerBuilder.Text(Places)}", inputs * Panels.Width)));
                point.Add(new Integer($"nint half = point / {LayerBuilder.Text(Places)} % 2 * {LayerBuilder.Text(HalfFloats)}"));
            }
            if (tiles is { } count) Known(point, count);
            else Unknown(point);
            point.Add(new Advance("v", InputStride));
            point.Add(new Advance("u", PointStride));
            point.Add(new Advance("m", ResultStride));
        });
        return new(name, $"The products of {Some(tiles)} tiles with 32 outputs, at each point{(inParts && prefetches ? ", while the next part's kernels are brought near" : "")}.",
            [
                new(ParameterType.Floats, "v"), new(ParameterType.Floats, "u"), new(ParameterType.Floats, "m"),
                .. inParts && prefetches ? [new KernelParameter(ParameterType.Floats, "w_next")] : Array.Empty<KernelParameter>(), .. Accumulate, .. Counted(tiles),
            ], code.Body);
    }).Name;

    /// <summary>Whether products are added to what is there.</summary>
    IEnumerable<KernelParameter> Accumulate => inParts ? [new(ParameterType.Flag, "accumulate")] : [];

    void Known(Code code, int tiles)
    {
        var most = UnrollPolicy.TilePixels(lanes, UnrollPolicy.TileVectors);
        var chunks = (tiles + most - 1) / most;
        var (height, higher) = (tiles / chunks, tiles % chunks);
        Chunks(0, higher, height + 1);
        Chunks(higher * (height + 1), chunks - higher, height);

        void Chunks(int first, int count, int rows)
        {
            if (count == 1) Product(code, rows, first, null, isAlone: chunks == 1 && !inParts);
            else if (count > 1) code.For("chunk", "0", LayerBuilder.Text(count), 1, chunk => Product(chunk, rows, first, "chunk"));
        }
    }

    void Unknown(Code code) => code.For("t", "0", "tiles", 0, body =>
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

    void Product(Code code, int height, int first, string? index, int? step = null, bool isAlone = false)
    {
        var rows = step ?? height;
        for (var offset = 0; offset < Panels.Width; offset += columns)
        {
            code.Add(new Invoke(Tile(height, isAlone ? 2 : 1),
            [
                new Address(Point("v"), (long)first * TileFloats, index, (long)rows * TileFloats), new Address(Point("u"), offset),
                new Address("m", (long)first * Panels.Width + offset, index, (long)rows * Panels.Width), .. transform.Stride > 1 ? ["inner"] : Array.Empty<object>(),
                .. prefetches ? [Next()] : Array.Empty<object>(), .. inParts ? ["accumulate"] : Array.Empty<object>(),
            ]));
        }

        // The first tiles have the first half of the next point's weights brought near, those after them the second, so that the memory is busy throughout;
        // tiles that are alone bring all.
        Address Next() => inParts ? new Address("next", 0, index is null ? first == 0 ? "half" : Other : first > 0 ? Other : $"({index} == 0 ? half : {Other})")
            : index is null ? new Address("u", PointStride + (first == 0 ? 0 : HalfFloats))
            : first > 0 ? new Address("u", PointStride + HalfFloats)
            : new Address("u", PointStride, $"({index} == 0 ? 0 : {LayerBuilder.Text(HalfFloats)})");
    }

    string Point(string pointer) => transform.Stride > 1 ? pointer + "_point" : pointer;

    /// <summary>Half of a part's weights at a point, or at a place of the kernel: as many lines as there are inputs.</summary>
    int HalfFloats => partInputs * Panels.Width / 2;

    /// <summary>The half that doesn't begin at <c>half</c>.</summary>
    string Other => $"{LayerBuilder.Text(HalfFloats)} - half";

    string Tile(int height, int lines) => get($"{LayerBuilder.Text(height)}x{LayerBuilder.Text(columns)}_Of{LayerBuilder.Text(transform.Stride > 1 ? TileFloats : partInputs)}",
        (height, columns, TileFloats, partInputs, prefetches, inParts, lines), name =>
    {
        var code = new Code();
        var tile = new RegisterTile(height, columns / lanes);
        if (inParts) tile.BeginFrom(code, Product);
        else tile.Begin(code, _ => Expr.Zero);
        var next = prefetches ? [("next", (long)lines * Panels.Alignment)] : Array.Empty<(string, long)>();
        code.Walk("x", transform.Stride > 1 ? "inner" : LayerBuilder.Text(partInputs), 1, [("u", Panels.Width), .. next], step =>
        {
            // Weights that are yet to be brought to the points needn't be nearer than the second-level cache.
            var prefetch = inParts ? "VectorMath.Prefetch" : "VectorMath.PrefetchNear";
            for (var line = 0; prefetches && line < lines; line++) step.Add(new InvokeRuntime(prefetch, [new Address("next", line * Panels.Alignment)]));
            tile.Step(step, "u", v => new Load(new Address("u", v * lanes)), "x", r => new Address("x", (long)r * TileFloats));
        });
        tile.Store(code, Product);
        return new KernelFunction(name, $"{height} tile{(height == 1 ? "" : "s")} × {columns} outputs.",
            [
                new(ParameterType.Floats, "x"), new(ParameterType.Floats, "u"), new(ParameterType.Floats, "m"),
                .. transform.Stride > 1 ? [new KernelParameter(ParameterType.Size, "inner")] : Array.Empty<KernelParameter>(),
                .. prefetches ? [new KernelParameter(ParameterType.Floats, "next")] : Array.Empty<KernelParameter>(),
                .. Accumulate,
            ], code.Body);

        Address Product(int r, int v) => new("m", r * Panels.Width + v * lanes);
    }).Name;
}
