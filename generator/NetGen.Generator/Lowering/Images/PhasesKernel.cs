using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

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
        var (x, border) = (result.Inputs[0], result.Layout!.Border);
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        KernelArgument[] arguments = [.. Arguments(result), .. work];
        var name = NameOf(group, context, arguments, shared ? "_Single" : "");
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        if (shared) Sample(code, null, "worker", "workers");
        else code.For("i", "0", "n", 1, sample => Sample(sample, "i", "0", "1"));
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);

        void Sample(Code target, string? index, string worker, string workers) => target.Add(new InvokeRuntime("Images.ToPhases",
        [
            new Address("x", 0, index, context.Pitch(x)), new Address("y", 0, index, context.Pitch(result)),
            .. Sizes(result), .. Texts(border.Top, border.Left, border.Bottom, border.Right), worker, workers,
        ]));
    }

    /// <summary>Some rows of a single sample.</summary>
    public static RowsLowering LowerRows(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (border, rows) = (result.Layout!.Border, result.Layout.Height);
        var arguments = Arguments(result);
        var axis = new PhaseAxis(First: 0, Step: 1, Phases.Stride, Phases.Stride, ResultFirst: 0, ResultStep: 1, rows, KernelFirst: 0, KernelStep: 1);
        return new RowsLowering([.. arguments], result.Inputs[0], result, axis, _ =>
        {
            var code = new Code();
            code.Add(new InvokeRuntime("Images.PhaseRows",
                [new Address("x"), new Address("y"), .. Sizes(result), .. Texts(border.Top, border.Left, border.Right), "from", "to"]));
            return new BlocksFunction(new RowBlocks(rows, 1), BlocksFunction.Of(NameOf(group, context, arguments), arguments, code), []);
        });
    }

    static KernelArgument[] Arguments(Value result) => [new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "y", result)];

    static string NameOf(Group group, KernelContext context, KernelArgument[] arguments, string suffix = "") =>
        context.NameOf($"{group.Anchor}_{ImageLoop.Sizes(arguments[0].Value!.Shape)}{suffix}", group, arguments);

    /// <summary>The sizes of the sample, and the image's pitch.</summary>
    static IEnumerable<object> Sizes(Value result)
    {
        var (channels, height, width) = Layout.Sizes(result.Inputs[0].Shape);
        return Texts(channels, height, width, result.Layout!.ChannelPitch);
    }

    static IEnumerable<object> Texts(params int[] sizes) => sizes.Select(size => (object)LayerBuilder.Text(size));
}
