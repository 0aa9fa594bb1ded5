using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// Winograd's convolution: the tiles of a group of rows, or of some images, are brought to their values at the points; for each panel of outputs there is a
/// matrix product for each point, whose results become pixels, with bias and elementwise ops in the store.
/// </summary>
static class WinogradKernel
{
    /// <param name="group">The convolution and what is fused into it.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="op">The convolution.</param>
    /// <param name="shared">Whether workers share the outputs of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, WinogradConvolution op, bool shared)
    {
        var result = group.Values[0];
        var operands = new ConvolutionOperands(group, context, ConvolutionPlan.Forward(op.Window, 1, result));
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        var name = shared ? operands.Name + "_Single" : operands.Name;
        var grid = GridOf(result, op, severalSamples: !shared);
        return new Kernel(name, operands.Summary, [.. operands.Arguments, .. work], [.. context.Lanes.Select(lanes =>
        {
            var functions = new WinogradFunctions(operands, op, grid, lanes);
            var body = new Entry(operands, op, grid, functions);
            var entry = shared ? body.Single() : grid.Samples > 1 ? body.Samples() : body.Batch();
            var parameters = operands.Parameters.AddRange(work.Select(a => a.Parameter));
            return new KernelVariant(lanes, [new KernelFunction(name, operands.Summary, parameters, entry), .. functions.All]);
        })]);
    }

    /// <summary>How the tiles of a convolution's result are grouped.</summary>
    public static WinogradGrid GridOf(Value result, WinogradConvolution op, bool severalSamples = true)
    {
        var (_, height, width) = Layout.Sizes(result.Shape);
        return new(op.Transform.Results, height, width, UnrollPolicy.WinogradTiles(WinogradWeights.Floats(op.Transform, result.Inputs[1]), op.TransformsWeights), severalSamples);
    }

    /// <summary>The loops over samples, groups of tiles and panels.</summary>
    sealed class Entry(ConvolutionOperands operands, WinogradConvolution op, WinogradGrid grid, WinogradFunctions functions)
    {
        readonly int panels = Panels.Count(operands.Outputs);

        /// <summary>One image after the other.</summary>
        public ImmutableArray<Statement> Batch()
        {
            var code = new Code();
            Buffers(code);
            code.For("i", "0", "n", 1, sample =>
            {
                operands.ZeroBorders(sample, "i");
                operands.Move(sample, ConvolutionLevel.Function, ConvolutionLevel.Sample, a => operands.SampleOffset(a, "i"));
                Groups(sample, "group", (body, rows, first) =>
                {
                    body.Add(functions.Input(Image(ConvolutionLevel.Sample, first), new Address("v"), rows.Count));
                    EachPanel(body, panel => Panel(panel, rows, first, ConvolutionLevel.Sample));
                });
            });
            return code.Body;
        }

        /// <summary>Some images at a time.</summary>
        public ImmutableArray<Statement> Samples()
        {
            var code = new Code();
            Buffers(code);
            var rows = new TileRows(grid.Rows, IsLast: true);
            code.For("i", "0", "n", grid.Samples, block =>
            {
                block.Add(new Integer($"nint end = i + {LayerBuilder.Text(grid.Samples)} < n ? i + {LayerBuilder.Text(grid.Samples)} : n"));
                block.For("s", "i", "end", 1, sample =>
                {
                    operands.ZeroBorders(sample, "s");
                    sample.Add(functions.Input(operands.SampleOffset(operands.Arguments[0], "s") with { Pointer = "x" },
                        new Address("v", 0, "(s - i)", (long)grid.TilesPerSample * functions.Products.TileFloats), grid.Rows));
                });
                var (tiles, multiple) = (grid.TilesPerSample == 1 ? "(int)(end - i)" : $"(int)(end - i) * {LayerBuilder.Text(grid.TilesPerSample)}", LayerBuilder.Text(WinogradGrid.Multiple));
                block.Add(new Integer(grid.TilesPerSample % WinogradGrid.Multiple == 0
                    ? $"int tiles = {tiles}" : $"int tiles = ({tiles} + {LayerBuilder.Text(WinogradGrid.Multiple - 1)}) / {multiple} * {multiple}"));
                var atOnce = functions.Products.PanelsAtOnce;
                if (atOnce == 1)
                {
                    EachPanel(block, panel =>
                    {
                        Products(panel, Weights());
                        Results(panel, "m");
                    });
                    return;
                }
                block.For("first", "0", LayerBuilder.Text(panels), atOnce, some =>
                {
                    Products(some, new("w", 0, "first", functions.Products.PanelFloats));
                    some.For("panel", "first", $"first + {LayerBuilder.Text(atOnce)}", 1, panel =>
                    {
                        panel.Add(new LetPointer("m_panel", new Address("m", 0, "(panel - first)", functions.Products.ResultFloats)));
                        Results(panel, "m_panel");
                    });
                });
            });
            return code.Body;

            void Products(Code code, Address weights) => code.Add(functions.Products.Of(new Address("v"), weights, new Address("m"), new Address("u")));

            void Results(Code panel, string m) => panel.For("s", "i", "end", 1, sample =>
            {
                operands.Move(sample, ConvolutionLevel.Function, ConvolutionLevel.Sample, a => operands.SampleOffset(a, "s"), functions.Outer);
                sample.Add(new LetPointer("m_i", new Address(m, 0, "(s - i)", (long)grid.TilesPerSample * Panels.Width)));
                Rows(sample, "m_i", rows, null, ConvolutionLevel.Sample);
            });
        }

        /// <summary>
        /// One image, whose groups and panels workers share: first the groups, also where they don't come out even, since what another worker has written comes
        /// from its cache. Each brings the tiles of its groups to the points by itself.
        /// </summary>
        public ImmutableArray<Statement> Single()
        {
            var code = new Code();
            operands.ZeroSharedBorders(code);
            Buffers(code);
            code.Add(new Split(grid.Groups * panels));
            code.For("unit", "first", "last", 1, unit =>
            {
                if (panels > 1) unit.Add(new Integer($"nint panel = unit % {LayerBuilder.Text(panels)}"));
                var index = panels == 1 ? "unit" : "group";
                if (panels > 1 && grid.Groups > 1) unit.Add(new Integer($"nint group = unit / {LayerBuilder.Text(panels)}"));
                Choose(unit, index, (body, rows, first) =>
                {
                    var input = functions.Input(Image(ConvolutionLevel.Function, first), new Address("v"), rows.Count);
                    if (panels == 1) body.Add(input);
                    else body.If("panel == 0 || unit == first", then => then.Add(input));
                    Panel(body, rows, first, ConvolutionLevel.Function);
                });
            });
            return code.Body;
        }

        void Buffers(Code code)
        {
            var (v, m) = (op.Transform.Positions * functions.Products.InputStride, functions.Products.PanelsAtOnce * functions.Products.ResultFloats);
            code.Add(new LetScratch("v", checked(v + m + functions.Products.PartFloats)));
            code.Add(new LetPointer("m", new Address("v", v)));
            if (op.TransformsWeights) code.Add(new LetPointer("u", new Address("v", v + m)));
        }

        void EachPanel(Code code, Action<Code> body)
        {
            if (panels == 1) body(code);
            else code.For("panel", "0", LayerBuilder.Text(panels), 1, body);
        }

        /// <summary>The groups of rows of tiles, in a loop where there are several.</summary>
        void Groups(Code code, string index, Action<Code, TileRows, string?> body)
        {
            if (grid.Groups == 1) body(code, new(grid.Rows, IsLast: true), null);
            else code.For(index, "0", LayerBuilder.Text(grid.Groups), 1, group => Choose(group, index, body));
        }

        void Choose(Code code, string index, Action<Code, TileRows, string?> body)
        {
            var last = new TileRows(grid.LastGroupRows, IsLast: true);
            if (grid.Groups == 1) body(code, last, null);
            else if (grid.LastGroupRows == grid.GroupRows && grid.LastRowResults == op.Transform.Results) body(code, new(grid.GroupRows, IsLast: false), index);
            else
            {
                code.If($"{index} < {LayerBuilder.Text(grid.Groups - 1)}",
                    then => body(then, new(grid.GroupRows, IsLast: false), index), otherwise => body(otherwise, last, index));
            }
        }

        Address Weights() => new("w", 0, panels == 1 ? null : "panel", functions.Products.PanelFloats);

        /// <summary>The products of a group with a panel, and their results.</summary>
        void Panel(Code code, TileRows rows, string? group, ConvolutionLevel level)
        {
            code.Add(functions.Products.Of(new Address("v"), Weights(), new Address("m"), new Address("u"), rows.Count * grid.Columns));
            Rows(code, "m", rows, group, level);
        }

        /// <summary>The results of rows of tiles.</summary>
        void Rows(Code code, string m, TileRows rows, string? group, ConvolutionLevel level)
        {
            var full = rows.IsLast && grid.LastRowResults < op.Transform.Results ? rows.Count - 1 : rows.Count;
            if (full > 1) code.For("row", "0", LayerBuilder.Text(full), 1, row => Row(row, "row", 0, op.Transform.Results));
            else if (full == 1) Row(code, null, 0, op.Transform.Results);
            if (full < rows.Count) Row(code, null, full, grid.LastRowResults);

            void Row(Code target, string? index, int row, int results)
            {
                var step = (long)grid.Columns * Panels.Width;
                target.Add(functions.Row(results, new Address(m, row * step, index, step), argument =>
                {
                    var name = operands.NameAt(argument, level);
                    if (operands.IsNumber(argument.Value!)) return new Address(name);
                    var channel = panels == 1 ? "" : $"panel * {LayerBuilder.Text(Panels.Width)}";
                    if (!argument.Value!.Type.Batched) return channel.Length == 0 ? new Address(name) : new Address(name, 0, channel);
                    var layout = argument.Value.Layout!;
                    var pitch = (long)op.Transform.Results * layout.RowPitch;
                    var offsets = new[] { channel, Times(group, grid.GroupRows * pitch), Times(index, pitch) }.Where(text => text.Length > 0).ToList();
                    return new Address(name, layout.Origin + row * pitch, offsets.Count == 0 ? null : string.Join(" + ", offsets));
                }));
            }
        }

        static string Times(string? index, long step) => index is null ? "" : $"{index} * {LayerBuilder.Text(step)}";

        /// <summary>The image at a group's first tile.</summary>
        Address Image(ConvolutionLevel level, string? group) =>
            new(operands.NameAt(operands.Arguments[0], level), 0, group, (long)grid.GroupRows * op.Transform.Results * op.Transform.Stride * operands.X.Layout!.RowPitch);
    }
}

/// <summary>Rows of tiles.</summary>
/// <param name="Count">How many.</param>
/// <param name="IsLast">Whether they end with the image.</param>
sealed record TileRows(int Count, bool IsLast);
