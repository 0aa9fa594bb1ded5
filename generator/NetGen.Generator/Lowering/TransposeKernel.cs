using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>A weight's panels to the panels of its transpose, once a step: the same for all shapes, and therefore the runtime's.</summary>
static class TransposeKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var weight = result.Inputs[0];
        KernelArgument[] arguments = [new(Binding.Pointer, "w", weight), new(Binding.Pointer, "wt", result), new(Binding.Worker, "worker"), new(Binding.Workers, "workers")];
        var (rows, columns) = (weight.Shape.Axes[0], weight.Shape.Axes[1]);
        var name = context.NameOf($"Transpose_{LayerBuilder.Text(rows)}x{LayerBuilder.Text(columns)}", group, arguments);
        var summary = $"{Formulas.Of(group)}: {weight.Type} → {result.Type}.";
        var code = new Code();
        code.Add(new Split(Panels.Count(columns)));
        code.Add(new InvokeRuntime("Panels.Transpose", [new Address("w"), LayerBuilder.Text(rows), LayerBuilder.Text(columns), new Address("wt"), "first", "last"]));
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }
}
