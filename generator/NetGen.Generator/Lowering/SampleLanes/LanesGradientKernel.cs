using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.SampleLanes;

/// <summary>
/// The gradient of the weight of a convolution of stride 1 on images whose samples lie together: for some outputs and one input, the sums of all places of the
/// kernel, in vectors with a sum for each lane, over pixels and samples; and then over the lanes. Threads share these parts.
/// </summary>
static class LanesGradientKernel
{
    public static Kernel Lower(Group group, KernelContext context, Window window)
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
            var functions = new Functions(result, context.Functions, window, lanes);
            var entry = functions.Entry();
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], entry), .. functions.Tiles.Distinct()]);
        }));
    }

    /// <summary>The functions for vectors of a number of lanes.</summary>
    sealed class Functions(Value result, SharedFunctions shared, Window window, int lanes)
    {
        readonly Layout dy = result.Inputs[0].Layout!, x = result.Inputs[1].Layout!;
        readonly WindowAxis rows = window.Rows, columns = window.Columns;

        int Outputs => dy.Planes;

        int Inputs => x.Planes;

        int WeightWidth => Panels.WidthOf(Outputs, 0);

        public List<KernelFunction> Tiles { get; } = [];

        public ImmutableArray<Statement> Entry()
        {
            var block = UnrollPolicy.LanesGradientOutputs(Outputs, columns.Kernel, lanes);
            var (full, rest) = (Outputs / block, Outputs % block);
            var code = new Code();
            code.Add(new LetBuffer("sums", rows.Kernel * block * columns.Kernel * lanes));
            code.Add(new Split((full + (rest > 0 ? 1 : 0)) * Inputs));
            code.For("part", "first", "last", 1, part =>
            {
                part.Add(new Integer($"nint input = part % {LayerBuilder.Text(Inputs)}"));
                part.Add(new Integer($"nint output = part / {LayerBuilder.Text(Inputs)} * {LayerBuilder.Text(block)}"));
                if (rest == 0) Part(part, block);
                else part.If($"output < {LayerBuilder.Text(full * block)}", then => Part(then, block), otherwise => Part(otherwise, rest));
            });
            return code.Body;
        }

        void Part(Code code, int outputs)
        {
            var vectors = outputs * columns.Kernel;
            code.Add(new InvokeRuntime("Images.Clear", [new Address("sums"), LayerBuilder.Text(rows.Kernel * vectors * lanes)]));
            code.For("i", "0", "n", Layout.LanesWidth, together =>
            {
                if (lanes == Layout.LanesWidth) Rows(together, null);
                else together.For("s", "0", LayerBuilder.Text(Layout.LanesWidth), lanes, some => Rows(some, " + s"));
            });
            code.Add(new LetPointer("target", new Address("dw", 0, $"output + input * {LayerBuilder.Text(WeightWidth)}")));
            code.For("ky", "0", LayerBuilder.Text(rows.Kernel), 1, row =>
            {
                row.Add(new LetPointer("sums_k", new Address("sums", 0, "ky", vectors * lanes)));
                for (var o = 0; o < outputs; o++)
                {
                    for (var k = 0; k < columns.Kernel; k++)
                    {
                        var place = new Address("target", (long)k * Inputs * WeightWidth + o);
                        var sum = row.Let($"sum{LayerBuilder.Text(o)}_{LayerBuilder.Text(k)}", new Across(Operator.Add, new Load(new Address("sums_k", (o * columns.Kernel + k) * lanes))));
                        row.If("accumulate", then => then.Add(new Set(((Local)sum).Name, sum + new Splat(place))));
                        row.Add(new StoreScalar(place, sum));
                    }
                }
                row.Add(new Advance("target", (long)columns.Kernel * Inputs * WeightWidth));
            });

            void Rows(Code body, string? lane)
            {
                var tile = Tile(outputs);
                Tiles.Add(tile);
                // A block of rows of the result is read from memory once, and from the cache for the further rows of the kernel.
                var height = UnrollPolicy.LanesGradientRows((outputs * dy.RowPitch) + x.RowPitch, dy.Height);
                if (height < dy.Height) body.For("top", "0", LayerBuilder.Text(dy.Height), height, loop => Kernel(loop, "top", $"nint.Min(top + {LayerBuilder.Text(height)}, {LayerBuilder.Text(dy.Height)})"));
                else Kernel(body, "0", LayerBuilder.Text(dy.Height));

                void Kernel(Code block, string first, string end) => block.For("ky", "0", LayerBuilder.Text(rows.Kernel), 1, row =>
                {
                    // The rows that this row of the kernel has numbers for.
                    row.Add(new Integer($"nint y = {(rows.Before > 0 ? $"nint.Max({first}, {LayerBuilder.Text(rows.Before)} - ky)" : first)}"));
                    row.Add(new Integer($"nint rows = {(rows.After > 0 ? $"nint.Min({end}, {LayerBuilder.Text(x.Height + rows.Before)} - ky)" : end)} - y"));
                    row.Add(new Invoke(tile.Name,
                    [
                        new Address("x", 0, $"i * {LayerBuilder.Text(x.Floats)} + input * {LayerBuilder.Text(x.ImageFloats)} + (y + ky{(rows.Before > 0 ? $" - {LayerBuilder.Text(rows.Before)}" : "")}) * {LayerBuilder.Text(x.RowPitch)}{lane}"),
                        new Address("dy", 0, $"i * {LayerBuilder.Text(dy.Floats)} + output * {LayerBuilder.Text(dy.ImageFloats)} + y * {LayerBuilder.Text(dy.RowPitch)}{lane}"),
                        new Address("sums", 0, "ky", vectors * lanes), "rows",
                    ]));
                });
            }
        }

        KernelFunction Tile(int outputs)
        {
            var name = $"LanesGradientTile{LayerBuilder.Text(outputs)}of{LayerBuilder.Text(columns.Kernel)}";
            return shared.Get(lanes, name, new TileSignature(outputs, columns, x, dy), unique => new KernelFunction(unique,
                $"{LayerBuilder.Text(outputs)} output{(outputs == 1 ? "" : "s")} × a row of the kernel, over rows of pixels of {LayerBuilder.Text(lanes)} samples.",
                [new(ParameterType.Floats, "x"), new(ParameterType.Floats, "dy"), new(ParameterType.Floats, "sums"), new(ParameterType.Size, "rows")], Body(outputs)));
        }

        ImmutableArray<Statement> Body(int outputs)
        {
            var code = new Code();
            var tile = new RegisterTile(outputs, columns.Kernel);
            tile.Each(code, (row, o, k) => row.Let(RegisterTile.Sum(o, k).Name, new Load(Sum(o, k))));
            code.For("row", "0", "rows", 1, line =>
            {
                line.Add(new LetPointer("x_i", new Address("x", -(long)columns.Before * x.ChannelPitch, "row", x.RowPitch)));
                line.Add(new LetPointer("dy_i", new Address("dy", 0, "row", dy.RowPitch)));
                for (var pixel = 0; pixel < dy.Width;)
                {
                    // Pixels for which all of the kernel's columns meet the image are a loop.
                    var inner = Enumerable.Range(pixel, dy.Width - pixel).TakeWhile(IsInner).Count();
                    if (inner > 1) line.For("pixel", "0", LayerBuilder.Text(inner), 1, loop => Pixel(loop, pixel, ""));
                    else line.Block(null, one => Pixel(one, pixel, ""));
                    pixel += Math.Max(inner, 1);
                }
            });
            tile.Each(code, (row, o, k) => row.Add(new Store(Sum(o, k), RegisterTile.Sum(o, k))));
            return code.Body;

            Address Sum(int o, int k) => new("sums", (o * columns.Kernel + k) * lanes);

            void Pixel(Code body, int pixel, string suffix)
            {
                tile.Step(body, "x", k => new Load(new Address("x_i", (long)k * x.ChannelPitch)), "d", o => new Load(new Address("dy_i", (long)o * dy.ImageFloats)), suffix, k => Meets(pixel, k));
                body.Add(new Advance("x_i", x.ChannelPitch));
                body.Add(new Advance("dy_i", dy.ChannelPitch));
            }
        }

        bool IsInner(int pixel) => Meets(pixel, 0) && Meets(pixel, columns.Kernel - 1);

        bool Meets(int pixel, int k) => pixel + k - columns.Before is var column && column >= 0 && column < x.Width;
    }

    /// <summary>All that a tile's code depends on.</summary>
    sealed record TileSignature(int Outputs, WindowAxis Columns, Layout X, Layout Dy);
}
