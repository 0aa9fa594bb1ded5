using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>
/// The gradient of a weight: each tile of it, some inputs by a panel of outputs, is summed over all samples in registers and lands where
/// the weight's tile is. Tiles are independent, so that threads share them without a reduction.
/// </summary>
static class OuterProductsKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (dy, x) = (result.Inputs[0], result.Inputs[1]);
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", x), new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "dw", result),
            new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var (inputs, outputs) = (x.Size, dy.Size);
        var (pitchX, pitchY) = (context.Pitch(x), context.Pitch(dy));
        var name = context.NameOf($"OuterProducts_{LayerBuilder.Text(outputs)}x{LayerBuilder.Text(inputs)}", group, arguments);
        var summary = $"{Formulas.Of(group)}: [n, {LayerBuilder.Text(outputs)}] × [n, {LayerBuilder.Text(inputs)}] → {result.Type}.";
        return new Kernel(name, summary, [.. arguments], KernelContext.AllLanes.Select(Variant));

        KernelVariant Variant(int lanes)
        {
            var functions = new List<KernelFunction>();
            var (rows, full, rest) = UnrollPolicy.Chunks(inputs, lanes);
            var chunks = full + (rest > 0 ? 1 : 0);
            var panels = Panels.Count(outputs);
            var last = Panels.WidthOf(outputs, panels - 1);
            var code = new Code();
            code.Add(new Split(panels * chunks));
            code.For("part", "first", "last", 1, body =>
            {
                body.Add(new Integer($"nint panel = part / {LayerBuilder.Text(chunks)}"));
                body.Add(new Integer($"nint input = part % {LayerBuilder.Text(chunks)} * {LayerBuilder.Text(rows)}"));
                body.Add(new LetPointer("a", new Address("x", 0, "input")));
                body.Add(new LetPointer("b", new Address("dy", 0, "panel", Panels.Width)));
                body.Add(new LetPointer("c", new Address("dw", 0, "panel", (long)Panels.Width * inputs)));
                if (last == Panels.Width) Tiles(body, Panels.Width);
                else if (panels == 1) Tiles(body, last);
                else body.If($"panel < {LayerBuilder.Text(panels - 1)}", then => Tiles(then, Panels.Width), otherwise => Tiles(otherwise, last));
            });
            functions.Insert(0, new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body));
            return new KernelVariant(lanes, [.. functions]);

            void Tiles(Code body, int width)
            {
                if (rest == 0) Columns(body, rows, width);
                else if (full == 0) Columns(body, rest, width);
                else body.If($"input < {LayerBuilder.Text(full * rows)}", then => Columns(then, rows, width), otherwise => Columns(otherwise, rest, width));
            }

            void Columns(Code body, int height, int width)
            {
                var columns = Math.Min(width, UnrollPolicy.TileVectors * lanes);
                for (var offset = 0; offset < width; offset += columns)
                {
                    body.Add(new Invoke(Tile(height, columns, width), [new Address("a"), new Address("b", offset), new Address("c", offset, "input", width), "n", "accumulate"]));
                }
            }

            string Tile(int height, int columns, int width)
            {
                var tileName = $"{name}_{LayerBuilder.Text(height)}x{LayerBuilder.Text(columns)}{(width == Panels.Width ? "" : "Narrow")}";
                if (functions.Exists(f => f.Name == tileName)) return tileName;
                var tile = new Code();
                var sums = new RegisterTile(height, columns / lanes);
                Address Place(int r, int v) => new("dw", (long)r * width + v * lanes);
                sums.BeginFrom(tile, Place);
                tile.For("i", "0", "n", 1, body =>
                {
                    sums.Step(body, "g", v => new Load(new Address("dy", v * lanes)), "x", r => new Address("x", r));
                    body.Add(new Advance("x", pitchX));
                    body.Add(new Advance("dy", pitchY));
                });
                sums.Store(tile, Place);
                functions.Add(new KernelFunction(tileName, $"{height} input{(height == 1 ? "" : "s")} × {columns} outputs, over all samples.",
                    [new(ParameterType.Floats, "x"), new(ParameterType.Floats, "dy"), new(ParameterType.Floats, "dw"), new(ParameterType.Int, "n"), new(ParameterType.Flag, "accumulate")], tile.Body));
                return tileName;
            }
        }
    }
}
