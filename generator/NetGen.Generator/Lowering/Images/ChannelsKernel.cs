using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Lowering.Images;

/// <summary>Channels that follow each other in an image and in the result.</summary>
/// <param name="From">The image.</param>
/// <param name="First">The first of them in the image.</param>
/// <param name="To">Its place in the result.</param>
/// <param name="Count">How many there are.</param>
sealed record ChannelRun(Value From, int First, int To, int Count);

/// <summary>An image whose pixels are put together from channels of other images, in order.</summary>
static class ChannelsKernel
{
    public static Kernel Lower(Group group, KernelContext context, string name, IReadOnlyList<ChannelRun> runs)
    {
        var result = group.Values[0];
        var names = new Dictionary<Value, string>();
        foreach (var value in runs.Select(r => r.From).Distinct()) names.Add(value, $"x{(names.Count == 0 ? "" : Layers.LayerBuilder.Text(names.Count))}");
        ImmutableArray<KernelArgument> arguments =
        [
            .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
        ];
        var layout = result.Layout!;
        name = context.NameOf($"{name}_{Layers.LayerBuilder.Text(layout.Height)}x{Layers.LayerBuilder.Text(layout.Width)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var loop = new ImageLoop(context, [(result, "y"), .. names.Select(p => (p.Key, p.Value))]);
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var code = new Code();
            loop.ForEachSample(code, [(result, "y")], sample => loop.ForEachPixel(sample, pixel =>
            {
                foreach (var run in runs) Copy(pixel, run, lanes);
            }));
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));

        // The vector that ends a run may spill into what follows, which is written after it; at the end it fills the padding with zeros.
        void Copy(Code pixel, ChannelRun run, int lanes)
        {
            var x = ImageLoop.Pixel(names[run.From]);
            var atEnd = run.To + run.Count == layout.Channels;
            new VectorLoop(run.Count, lanes).Emit(pixel, (body, c, offset, count) =>
            {
                var (from, to) = (new Address(x, run.First + offset, c), new Address(ImageLoop.Pixel("y"), run.To + offset, c));
                body.Add(count is not { } part ? new Store(to, new Load(from))
                    : run.To + offset + lanes <= layout.ChannelPitch ? new Store(to, new Load(from, part))
                    : new Store(to, new Load(from, part), part));
            });
            if (!atEnd) return;
            var written = run.To + (run.Count + lanes - 1) / lanes * lanes;
            if (written > layout.ChannelPitch) written = layout.Channels;
            new VectorLoop(Math.Max(0, layout.ChannelPitch - written), lanes).Emit(pixel, (body, c, offset, count) =>
                body.Add(new Store(new Address(ImageLoop.Pixel("y"), written + offset, c), Expr.Zero, count)));
        }
    }
}
