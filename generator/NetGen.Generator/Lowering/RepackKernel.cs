using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Lowering;

/// <summary>Moves samples between row-major order and an image's: the same for all shapes, and therefore the runtime's.</summary>
static class RepackKernel
{
    /// <param name="group">The op.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="shared">Whether workers share the rows of one sample, or each has samples of its own.</param>
    public static Kernel Lower(Group group, KernelContext context, bool shared)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        var toImage = result.Layout is not null;
        var layout = result.Layout ?? x.Layout!;
        KernelArgument[] work = shared ? [new(Binding.Worker, "worker"), new(Binding.Workers, "workers")] : [new(Binding.Rows, "n")];
        KernelArgument[] arguments = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result), .. work];
        var name = context.NameOf($"{group.Anchor}_{ImageLoop.Sizes(layout)}{(shared ? "_Single" : "")}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        if (layout.InLanes) Lanes();
        else if (shared) Sample(code, null);
        else code.For("i", "0", "n", 1, sample => Sample(sample, "i"));
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);

        void Sample(Code target, string? index) => target.Add(new InvokeRuntime(toImage ? "Images.FromRows" : "Images.ToRows",
        [
            new Address("x", 0, index, context.Pitch(x)), new Address("y", 0, index, context.Pitch(result)),
            .. new[] { layout.Channels, layout.Height, layout.Width, layout.ChannelPitch, layout.Border.Top, layout.Border.Left, layout.Border.Bottom, layout.Border.Right }
                .Select(size => (object)LayerBuilder.Text(size)),
            .. toImage ? Array.Empty<object>() : [LayerBuilder.Text(context.Pitch(result))],
            .. shared ? ["worker", "workers"] : Array.Empty<object>(),
        ]));

        void Lanes() => code.For("i", "0", "n", Layout.LanesWidth, together =>
        {
            var (rows, lanes) = toImage ? (x, result) : (result, x);
            Address[] operands = [new(toImage ? "x" : "y", 0, "i", context.Pitch(rows)), new(toImage ? "y" : "x", 0, "i", layout.Floats)];
            together.Add(new InvokeRuntime(toImage ? "SampleLanes.FromRows" : "SampleLanes.ToRows",
            [
                operands[0], LayerBuilder.Text(context.Pitch(rows)), operands[1], $"int.Min({LayerBuilder.Text(Layout.LanesWidth)}, n - (int)i)", LayerBuilder.Text(rows.Size),
            ]));
        });
    }
}
