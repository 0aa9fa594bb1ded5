using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// The gradient of a depthwise convolution's weight: a row of the kernel for a vector of channels is summed over pixels and samples by one thread.
/// </summary>
static class DepthwiseGradientKernel
{
    public static Kernel Lower(Group group, KernelContext context, Window window)
    {
        var result = group.Values[0];
        var (dyValue, xValue) = (result.Inputs[0], result.Inputs[1]);
        var (dy, x) = (dyValue.Layout!, xValue.Layout!);
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", xValue), new(Binding.Pointer, "dy", dyValue), new(Binding.Pointer, "dw", result),
            new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"{group.Anchor}_{string.Join("x", result.Shape.Axes.Select(a => LayerBuilder.Text(a)))}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {dyValue.Type} ∗ {xValue.Type} → {result.Type}.";
        var places = window.Columns.Kernel;
        var weightPitch = Ops.Panels.Padded(x.Channels);
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            var vectors = (x.Channels + lanes - 1) / lanes;
            code.Add(new Split(vectors * window.Rows.Kernel));
            code.For("part", "first", "last", 1, part =>
            {
                part.Add(new Integer($"nint ky = part % {LayerBuilder.Text(window.Rows.Kernel)}"));
                part.Add(new Integer($"nint c = part / {LayerBuilder.Text(window.Rows.Kernel)} * {LayerBuilder.Text(lanes)}"));
                part.Add(new LetPointer("target", new Address("dw + c", 0, "ky", (long)places * weightPitch)));
                for (var k = 0; k < places; k++) part.Let(Sum(k), Expr.Zero);
                part.If("accumulate", then =>
                {
                    for (var k = 0; k < places; k++) then.Add(new Set(Sum(k), new Load(Target(k))));
                });
                var first = x.Origin - window.Rows.Before * x.RowPitch - window.Columns.Before * x.ChannelPitch;
                part.For("i", "0", "n", 1, sample => sample.For("row", "0", LayerBuilder.Text(dy.Height), 1, row =>
                {
                    row.Add(new LetPointer("x_i", new Address($"x + i * {LayerBuilder.Text(context.Pitch(xValue))} + c + ky * {LayerBuilder.Text(window.Rows.Dilation * x.RowPitch)}",
                        first, "row", (long)window.Rows.Stride * x.RowPitch)));
                    row.Add(new LetPointer("dy_i", new Address($"dy + i * {LayerBuilder.Text(context.Pitch(dyValue))} + c", dy.Origin, "row", dy.RowPitch)));
                    row.For("pixel", "0", LayerBuilder.Text(dy.Width), 1, pixel =>
                    {
                        var g = pixel.Let("g", new Load(new Address("dy_i")));
                        for (var k = 0; k < places; k++)
                        {
                            var input = new Load(new Address("x_i", (long)k * window.Columns.Dilation * x.ChannelPitch));
                            pixel.Add(new Set(Sum(k), Expr.Fma(g, input, new Local(Sum(k)))));
                        }
                        pixel.Add(new Advance("x_i", (long)window.Columns.Stride * x.ChannelPitch));
                        pixel.Add(new Advance("dy_i", dy.ChannelPitch));
                    });
                }));
                for (var k = 0; k < places; k++) part.Add(new Store(Target(k), new Local(Sum(k))));
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));

        static string Sum(int place) => $"sum{place}";

        Address Target(int place) => new("target", (long)place * weightPitch);
    }
}
