using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>The largest numbers of a sample's rows, and their gradient. A thread has a column of a sample.</summary>
static class GpuMaxPositionsKernel
{
    public static GpuKernel Lower(Group group, KernelContext context)
    {
        var x = group.Values[0].Inputs[0];
        var columns = LayerBuilder.Text(group.Values[0].Size);
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            Rows(code, x);
            code.Let("max", float.NegativeInfinity);
            code.For("r", "start", "next", 1, row => row.Add(new Set("max", Expr.Maximum(new Local("max"), new Load(new Address("x", 0, $"r * {columns} + element"))))));
            return new Local("max");
        }, Starts(x));
    }

    /// <param name="group">The group.</param>
    /// <param name="isShared">Whether equal ones share the gradient, rather than that the first one gets it.</param>
    public static GpuKernel Gradient(Group group, bool isShared)
    {
        var result = group.Values[0];
        var (dy, x, y) = (result.Inputs[0], result.Inputs[1], result.Inputs[2]);
        var columns = LayerBuilder.Text(dy.Size);
        var things = dy.Size == 1 ? "n" : $"n * {columns}";
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int index = group * {LayerBuilder.Text(GpuPolicy.GroupThreads)} + thread"));
        code.If($"index < {things}", body =>
        {
            body.Add(new Integer($"int sample = index / {columns}"));
            body.Add(new Integer($"int element = index - sample * {columns}"));
            Rows(body, result);
            var place = new Address("x", 0, $"r * {columns} + element");
            var max = body.Let("max", new Load(new Address("y", 0, "index")));
            body.Let("part", new Load(new Address("dy", 0, "index")));
            if (isShared)
            {
                body.Let("equal", Expr.Zero);
                body.For("r", "start", "next", 1, row => row.Add(new Set("equal", new Local("equal") + Expr.WhereGreaterOrEqual(new Load(place), max, Expr.One, Expr.Zero))));
                body.Add(new Set("part", new Local("part") / new Local("equal")));
            }
            body.For("r", "start", "next", 1, row =>
            {
                var own = row.Let("own", new Load(place));
                row.Add(new StoreScalar(place with { Pointer = "dx" }, Expr.WhereGreaterOrEqual(own, max, new Local("part"), Expr.Zero)));
                // Later ones get nothing.
                if (!isShared) row.Add(new Set("part", Expr.WhereGreaterOrEqual(own, max, Expr.Zero, new Local("part"))));
            });
        });
        return new GpuKernel($"{result.Op}_{columns}", $"{Formulas.Of(group)}, {result.Type}.", group,
            [
                new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", y), .. Starts(result), new(Binding.Pointer, "dx", result),
                new(Binding.Samples, "n"),
            ],
            GpuGrid.Of(things, GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body)
        { Counts = null };
    }

    /// <summary>Declares the first row of a sample, <c>start</c>, and the one after its last, <c>next</c>.</summary>
    static void Rows(Code code, Value rows)
    {
        if (rows.Type.IsByPosition)
        {
            GpuSequence.Sample(code, "sample");
            return;
        }
        code.Add(new Integer($"int start = sample * {LayerBuilder.Text(rows.Shape.Axes[0])}"));
        code.Add(new Integer($"int next = start + {LayerBuilder.Text(rows.Shape.Axes[0])}"));
    }

    static KernelArgument[] Starts(Value rows) => rows.Type.IsByPosition ? [GpuSequence.Starts(rows)] : [];
}
