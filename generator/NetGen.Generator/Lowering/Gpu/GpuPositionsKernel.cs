using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Layers on the positions of a sequence: means over them, what is added to them, and what turns them. A thread has an element of the result.</summary>
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

    /// <summary>The sum with a table's row for each position, whose numbers are the processor's.</summary>
    public static GpuKernel Sinusoids(Group group, KernelContext context)
    {
        var shape = group.Values[0].Shape;
        return GpuElementwiseKernel.Lower(group, context, ["x"], _ => new Load(new Address("x", 0, "index")) + new Load(new Address("table", 0, "element")),
            new KernelArgument(Binding.Table, "table", Table: $"Sinusoids({LayerBuilder.Text(shape.Last)}, {LayerBuilder.Text(shape.Axes[0])})"));
    }

    /// <summary>Each number of a head of queries or keys with the one that it is turned with, i and i + size / 2; values stay.</summary>
    public static GpuKernel Rotary(Group group, KernelContext context, RotaryPositions op)
    {
        var (size, half, pitch) = (op.HeadSize, LayerBuilder.Text(op.HeadSize / 2), LayerBuilder.Text(group.Values[0].Shape.Last));
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            code.Add(new Integer($"int position = element / {pitch}"));
            code.Add(new Integer($"int place = element - position * {pitch}"));
            code.Let("turned", new Load(new Address("x", 0, "index")));
            code.If($"place < {LayerBuilder.Text(op.Turned * size)}", pair =>
            {
                pair.Add(new Integer($"int number = place % {LayerBuilder.Text(size)}"));
                pair.Add(new Integer($"bool isFirst = number < {half}"));
                pair.Add(new Integer($"int other = GpuMath.Select(isFirst, index + {half}, index - {half})"));
                pair.Add(new Integer($"int angle = position * {LayerBuilder.Text(size)} + GpuMath.Select(isFirst, number, number - {half})"));
                var (cosine, sine) = (pair.Let("cosine", new Load(new Address("table", 0, "angle"))), pair.Let("sine", new Load(new Address("table", size / 2, "angle"))));
                // a cos − b sin of the first, b cos + a sin of the second, and the other way round where it is turned back.
                pair.Add(new Integer($"float sign = GpuMath.Select(isFirst, {(op.Inverse ? "1f, -1f" : "-1f, 1f")})"));
                pair.Add(new Set("turned", new Local("turned") * cosine + new Local("sign") * sine * new Load(new Address("x", 0, "other"))));
            });
            return new Local("turned");
        }, new KernelArgument(Binding.Table, "table", Table: $"Rotations({LayerBuilder.Text(size)}, {LayerBuilder.Text(op.Base)}f, {LayerBuilder.Text(group.Values[0].Shape.Axes[0])})"));
    }
}
