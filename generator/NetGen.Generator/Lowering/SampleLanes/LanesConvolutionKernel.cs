using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Images;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.SampleLanes;

/// <summary>
/// A convolution of stride 1, or its transpose, on images whose samples lie together: vectors have a pixel's number of each sample, and a weight is the same
/// for all of them. Places beyond the image's edges are left out: of rows when the kernel runs, of columns where its code is written.
/// </summary>
static class LanesConvolutionKernel
{
    public static Kernel Lower(Group group, KernelContext context, ConvolutionPlan plan)
    {
        var operands = new ConvolutionOperands(group, context, plan);
        KernelArgument samples = new(Binding.Rows, "n");
        return new Kernel(operands.Name, operands.Summary, [.. operands.Arguments, samples], context.Lanes.Select(lanes =>
        {
            var functions = new Functions(operands, plan, lanes);
            var entry = functions.Entry();
            return new KernelVariant(lanes, [new KernelFunction(operands.Name, operands.Summary, [.. operands.Parameters, samples.Parameter], entry), .. functions.Tiles.Distinct()]);
        }));
    }

    /// <summary>The functions for vectors of a number of lanes.</summary>
    sealed class Functions
    {
        readonly ConvolutionOperands operands;
        readonly PhaseAxis rows, columns;
        readonly Layout x, y;
        readonly int lanes, inputs, outputs, weightWidth, block;
        readonly ImmutableArray<int> chunks;

        public Functions(ConvolutionOperands operands, ConvolutionPlan plan, int lanes)
        {
            (this.operands, this.lanes) = (operands, lanes);
            (rows, columns) = (plan.Phases[0].Rows, plan.Phases[0].Columns);
            (x, y) = (operands.X.Layout!, operands.Results.First().Layout!);
            (inputs, outputs) = (plan.Inputs, plan.Outputs);
            weightWidth = Panels.WidthOf(outputs, 0);
            (block, var width) = UnrollPolicy.LanesTile(outputs, y.Width, lanes);
            var count = (y.Width + width - 1) / width;
            chunks = [.. Enumerable.Range(0, count).Select(c => y.Width / count + (c < y.Width % count ? 1 : 0))];
        }

        public List<KernelFunction> Tiles { get; } = [];

        public ImmutableArray<Statement> Entry()
        {
            var code = new Code();
            code.For("i", "0", "n", Layout.LanesWidth, together =>
            {
                foreach (var argument in Images) together.Add(new LetPointer(argument.Name + "_i", new Address(argument.Name, 0, "i", argument.Value!.Layout!.Floats)));
                if (lanes == Layout.LanesWidth) Outputs(together, null);
                else together.For("s", "0", LayerBuilder.Text(Layout.LanesWidth), lanes, part => Outputs(part, "s"));
            });
            return code.Body;
        }

        IEnumerable<KernelArgument> Images => operands.Arguments.Where(a => a.Value!.Type.Batched);

        /// <summary>Whether the kernel's rows are all in the image for each row of results.</summary>
        bool IsInside => rows.First == 0 && y.Height - 1 + rows.Places <= x.Height;

        void Outputs(Code code, string? lane)
        {
            var full = outputs / block;
            if (full > 1) code.For("o", "0", LayerBuilder.Text(full * block), block, loop => Rows(loop, lane, "o", 0, block));
            else Rows(code, lane, null, 0, block);
            if (outputs % block > 0) Rows(code, lane, null, full * block, outputs % block);
        }

        void Rows(Code code, string? lane, string? output, int first, int count) => code.For("row", "0", LayerBuilder.Text(y.Height), 1, row =>
        {
            var (line, met) = ("row", LayerBuilder.Text(rows.Places));
            if (!IsInside)
            {
                // The kernel's rows that meet the image.
                row.Add(new Integer($"nint top = row - {LayerBuilder.Text(-rows.First)}"));
                row.Add(new Integer("nint first = nint.Max(0, -top)"));
                row.Add(new Integer($"nint rows = nint.Min({LayerBuilder.Text(rows.Places)}, {LayerBuilder.Text(x.Height)} - top) - first"));
                (line, met) = ("(top + first)", "rows");
            }
            var at = 0;
            foreach (var width in chunks)
            {
                var tile = Tile(count, width, at);
                Tiles.Add(tile);
                var place = at;
                row.Add(new Invoke(tile.Name, [.. operands.Arguments.Select(a => (object)Argument(a, place)), met]));
                at += width;
            }

            Address Argument(KernelArgument argument, int column)
            {
                if (operands.IsX(argument)) return Indexed("x_i", $"{line} * {LayerBuilder.Text(x.RowPitch)}", lane, (long)column * x.ChannelPitch);
                var value = argument.Value!;
                if (value == operands.Weight)
                {
                    return IsInside ? new Address("w", first, output) : Indexed("w", $"first * {LayerBuilder.Text(columns.Places * inputs * weightWidth)}", output, first);
                }
                if (operands.IsNumber(value)) return new Address(argument.Name);
                if (!value.Type.Batched) return new Address(argument.Name, first, output);
                var plane = value.Layout!.ImageFloats;
                var place = $"row * {LayerBuilder.Text(value.Layout.RowPitch)}";
                return Indexed(argument.Name + "_i", output is null ? place : $"{place} + o * {LayerBuilder.Text(plane)}", lane, (long)first * plane + (long)column * value.Layout.ChannelPitch);
            }
        });

        static Address Indexed(string pointer, string index, string? more, long offset) => new(pointer, offset, more is null ? index : $"{index} + {more}");

        KernelFunction Tile(int count, int width, int at)
        {
            var met = Enumerable.Range(0, columns.Places).Select(k => Enumerable.Range(0, width).Where(p => at + p + k + columns.First is var column && column >= 0 && column < x.Width).ToEquatableArray())
                .ToEquatableArray();
            var edge = at + columns.First < 0 ? "Left" : at + width - 1 + columns.First + columns.Places > x.Width ? "Right" : "";
            var name = $"LanesTile{LayerBuilder.Text(count)}x{LayerBuilder.Text(width)}{edge}_{LayerBuilder.Text(inputs)}of{LayerBuilder.Text(columns.Places)}{operands.Symbols}";
            var signature = new TileSignature(count, met, columns.First, inputs, weightWidth, x, y, operands.Bias is not null,
                operands.Epilogue.Reads.Select(operands.IsNumber).ToEquatableArray(), operands.Epilogue.Signature);
            return operands.Functions.Get(lanes, name, signature, unique => new KernelFunction(unique,
                $"{LayerBuilder.Text(count)} output{(count == 1 ? "" : "s")} × {LayerBuilder.Text(width)} pixel{(width == 1 ? "" : "s")} of {LayerBuilder.Text(lanes)} samples.",
                [.. operands.Parameters, new(ParameterType.Size, "rows")], Body(count, width, met)));
        }

        ImmutableArray<Statement> Body(int count, int width, EquatableArray<EquatableArray<int>> met)
        {
            var code = new Code();
            var tile = new RegisterTile(count, width);
            tile.Each(code, (row, o, p) => row.Let(RegisterTile.Sum(o, p).Name,
                operands.Bias is null ? Expr.Zero : p == 0 ? new Splat(new Address("bias", o)) : RegisterTile.Sum(o, 0)));
            code.For("ky", "0", "rows", 1, line =>
            {
                line.Add(new LetPointer("x_k", new Address("x", 0, "ky", x.RowPitch)));
                line.Walk("x_k", LayerBuilder.Text(inputs * x.ImageFloats), x.ImageFloats, [("w", weightWidth)], input =>
                {
                    for (var k = 0; k < columns.Places; k++)
                    {
                        var (place, here) = (k, met[k]);
                        if (here.Count == 0) continue;
                        tile.Step(input, "x", p => new Load(new Address("x_k", (long)(p + place + columns.First) * x.ChannelPitch)),
                            "w", o => new Splat(new Address("w", (long)place * inputs * weightWidth + o)), $"_{LayerBuilder.Text(k)}", here.Contains);
                    }
                });
                if (columns.Places > 1) line.Add(new Advance("w", (long)(columns.Places - 1) * inputs * weightWidth));
            });
            tile.Each(code, (row, o, p) => operands.Epilogue.Emit(row, RegisterTile.Sum(o, p),
                value => operands.IsNumber(value) ? new Splat(new Address(operands.Epilogue.NameOf(value))) : new Load(Place(value, o, p)),
                (target, value, result) => target.Add(new Store(Place(value, o, p), result)),
                _ => throw new InvalidOperationException("Random numbers are not drawn in tiles."), $"{LayerBuilder.Text(o)}_{LayerBuilder.Text(p)}"));
            return code.Body;
        }

        Address Place(Value value, int output, int pixel) =>
            new(operands.Epilogue.NameOf(value), (long)output * value.Layout!.ImageFloats + (long)pixel * value.Layout.ChannelPitch);
    }

    /// <summary>All that a tile's code depends on.</summary>
    /// <param name="Outputs">How many outputs it has.</param>
    /// <param name="Met">The pixels that each column of the kernel has a number for.</param>
    /// <param name="First">Where the kernel's first column is from a pixel.</param>
    /// <param name="Inputs">The channels that are summed.</param>
    /// <param name="WeightWidth">The distance between the weights of two inputs.</param>
    /// <param name="X">The images.</param>
    /// <param name="Y">The results.</param>
    /// <param name="Bias">Whether there is a bias.</param>
    /// <param name="Numbers">Whether what is read besides is one number for all.</param>
    /// <param name="Epilogue">The elementwise ops after the sum.</param>
    sealed record TileSignature(int Outputs, EquatableArray<EquatableArray<int>> Met, int First, int Inputs, int WeightWidth, Layout X, Layout Y, bool Bias,
        EquatableArray<bool> Numbers, EpilogueSignature Epilogue);
}
