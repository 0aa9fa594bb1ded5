using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Positions as rows of experts and back: what each choice's row has, and what a position has of its rows.</summary>
static class GpuExpertRowsKernel
{
    /// <summary>Each choice's row is its position's, times its share where there is one. A thread writes an element.</summary>
    public static GpuKernel Scatter(Group group)
    {
        var result = group.Values[0];
        var (table, features) = (GpuExpertTable.Of(result.Inputs[1]), result.Shape.Last);
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int index = group * {Text(GpuPolicy.GroupThreads)} + thread"));
        var things = GpuExtent.PerSample(table.Rows * features).Text;
        code.If($"index < {things}", element =>
        {
            element.Add(new Integer($"int choice = index / {Text(features)}"));
            element.Add(new Integer($"int feature = index - choice * {Text(features)}"));
            element.Add(new LetInt("row", table.Row("choice")));
            element.Add(new Integer($"int position = choice / {Text(table.Chosen)}"));
            Expr x = new Load(new Address("x", 0, $"position * {Text(features)} + feature"));
            if (result.Inputs.Length > 2) x *= new Load(new Address("shares", 0, "choice"));
            element.Add(new StoreScalar(new Address("y", 0, $"row * {Text(features)} + feature"), x));
        });
        return table.Counted(new GpuKernel($"ExpertRows_{Size(table)}x{Text(features)}{(result.Inputs.Length > 2 ? "_Shares" : "")}", Summary(group), group,
            [.. Arguments(result, "x", "table", "shares"), new(Binding.Pointer, "y", result), new(Binding.Samples, "n")],
            GpuGrid.Of(things, GpuPolicy.GroupThreads), (GpuPolicy.GroupThreads, 1), code.Body));
    }

    /// <summary>The sum of a position's rows, times their shares where there are some, and what is fused with it.</summary>
    public static GpuKernel Sum(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (table, features) = (GpuExpertTable.Of(result.Inputs[1]), result.Shape.Last);
        return GpuElementwiseKernel.Lower(group, context, Arguments(result, "x", "table", "shares"), code =>
        {
            code.Add(new Integer($"int position = index / {Text(features)}"));
            code.Add(new Integer($"int feature = index - position * {Text(features)}"));
            code.Let("sum", Expr.Zero);
            code.For("k", "0", Text(table.Chosen), 1, body =>
            {
                body.Add(new Integer($"int choice = position * {Text(table.Chosen)} + k"));
                body.Add(new LetInt("row", table.Row("choice")));
                Expr x = new Load(new Address("x", 0, $"row * {Text(features)} + feature"));
                if (result.Inputs.Length > 2) x *= new Load(new Address("shares", 0, "choice"));
                body.Add(new Set("sum", new Local("sum") + x));
            });
            return new Local("sum");
        });
    }

    /// <summary>The product of a position's gradient with each of its rows.</summary>
    public static GpuKernel Products(Group group)
    {
        var result = group.Values[0];
        var (table, features) = (GpuExpertTable.Of(result.Inputs[2]), result.Inputs[0].Shape.Last);
        return table.Counted(GpuRowKernel.Build(group, $"ExpertProducts_{Size(table)}x{Text(features)}", Summary(group),
            [.. Arguments(result, "dy", "x", "table"), new(Binding.Pointer, "dshares", result), new(Binding.Samples, "n")], table.Rows, features, (code, shared) =>
            {
                code.Add(new Integer($"int position = row / {Text(table.Chosen)}"));
                code.Add(new LetInt("chosen", table.Row("row")));
                var sum = GpuRowKernel.Sum(code, "j", features, shared, _ =>
                    new Load(new Address("dy", 0, $"position * {Text(features)} + j")) * new Load(new Address("x", 0, $"chosen * {Text(features)} + j")));
                GpuRowKernel.Store(code, shared, new Address("dshares", 0, "row"), sum);
            }));
    }

    /// <summary>A value's inputs, by the kernel's names for them.</summary>
    static KernelArgument[] Arguments(Value result, params string[] names) =>
        [.. result.Inputs.Select((v, i) => v.Op is ExpertTable ? GpuExpertTable.Argument(v) : new KernelArgument(Binding.Pointer, names[i], v))];

    static string Summary(Group group) => $"{Formulas.Of(group)}, {group.Values[0].Type}.";

    static string Size(GpuExpertTable table) => $"{Text(table.Positions)}x{Text(table.Chosen)}";

    static string Text(int number) => LayerBuilder.Text(number);
}
