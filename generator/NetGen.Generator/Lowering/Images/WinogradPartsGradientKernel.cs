using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// The gradient of a weight by Winograd's algorithm, where the sums at all points are too many for the cache: those of some inputs and a panel of outputs are
/// summed and brought back from the points before the next ones'. Workers share these parts, and each brings all tiles to the points, which is little beside
/// the products. The values of a part's inputs, and of a panel's outputs, are together, so that a part's products find them in the cache.
/// </summary>
/// <param name="result">The gradient.</param>
/// <param name="op">What computes it.</param>
/// <param name="context">Where values are.</param>
/// <param name="lanes">The lanes of a vector.</param>
sealed class WinogradPartsGradientKernel(Value result, WinogradGradientInParts op, KernelContext context, int lanes)
{
    readonly WinogradTransform transform = op.Transform;
    readonly WinogradGrid grid = WinogradGradientKernel.GridOf(result, op.Transform);
    readonly int outputs = result.Shape.Axes[0], inputs = result.Shape.Axes[1];
    readonly int partInputs = UnrollPolicy.WinogradPartInputs(op.Transform.Products, result.Shape.Axes[1], Panels.Alignment);
    readonly List<KernelFunction> all = [];

    public static Kernel Lower(Group group, KernelContext context, WinogradGradientInParts op)
    {
        var result = group.Values[0];
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", result.Inputs[1]), new(Binding.Pointer, "dy", result.Inputs[0]), new(Binding.Pointer, "dw", result),
            new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"{group.Anchor}_{ImageLoop.Sizes(result.Inputs[1].Layout!)}_{LayerBuilder.Text(result.Shape.Axes[0])}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type}, {result.Inputs[1].Type}.";
        return new Kernel(name, summary, [.. arguments], [.. context.Lanes.Select(lanes =>
        {
            var kernel = new WinogradPartsGradientKernel(result, op, context, lanes);
            var body = kernel.Entry(name);
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], body), .. kernel.all]);
        })]);
    }

    int InputStride => WinogradTiles.Stride(grid.MostTiles * transform.Phases.Length * inputs);

    /// <summary>The values at a point of a tile's inputs that are in a part.</summary>
    int TileFloats => transform.Phases.Length * partInputs;

    int GradientStride => WinogradTiles.Stride(grid.MostTiles * outputs);

    /// <summary>The floats from a point's sums to the next point's.</summary>
    int PointStride => WinogradTiles.Stride(TileFloats * Panels.Width);

    ImmutableArray<Statement> Entry(string name)
    {
        var code = new Code();
        var (v, m) = (transform.Positions * InputStride, transform.Positions * GradientStride);
        code.Add(new LetScratch("v", checked(v + m + transform.Positions * PointStride)));
        code.Add(new LetPointer("m", new Address("v", v)));
        code.Add(new LetPointer("du", new Address("v", v + m)));
        var panels = Panels.Count(outputs);
        code.Add(new Split(inputs / partInputs * panels));
        code.For("i", "0", "n", grid.Samples, block =>
        {
            block.Add(new Integer($"int count = i + {LayerBuilder.Text(grid.Samples)} < n ? {LayerBuilder.Text(grid.Samples)} : n - (int)i"));
            block.For("s", "0", "count", 1, sample =>
            {
                ToPoints(sample, result.Inputs[1], "x", "v", partInputs, TileFloats, op.Window, InputStride);
                ToPoints(sample, result.Inputs[0], "dy", "m", Panels.Width, Panels.Width, null, GradientStride);
            });
            block.For("unit", "first", "last", 1, unit =>
            {
                unit.Add(new Integer($"nint part = unit / {LayerBuilder.Text(panels)}"));
                unit.Add(new Integer($"nint panel = unit % {LayerBuilder.Text(panels)}"));
                unit.Add(new Invoke(Part(name),
                [
                    new Address("v", 0, "part", grid.MostTiles * TileFloats), new Address("m", 0, "panel", grid.MostTiles * Panels.Width), new Address("du"),
                    new Address("dw", 0, $"panel * {LayerBuilder.Text(9 * inputs * Panels.Width)} + part * {LayerBuilder.Text(partInputs * Panels.Width)}"),
                    grid.TilesPerSample == 1 ? "count" : $"count * {LayerBuilder.Text(grid.TilesPerSample)}", "accumulate || i > 0",
                ]));
            });
        });
        return code.Body;
    }

    void ToPoints(Code sample, Value image, string from, string to, int channels, int tileFloats, Window? window, int stride) =>
        sample.Add(new Invoke(WinogradTiles.Values(context.Functions, Add, transform, grid.Columns, image.Layout!, window, stride, lanes,
            blocks: new(channels, grid.MostTiles * tileFloats)),
        [
            new Address(from, 0, "(i + s)", context.Pitch(image)), new Address(to, 0, "s", (long)grid.TilesPerSample * tileFloats), LayerBuilder.Text(grid.Rows),
        ]));

    /// <summary>The function for a part's inputs and a panel: their sums at all points, and back from there.</summary>
    string Part(string kernel)
    {
        var code = new Code();
        var (placePitch, phasePitch) = (inputs * Panels.Width, partInputs * Panels.Width);
        code.For("point", "0", LayerBuilder.Text(transform.Positions), 1, point =>
        {
            if (transform.Stride == 1)
            {
                Sums(point, null);
                return;
            }
            var (first, count) = transform.PhasesAtPoint;
            point.Add(new Integer($"nint first = {first}"));
            point.Add(new Integer($"nint end = first + {count}"));
            point.For("phase", "first", "end", 1, phase => Sums(phase, "phase"));
        });
        code.Add(transform.Stride == 1
            ? new InvokeRuntime("Winograd.PanelWeightGradient",
            [
                new Address("du"), new Address("dw"), LayerBuilder.Text(partInputs), LayerBuilder.Text(transform.Results), LayerBuilder.Text(PointStride), LayerBuilder.Text(placePitch),
                "accumulate",
            ])
            : new InvokeRuntime("Winograd.PhasePanelWeightGradient",
            [
                new Address("du"), new Address("dw"), LayerBuilder.Text(partInputs), LayerBuilder.Text(PointStride), LayerBuilder.Text(phasePitch), LayerBuilder.Text(placePitch),
                "accumulate",
            ]));
        return Add(new(kernel + "_Part", $"{LayerBuilder.Text(partInputs)} inputs × 32 outputs.",
        [
            new(ParameterType.Floats, "v"), new(ParameterType.Floats, "m"), new(ParameterType.Floats, "du"), new(ParameterType.Floats, "dw"),
            new(ParameterType.Int, "tiles"), new(ParameterType.Flag, "accumulate"),
        ], code.Body));

        void Sums(Code target, string? phase)
        {
            // A point's values stay in the nearest cache while all inputs are multiplied.
            target.Add(new LetPointer("v_point", new Address("v", 0, Of(InputStride, partInputs))));
            target.Add(new LetPointer("m_point", new Address("m", 0, "point", GradientStride)));
            target.Add(new LetPointer("du_point", new Address("du", 0, Of(PointStride, phasePitch))));
            var (rows, full, left) = UnrollPolicy.Chunks(partInputs, lanes);
            if (full > 1) target.For("chunk", "0", LayerBuilder.Text(full), 1, chunk => Chunk(chunk, rows, 0, "chunk"));
            else Chunk(target, rows, 0, null);
            if (left > 0) Chunk(target, left, full * rows, null);

            string Of(int pitch, int phaseStep) => $"point * {LayerBuilder.Text(pitch)}{(phase is null ? "" : $" + {phase} * {LayerBuilder.Text(phaseStep)}")}";
        }

        void Chunk(Code target, int height, int first, string? index)
        {
            var columns = Math.Min(Panels.Width, UnrollPolicy.TileVectors * lanes);
            for (var offset = 0; offset < Panels.Width; offset += columns)
            {
                target.Add(new Invoke(Add(WinogradSums.Tile(context.Functions, TileFloats, Panels.Width, height, columns, lanes)),
                [
                    new Address("v_point", first, index, height), new Address("m_point", offset),
                    new Address("du_point", (long)first * Panels.Width + offset, index, (long)height * Panels.Width), "tiles", "false",
                ]));
            }
        }
    }

    string Add(KernelFunction function)
    {
        if (!all.Exists(f => f.Name == function.Name)) all.Add(function);
        return function.Name;
    }
}
