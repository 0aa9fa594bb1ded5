using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Means over the rows of a sample, and their gradient: a thread has a column's mean, or a row's element.</summary>
static class GpuPositionsKernel
{
    public static GpuKernel Mean(Group group, KernelContext context)
    {
        var (x, length) = (group.Values[0].Inputs[0], group.Values[0].Size);
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            code.Let("sum", Expr.Zero);
            code.For("r", "0", LayerBuilder.Text(x.Shape.Axes[0]), 1, row => row.Add(new Set("sum",
                new Local("sum") + new Load(new Address("x", 0, $"sample * {LayerBuilder.Text(x.Size)} + r * {LayerBuilder.Text(length)} + element")))));
            return new Local("sum") * (1f / x.Shape.Axes[0]);
        });
    }

    public static GpuKernel MeanGradient(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var length = LayerBuilder.Text(result.Shape.Last);
        return GpuElementwiseKernel.Lower(group, context, ["dy"], _ =>
            new Load(new Address("dy", 0, $"sample * {length} + element % {length}")) * (1f / result.Shape.Axes[0]));
    }
}
