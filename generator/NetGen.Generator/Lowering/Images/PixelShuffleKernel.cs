using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>Moves numbers between channels and pixels: the same for all shapes, and therefore the runtime's.</summary>
static class PixelShuffleKernel
{
    public static Kernel Lower(Group group, KernelContext context, int factor, bool back)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        var (from, to) = (x.Layout!, result.Layout!);
        var (small, large) = back ? (to, from) : (from, to);
        KernelArgument[] arguments = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result), new(Binding.Rows, "n")];
        var size = $"{LayerBuilder.Text(from.Channels)}x{LayerBuilder.Text(from.Height)}x{LayerBuilder.Text(from.Width)}";
        var name = context.NameOf($"{group.Anchor}_{size}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        code.For("i", "0", "n", 1, sample =>
        {
            ImageLoop.ZeroBorder(sample, context, result, "y", "i");
            sample.Add(new InvokeRuntime(back ? "Images.UnshufflePixels" : "Images.ShufflePixels",
            [
                new Address("x", from.Origin, "i", context.Pitch(x)), new Address("y", to.Origin, "i", context.Pitch(result)),
                .. new[] { large.Channels, small.Height, small.Width, factor, from.RowPitch, from.ChannelPitch, to.RowPitch, to.ChannelPitch }
                    .Select(size => (object)LayerBuilder.Text(size)),
            ]));
        });
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }
}
