using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// The gradient of a convolution's weight: each tile of it, some numbers of the input by a panel of outputs, is summed over pixels and samples in registers and
/// lands where the weight's tile is. Tiles are independent, so that threads share them without a reduction. Convolutions of all sizes have the same ones.
/// </summary>
static class ConvolutionGradientKernel
{
    public static Kernel Lower(Group group, KernelContext context, Window window, int groups)
    {
        var result = group.Values[0];
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", result.Inputs[1]), new(Binding.Pointer, "dy", result.Inputs[0]), new(Binding.Pointer, "dw", result),
            new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"{group.Anchor}_{string.Join("x", result.Shape.Axes.Select(a => LayerBuilder.Text(a)))}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} ∗ {result.Inputs[1].Type} → {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var functions = new Functions(result, context, window, groups, lanes);
            var body = functions.Entry();
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], body), .. functions.Tiles.Distinct()]);
        }));
    }

    /// <summary>The functions for vectors of a number of lanes.</summary>
    sealed class Functions(Value result, KernelContext context, Window window, int groups, int lanes)
    {
        readonly Layout dy = result.Inputs[0].Layout!, x = result.Inputs[1].Layout!;
        readonly int outputs = result.Inputs[0].Layout!.Channels / groups, inputs = result.Inputs[1].Layout!.Channels / groups;

        public List<KernelFunction> Tiles { get; } = [];

        int Columns => inputs * window.Places;

        public System.Collections.Immutable.ImmutableArray<Statement> Entry()
        {
            // Numbers of the input that follow each other in memory and in the weight: the channels of a place, or of a row of places.
            var joined = x.ChannelPitch == inputs && window.Columns.Dilation == 1;
            var (runs, length) = joined ? (window.Rows.Kernel, window.Columns.Kernel * inputs) : (window.Places, inputs);
            var listed = Columns <= UnrollPolicy.ListedColumns;
            var (rows, full, rest) = UnrollPolicy.Chunks(listed ? Columns : length, lanes);
            var chunks = full + (rest > 0 ? 1 : 0);
            if (listed) runs = 1;
            var panels = Panels.Count(outputs);
            var code = new Code();
            var parts = groups * panels * runs * chunks;
            var (chunk, run, panel, group) = (chunks > 1 ? "chunk" : null, runs > 1 ? "run" : null, panels > 1 ? "panel" : null, groups > 1 ? "group" : null);
            code.Add(new Split(parts));
            var samples = UnrollPolicy.GradientSamples(dy.Pixels, (long)context.Pitch(result.Inputs[0]) + context.Pitch(result.Inputs[1]));
            code.For("i", "0", "n", samples, block =>
            {
                block.Add(new Integer($"int samples = n - (int)i < {LayerBuilder.Text(samples)} ? n - (int)i : {LayerBuilder.Text(samples)}"));
                block.Add(new Integer("bool add = accumulate || i > 0"));
                block.For("part", "first", "last", 1, Part);
            });
            return code.Body;

            void Part(Code body)
            {
                // A part's number counts chunks first.
                var before = 1;
                foreach (var (index, count) in new[] { (chunk, chunks), (run, runs), (panel, panels), (group, groups) })
                {
                    if (index is null) continue;
                    var divided = before == 1 ? "part" : $"part / {LayerBuilder.Text(before)}";
                    before *= count;
                    body.Add(new Integer($"nint {index} = {divided}{(before == parts ? "" : $" % {LayerBuilder.Text(count)}")}"));
                }
                body.Add(new LetPointer("a", new Address("x", Place(0, 0), "i", context.Pitch(result.Inputs[1]))));
                (string?, int)[] places = joined ? [(run, window.Rows.Dilation * x.RowPitch)] : run is null ? [] :
                [
                    ($"run / {LayerBuilder.Text(window.Columns.Kernel)}", window.Rows.Dilation * x.RowPitch),
                    ($"run % {LayerBuilder.Text(window.Columns.Kernel)}", window.Columns.Dilation * x.ChannelPitch),
                ];
                Move("a", listed ? Sum((group, inputs)) : Sum([.. places, (chunk, rows), (group, inputs)]));
                body.Add(new LetPointer("b", new Address("dy", dy.Origin, "i", context.Pitch(result.Inputs[0]))));
                Move("b", Sum((panel, Panels.Width), (group, outputs)));
                body.Add(new LetPointer("c", new Address("dw", 0, panel, (long)Panels.Width * Columns)));
                Move("c", Sum((group, Panels.Padded(outputs) * Columns)));
                var alike = outputs / Panels.Width;
                void Last(Code code) => Chunk(code, Panels.WidthOf(outputs, alike), outputs - alike * Panels.Width);
                if (alike == panels) Chunk(body, Panels.Width, Panels.Width);
                else if (alike == 0) Last(body);
                else body.If($"panel < {LayerBuilder.Text(alike)}", then => Chunk(then, Panels.Width, Panels.Width), Last);

                void Move(string pointer, string? by)
                {
                    if (by is not null) body.Add(new Integer($"{pointer} += {by}"));
                }
            }

            string? At(int width) => Sum((run, length * width), (chunk, rows * width));

            void Chunk(Code body, int width, int real)
            {
                if (listed)
                {
                    Listed(body, 0);
                    return;
                }
                int[] places = [.. Enumerable.Range(0, rows)];
                if (rest == 0 || full == 0) Call(body, places, 0, At(width), width, real);
                else
                {
                    body.If($"chunk < {LayerBuilder.Text(full)}", then => Call(then, places, 0, At(width), width, real),
                        otherwise => Call(otherwise, [.. places.Take(rest)], 0, At(width), width, real));
                }

                void Listed(Code code, int number)
                {
                    var first = number * rows;
                    int[] columns = [.. Enumerable.Range(first, Math.Min(rows, Columns - first)).Select(OffsetOf)];
                    void Own(Code target) => Call(target, columns, first * width, null, width, real);
                    if (number == chunks - 1) Own(code);
                    else code.If($"chunk == {LayerBuilder.Text(number)}", Own, otherwise => Listed(otherwise, number + 1));
                }
            }
        }

        /// <summary>Where the input's number that meets a place of the kernel is for the first result.</summary>
        int Place(int row, int column) =>
            x.Origin + (row * window.Rows.Dilation - window.Rows.Before) * x.RowPitch + (column * window.Columns.Dilation - window.Columns.Before) * x.ChannelPitch;

        int OffsetOf(int column)
        {
            var (place, channel) = (column / inputs, column % inputs);
            return Place(place / window.Columns.Kernel, place % window.Columns.Kernel) - Place(0, 0) + channel;
        }

        /// <summary>A sum of multiples of indices; null where there are none.</summary>
        static string? Sum(params (string? Index, int Factor)[] terms)
        {
            var text = string.Join(" + ", terms.Where(t => t.Index is not null).Select(t => $"{t.Index} * {LayerBuilder.Text(t.Factor)}"));
            return text.Length > 0 ? text : null;
        }

        void Call(Code body, int[] places, int first, string? at, int width, int real)
        {
            var columns = Math.Min(width, UnrollPolicy.TileVectors * lanes);
            for (var offset = 0; offset < width && offset < real; offset += columns)
            {
                var outputs = Math.Min(columns, real - offset);
                var signature = new TileSignature(places.ToEquatableArray(), width, groups > 1);
                var tile = context.Functions.Get(lanes, NameOf(places, columns, width, outputs), signature, name => Tile(name, places, width, outputs));
                Tiles.Add(tile);
                body.Add(new Invoke(tile.Name,
                [
                    new Address("a"), new Address("b", offset), new Address("c", first + offset, at), "samples", "add",
                    .. Sizes.Select(s => $"{s.Name}: {LayerBuilder.Text(s.Value)}"),
                ]));
            }
        }

        /// <summary>What differs between convolutions that share a tile.</summary>
        (string Name, long Value)[] Sizes =>
        [
            ("rows", dy.Height), ("columns", dy.Width), ("xSample", context.Pitch(result.Inputs[1])), ("dySample", context.Pitch(result.Inputs[0])),
            ("xStep", window.Columns.Stride * x.ChannelPitch), ("dyStep", dy.ChannelPitch),
            // From behind a row's last pixel to the first of the next.
            ("xRow", (long)window.Rows.Stride * x.RowPitch - dy.Width * window.Columns.Stride * x.ChannelPitch),
            ("dyRow", dy.RowPitch - dy.Width * dy.ChannelPitch),
        ];

        static string NameOf(int[] places, int columns, int width, int real)
        {
            var outputs = LayerBuilder.Text(columns) + (real == columns ? "" : "of" + LayerBuilder.Text(real));
            var label = places[places.Length - 1] == places.Length - 1 ? "" : $"From{LayerBuilder.Text(places[0])}";
            return $"GradientTile{LayerBuilder.Text(places.Length)}x{outputs}{label}{(width == Panels.Width ? "" : "Narrow")}";
        }

        KernelFunction Tile(string name, int[] places, int width, int real)
        {
            var code = new Code();
            var tile = new RegisterTile(places.Length, (real + lanes - 1) / lanes);
            tile.BeginFrom(code, Target);
            code.For("i", "0", "n", 1, sample =>
            {
                sample.Add(new LetPointer("x_i", new Address("x", 0, "i * xSample")));
                sample.Add(new LetPointer("dy_i", new Address("dy", 0, "i * dySample")));
                sample.For("row", "0", "rows", 1, line =>
                {
                    line.For("pixel", "0", "columns", 1, Pixel);
                    line.Add(new Integer("x_i += xRow"));
                    line.Add(new Integer("dy_i += dyRow"));
                });
            });
            tile.Store(code, Target);
            return new KernelFunction(name, $"{places.Length} input{(places.Length == 1 ? "" : "s")} × {real} outputs, over all pixels of some samples.",
            [
                new(ParameterType.Floats, "x"), new(ParameterType.Floats, "dy"), new(ParameterType.Floats, "dw"), new(ParameterType.Int, "n"),
                new(ParameterType.Flag, "accumulate"),
                .. Sizes.Select(s => new KernelParameter(ParameterType.Size, s.Name)),
            ], code.Body);

            Address Target(int r, int v) => new("dw", (long)r * width + v * lanes);

            void Pixel(Code body)
            {
                // In a group other channels follow the last.
                tile.Step(body, "g", v => new Load(new Address("dy_i", v * lanes), groups > 1 && real < (v + 1) * lanes ? real - v * lanes : null),
                    "x", r => new Address("x_i", places[r]));
                body.Add(new Integer("x_i += xStep"));
                body.Add(new Integer("dy_i += dyStep"));
            }
        }
    }

    /// <summary>What the code of a tile depends on besides its name.</summary>
    /// <param name="Places">Where the inputs are.</param>
    /// <param name="Width">The distance between the weights of two inputs.</param>
    /// <param name="Exact">Whether nothing may be read past the last output.</param>
    sealed record TileSignature(EquatableArray<int> Places, int Width, bool Exact);
}
