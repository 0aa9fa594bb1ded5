using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>The sum of the products of two images' pixels, for each channel of a sample.</summary>
static class ChannelProductsKernel
{
    /// <summary>The vectors of channels whose sums are independent of each other.</summary>
    const int Vectors = 4;

    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var images = new[] { (Value: result.Inputs[0], Name: "dy"), (Value: result.Inputs[1], Name: "x") };
        var layout = result.Inputs[0].Layout!;
        KernelArgument[] arguments =
        [
            .. images.Select(image => new KernelArgument(Binding.Pointer, image.Name, image.Value)), new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
        ];
        var size = $"{LayerBuilder.Text(layout.Channels)}x{LayerBuilder.Text(layout.Height)}x{LayerBuilder.Text(layout.Width)}";
        var name = context.NameOf($"{group.Anchor}_{size}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, [.. arguments], [.. KernelContext.AllLanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                sample.Add(new LetPointer("y_i", new Address("y", 0, "i", context.Pitch(result))));
                ChannelBlock.ForEach(sample, layout, lanes, Vectors, (body, block) => body.Block(null, inner => Sum(inner, block)),
                    (body, channel) => body.Add(new Store(new Address("y_i", channel), Expr.Zero)));
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        })]);

        void Sum(Code code, ChannelBlock block)
        {
            foreach (var (channel, _) in block.Vectors) code.Let(NameOf(channel), Expr.Zero);
            code.For("row", "0", LayerBuilder.Text(layout.Height), 1, row =>
            {
                foreach (var (value, operand) in images)
                {
                    var first = $"{operand} + i * {LayerBuilder.Text(context.Pitch(value))} + row * {LayerBuilder.Text(value.Layout!.RowPitch)}";
                    row.Add(new LetPointer(ImageLoop.Pixel(operand), new Address(first, value.Layout.Origin, block.Index)));
                }
                row.For("pixel", "0", LayerBuilder.Text(layout.Width), 1, pixel =>
                {
                    foreach (var (channel, _) in block.Vectors)
                    {
                        var factors = images.Select(image => new Load(new Address(ImageLoop.Pixel(image.Name), channel))).ToArray();
                        pixel.Add(new Set(NameOf(channel), Expr.Fma(factors[0], factors[1], new Local(NameOf(channel)))));
                    }
                    foreach (var (value, operand) in images) pixel.Add(new Advance(ImageLoop.Pixel(operand), value.Layout!.ChannelPitch));
                });
            });
            foreach (var (channel, _) in block.Vectors) code.Add(new Store(new Address("y_i", channel, block.Index), new Local(NameOf(channel))));
        }
    }

    static string NameOf(int channel) => "sum" + LayerBuilder.Text(channel);
}
