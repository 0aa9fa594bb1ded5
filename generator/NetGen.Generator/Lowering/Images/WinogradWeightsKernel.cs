using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// A convolution's kernels to their values at Winograd's points and back: the same for all shapes, and therefore the runtime's. Workers share the panels.
/// </summary>
static class WinogradWeightsKernel
{
    public static Kernel Lower(Group group, KernelContext context, string function, (string From, string To) names, int outputs, string[] numbers)
    {
        var result = group.Values[0];
        var accumulates = numbers.Contains("accumulate");
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, names.From, result.Inputs[0]), new(Binding.Pointer, names.To, result),
            .. accumulates ? [new KernelArgument(Binding.Accumulate, "accumulate")] : Array.Empty<KernelArgument>(),
            new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var size = string.Join("x", result.Shape.Axes.Select(a => LayerBuilder.Text(a)));
        var name = context.NameOf($"{group.Anchor}_{size}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        code.Add(new Split(Panels.Count(outputs)));
        code.Add(new InvokeRuntime(function, [new Address(names.From), new Address(names.To), .. numbers, "first", "last"]));
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }
}
