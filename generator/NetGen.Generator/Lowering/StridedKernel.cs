using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Elements in another order, or the way back: the same for all shapes, and therefore the runtime's.</summary>
static class StridedKernel
{
    const int Axes = 4;

    public static Kernel Lower(Group group, KernelContext context, Strided op, bool back)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        KernelArgument[] arguments = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result), new(Binding.Rows, "n")];
        var name = context.NameOf($"{(back ? "StridedGradient" : "Strided")}_{string.Join("x", op.Shape.Axes.Select(a => LayerBuilder.Text(a)))}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        // Axes of one element before the others make it four.
        var missing = Axes - op.Shape.Rank;
        var sizes = Enumerable.Repeat(1, missing).Concat(op.Shape.Axes);
        var strides = Enumerable.Repeat(0, missing).Concat(op.Strides);
        var code = new Code();
        code.For("i", "0", "n", 1, sample =>
        {
            var from = x.Type.Batched ? new Address("x", 0, "i", context.Pitch(x)) : new Address("x");
            var to = new Address("y", 0, "i", context.Pitch(result));
            object[] first = back ? [from, to, LayerBuilder.Text(context.Pitch(result)), LayerBuilder.Text(op.First)]
                : [from.Plus(op.First), to, LayerBuilder.Text(context.Pitch(result))];
            sample.Add(new InvokeRuntime(back ? "Strides.Scatter" : "Strides.Gather", [.. first, .. sizes.Concat(strides).Select(number => (object)LayerBuilder.Text(number))]));
        });
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)])]);
    }
}
