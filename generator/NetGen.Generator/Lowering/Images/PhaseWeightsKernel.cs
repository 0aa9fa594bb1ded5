using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>A convolution's weight for its transpose, once a step: the same for all shapes, and therefore the runtime's.</summary>
static class PhaseWeightsKernel
{
    public static Kernel Lower(Group group, KernelContext context, Window window, int groups)
    {
        var result = group.Values[0];
        var weight = result.Inputs[0];
        KernelArgument[] arguments = [new(Binding.Pointer, "w", weight), new(Binding.Pointer, "wt", result), new(Binding.Worker, "worker"), new(Binding.Workers, "workers")];
        var (outputs, inputs) = (weight.Shape.Axes[0] / groups, weight.Shape.Axes[1]);
        var name = context.NameOf($"PhaseWeights_{string.Join("x", weight.Shape.Axes.Select(a => LayerBuilder.Text(a)))}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {weight.Type}, for each phase of the stride.";
        var code = new Code();
        code.Add(new Split(Panels.Count(inputs)));
        // As many results as the stride show all phases.
        var phases = ConvolutionPlan.Axes(window.Rows, window.Rows.Stride)
            .SelectMany(rows => ConvolutionPlan.Axes(window.Columns, window.Columns.Stride).Select(columns => new ConvolutionPhase(rows, columns))).ToList();
        var (from, to) = (0, 0);
        for (var g = 0; g < groups; g++, from += Panels.Padded(outputs) * inputs * window.Places)
        {
            foreach (var phase in phases)
            {
                if (phase.Places == 0) continue;
                code.Add(new InvokeRuntime("Images.TransposeWeights",
                [
                    new Address("w", from), new Address("wt", to),
                    .. new[]
                    {
                        outputs, inputs, window.Rows.Kernel, window.Columns.Kernel, phase.Rows.KernelFirst, phase.Rows.KernelStep, phase.Rows.Places, phase.Columns.KernelFirst,
                        phase.Columns.KernelStep, phase.Columns.Places,
                    }.Select(number => (object)LayerBuilder.Text(number)),
                    "first", "last",
                ]));
                to += Panels.Padded(inputs) * phase.Places * outputs;
            }
        }
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }
}
