using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Images;

/// <summary>Images to their phases: the same for all shapes, and therefore the runtime's.</summary>
static class PhasesKernel
{
    /// <param name="group">The op.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="shared">Whether workers share the rows of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, bool shared)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        var layout = result.Layout!;
        var (channels, height, width) = Layout.Sizes(x.Shape);
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        KernelArgument[] arguments = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result), .. work];
        var name = context.NameOf($"{group.Anchor}_{string.Join("x", new[] { channels, height, width }.Select(size => LayerBuilder.Text(size)))}{(shared ? "_Single" : "")}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        if (shared) Sample(code, null, "worker", "workers");
        else code.For("i", "0", "n", 1, sample => Sample(sample, "i", "0", "1"));
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);

        void Sample(Code target, string? index, string worker, string workers) => target.Add(new InvokeRuntime("Images.ToPhases",
        [
            new Address("x", 0, index, context.Pitch(x)), new Address("y", 0, index, context.Pitch(result)),
            .. new[] { channels, height, width, layout.ChannelPitch, layout.Border.Top, layout.Border.Left, layout.Border.Bottom, layout.Border.Right }
                .Select(size => (object)LayerBuilder.Text(size)),
            worker, workers,
        ]));
    }
}
