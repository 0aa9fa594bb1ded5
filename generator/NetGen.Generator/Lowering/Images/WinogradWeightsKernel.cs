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
    public static Kernel Values(Group group, KernelContext context, WinogradTransform transform) =>
        Lower(group, context, transform, "Winograd.Weights", "w", "u", null);

    public static Kernel Gradient(Group group, KernelContext context, WinogradTransform transform) =>
        Lower(group, context, transform, "Winograd.WeightGradient", "du", "dw", new(Binding.Accumulate, "accumulate"));

    /// <summary>Those of <see cref="SmallWinogradWeights"/>.</summary>
    public static Kernel SmallValues(Group group, KernelContext context, SmallWinogradWeights op) => Lower(group, context, "Winograd.SmallWeights", "w", "u", null,
        op.Inputs, op.Outputs, op.Kernel, op.Transform.Kernel, op.Stride, op.Shift);

    static Kernel Lower(Group group, KernelContext context, WinogradTransform transform, string function, string from, string to, KernelArgument? accumulate) =>
        Lower(group, context, function, from, to, accumulate, group.Values[0].Shape.Axes[1], transform.Results);

    static Kernel Lower(Group group, KernelContext context, string function, string from, string to, KernelArgument? accumulate, params int[] sizes)
    {
        var result = group.Values[0];
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, from, result.Inputs[0]), new(Binding.Pointer, to, result), .. accumulate is null ? Array.Empty<KernelArgument>() : [accumulate],
            new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"{group.Anchor}_{string.Join("x", result.Shape.Axes.Select(a => LayerBuilder.Text(a)))}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        code.Add(new Split(Panels.Count(result.Shape.Axes[0])));
        code.Add(new InvokeRuntime(function,
        [
            new Address(from), new Address(to), .. sizes.Select(size => (object)LayerBuilder.Text(size)),
            .. accumulate is null ? Array.Empty<object>() : [accumulate.Name], "first", "last",
        ]));
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }
}
