using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// The gradient of a weight: each tile of it, some inputs by a panel of outputs, is summed over all samples and their rows in registers and lands where
/// the weight's tile is. Tiles are independent, so that threads share them without a reduction.
/// </summary>
static class OuterProductsKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (dy, x) = (result.Inputs[0], result.Inputs[1]);
        // The rows of a sample are all one weight's, or those of several that follow each other, of each of which a table has the first.
        var table = result.Op is ExpertOuterProducts ? result.Inputs[2] : null;
        // Where the number of positions is free, so is the number of rows.
        var samples = new SampleRows(context, table is null ? null : x);
        var chosen = x.Type.Sequence?.Rows ?? 1;
        KernelArgument[] operands =
        [
            new(Binding.Pointer, "x", x), new(Binding.Pointer, "dy", dy), .. table is null ? Array.Empty<KernelArgument>() : [new KernelArgument(Binding.Pointer, "table", table)],
        ];
        KernelArgument[] arguments =
        [
            .. operands, .. group.Values.Select((v, e) => new KernelArgument(Binding.Pointer, table is null ? "dw" : $"dw{LayerBuilder.Text(e)}", v)),
            .. samples.Offsets, new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var (inputs, outputs) = (x.Shape.Last, dy.Shape.Last);
        var rowsOfSample = x.Size / inputs;
        var (gapX, gapY) = (context.Pitch(x) - x.Size, context.Pitch(dy) - dy.Size);
        // Of samples of one row the padding is a part of the row; where there are more, the next row follows.
        var (pitchX, pitchY) = rowsOfSample == 1 ? (context.Pitch(x), context.Pitch(dy)) : (inputs, outputs);
        // The positions of samples that have as many as they like are so many rows.
        var isContiguous = table is null && (rowsOfSample > 1 || x.Type.IsByPosition) && gapX == 0 && gapY == 0;
        var experts = table is null ? "" : $"Expert{LayerBuilder.Text(group.Values.Length)}";
        var ofRows = rowsOfSample > 1 ? LayerBuilder.Text(rowsOfSample) + "x" : isContiguous ? "Rows" : "";
        var name = context.NameOf($"{experts}OuterProducts_{ofRows}{LayerBuilder.Text(outputs)}x{LayerBuilder.Text(inputs)}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {dy.Type} × {x.Type} → {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(Variant));

        KernelVariant Variant(int lanes)
        {
            var functions = new List<KernelFunction>();
            var (rows, full, left) = UnrollPolicy.Chunks(inputs, lanes);
            var chunks = full + (left > 0 ? 1 : 0);
            var panels = Panels.Count(outputs);
            var last = Panels.WidthOf(outputs, panels - 1);
            var code = new Code();
            code.Add(new Split(panels * chunks));
            if (isContiguous) Blocks(code);
            else code.For("part", "first", "last", 1, body =>
            {
                body.Add(new Integer($"nint panel = part / {LayerBuilder.Text(chunks)}"));
                body.Add(new Integer($"nint input = part % {LayerBuilder.Text(chunks)} * {LayerBuilder.Text(rows)}"));
                body.Add(new LetPointer("a", new Address("x", 0, "input")));
                body.Add(new LetPointer("b", new Address("dy", 0, "panel", Panels.Width)));
                body.Add(new LetPointer("c", new Address("dw", 0, "panel", (long)Panels.Width * inputs)));
                int? elements = rowsOfSample > 1 && outputs % Panels.Alignment != 0 ? outputs - (panels - 1) * Panels.Width : null;
                if (panels == 1 || (last == Panels.Width && elements is null)) Tiles(body, last, elements);
                else body.If($"panel < {LayerBuilder.Text(panels - 1)}", then => Tiles(then, Panels.Width, null), otherwise => Tiles(otherwise, last, elements));
            });
            if (table is null) functions.Insert(0, new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body));
            else
            {
                ImmutableArray<KernelArgument> rest = [.. arguments.Skip(operands.Length + group.Values.Length)];
                functions.Insert(0, new KernelFunction($"{name}_Expert", "The gradient of one expert's weight.",
                    [.. operands.Select(a => a.Parameter), new(ParameterType.Floats, "dw"), .. rest.Select(a => a.Parameter)], code.Body));
                var experts = new Code();
                for (var e = 0; e < group.Values.Length; e++)
                {
                    experts.Add(new Invoke($"{name}_Expert",
                    [
                        new Address("x"), new Address("dy"), new Address("table", (samples.IsFree ? 0 : ExpertTable.FirstRows(rowsOfSample)) + e), new Address($"dw{LayerBuilder.Text(e)}"),
                        .. rest.Select(a => a.Name),
                    ]));
                }
                functions.Insert(0, new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], experts.Body));
            }
            return new KernelVariant(lanes, [.. functions]);

            // Some rows at a time, for which the inputs stay in the cache. Rows are often a power of two apart, at which few of them do: the gradients of a
            // panel are packed before they are multiplied by all inputs.
            void Blocks(Code body)
            {
                var (perPanel, width, most) = (LayerBuilder.Text(chunks), LayerBuilder.Text(Panels.Width), UnrollPolicy.OuterProductRows(inputs));
                body.Add(new LetBuffer("block", most * Panels.Width));
                body.Add(new Integer(rowsOfSample == 1 ? "int rows = n" : $"int rows = n * {LayerBuilder.Text(rowsOfSample)}"));
                body.For("start", "0", "rows", most, ofBlock =>
                {
                    ofBlock.Add(new Integer($"int count = rows - start < {LayerBuilder.Text(most)} ? (int)(rows - start) : {LayerBuilder.Text(most)}"));
                    ofBlock.Add(new LetPointer("line", new Address("x", 0, "start", inputs)));
                    ofBlock.Add(new LetPointer("row", new Address("dy", 0, "start", outputs)));
                    ofBlock.For("panel", $"first / {perPanel}", $"(last + {LayerBuilder.Text(chunks - 1)}) / {perPanel}", 1, ofPanel =>
                    {
                        var columns = width;
                        if (panels == 1) columns = LayerBuilder.Text(outputs);
                        else if (outputs % Panels.Width != 0)
                        {
                            columns = "columns";
                            ofPanel.Add(new Integer($"int columns = panel < {LayerBuilder.Text(panels - 1)} ? {width} : {LayerBuilder.Text(outputs % Panels.Width)}"));
                        }
                        ofPanel.Add(new InvokeRuntime("Keys.Pack", [new Address("row", 0, "panel", Panels.Width), LayerBuilder.Text(outputs), "count", columns, new Address("block")]));
                        ofPanel.Add(new LetPointer("c", new Address("dw", 0, "panel", (long)Panels.Width * inputs)));
                        ofPanel.Add(new Integer($"nint from = panel * {perPanel} < first ? first - panel * {perPanel} : 0"));
                        ofPanel.Add(new Integer($"nint to = (panel + 1) * {perPanel} > last ? last - panel * {perPanel} : {perPanel}"));
                        ofPanel.For("chunk", "from", "to", 1, ofChunk =>
                        {
                            ofChunk.Add(new Integer($"nint input = chunk * {LayerBuilder.Text(rows)}"));
                            ofChunk.Add(new LetPointer("a", new Address("line", 0, "input")));
                            if (panels == 1 || last == Panels.Width) Tiles(ofChunk, last, null);
                            else ofChunk.If($"panel < {LayerBuilder.Text(panels - 1)}", then => Tiles(then, Panels.Width, null), otherwise => Tiles(otherwise, last, null));
                        });
                    });
                });
            }

            void Tiles(Code body, int width, int? elements)
            {
                if (left == 0) Columns(body, rows, width, elements);
                else if (full == 0) Columns(body, left, width, elements);
                else body.If($"input < {LayerBuilder.Text(full * rows)}", then => Columns(then, rows, width, elements), otherwise => Columns(otherwise, left, width, elements));
            }

            void Columns(Code body, int height, int width, int? elements)
            {
                var columns = Math.Min(width, UnrollPolicy.TileVectors * lanes);
                for (var offset = 0; offset < width && (elements is null || offset < elements); offset += columns)
                {
                    body.Add(new Invoke(Tile(height, columns, width, elements - offset < columns ? elements - offset : null),
                        [
                            new Address("a"), new Address(isContiguous ? "block" : "b", offset), new Address("c", offset, "input", width),
                            .. table is null ? Array.Empty<object>() : [new Address("table")], .. samples.IsFree ? ["offsets"] : Array.Empty<object>(),
                            isContiguous ? "count" : "n", isContiguous ? "accumulate || start > 0" : "accumulate",
                        ]));
                }
            }

            string Tile(int height, int columns, int width, int? elements)
            {
                var part = elements is { } e ? $"of{LayerBuilder.Text(e)}" : "";
                var tileName = $"{name}_{LayerBuilder.Text(height)}x{LayerBuilder.Text(columns)}{part}{(width == Panels.Width ? "" : "Narrow")}";
                if (functions.Exists(f => f.Name == tileName)) return tileName;
                var tile = new Code();
                var sums = new RegisterTile(height, columns / lanes);
                Address Place(int r, int v) => new("dw", (long)r * width + v * lanes);
                sums.BeginFrom(tile, Place);
                tile.For("i", "0", "n", 1, body =>
                {
                    if (table is not null)
                    {
                        samples.Begin(body);
                        if (samples.IsFree) body.Add(new LetPointer("rows", new Address("table", 0, "length", ExpertTable.FirstRows(chosen))));
                        var (rowsOf, index) = samples.IsFree ? ("rows", $"(start * {LayerBuilder.Text(chosen)} + from)") : ("table", "from");
                        body.Add(new Integer($"nint from = (nint){rowsOf}[0]"));
                        body.Add(new Integer($"nint count = (nint){rowsOf}[1] - from"));
                        body.Add(new LetPointer("x_r", new Address("x", 0, index, pitchX)));
                        body.Add(new LetPointer("dy_r", new Address("dy", 0, index, pitchY)));
                        body.For("r", "0", "count", 1, step => Step(step, "x_r", "dy_r"));
                        if (!samples.IsFree) body.Add(new Advance("x", context.Pitch(x)));
                        if (!samples.IsFree) body.Add(new Advance("dy", context.Pitch(dy)));
                        body.Add(new Advance("table", context.Pitch(table)));
                        return;
                    }
                    if (rowsOfSample == 1 || isContiguous)
                    {
                        Step(body, "x", "dy");
                        return;
                    }
                    body.For("r", "0", LayerBuilder.Text(rowsOfSample), 1, step => Step(step, "x", "dy"));
                    if (gapX > 0) body.Add(new Advance("x", gapX));
                    if (gapY > 0) body.Add(new Advance("dy", gapY));
                });
                sums.Store(tile, Place);
                functions.Add(new KernelFunction(tileName, $"{height} input{(height == 1 ? "" : "s")} × {columns} outputs, over all samples.",
                    [
                        new(ParameterType.Floats, "x"), new(ParameterType.Floats, "dy"), new(ParameterType.Floats, "dw"),
                        .. table is null ? Array.Empty<KernelParameter>() : [new KernelParameter(ParameterType.Floats, "table")],
                        .. samples.IsFree ? [new KernelParameter(ParameterType.Ints, "offsets")] : Array.Empty<KernelParameter>(),
                        new(ParameterType.Int, "n"), new(ParameterType.Flag, "accumulate"),
                    ], tile.Body));
                return tileName;

                void Step(Code step, string x, string dy)
                {
                    sums.Step(step, "g", v => Vector(dy, v), "x", r => new Address(x, r));
                    step.Add(new Advance(x, pitchX));
                    step.Add(new Advance(dy, isContiguous ? Panels.Width : pitchY));
                }

                // What follows a row's last element belongs to the next row.
                Expr Vector(string dy, int v) => elements - v * lanes is not { } present || present >= lanes ? new Load(new Address(dy, v * lanes))
                    : present > 0 ? new Load(new Address(dy, v * lanes), present)
                    : Expr.Zero;
            }
        }
    }
}
