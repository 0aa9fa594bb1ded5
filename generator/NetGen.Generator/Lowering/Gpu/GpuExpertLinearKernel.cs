using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>
/// Products of rows with the weights of the experts that they belong to, and the weights' gradients. All experts are one launch, but where they are very many.
/// </summary>
static class GpuExpertLinearKernel
{
    /// <summary>x Wᵀ of each row with its expert's W, or ∂y W where the weights are transposes, and what is fused with it.</summary>
    public static IEnumerable<GpuKernel> Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var transposed = result.Inputs[2].Op is Transpose;
        return Launches([.. result.Inputs.Skip(2).Select(w => transposed ? w.Inputs[0] : w)], "w", (from, weights) => Product(group, context, from, weights, transposed));
    }

    static GpuKernel Product(Group group, KernelContext context, int from, ImmutableArray<KernelArgument> weights, bool transposed)
    {
        var result = group.Values[0];
        var (x, table) = (result.Inputs[0], GpuExpertTable.Of(result.Inputs[1]));
        var (inputs, outputs) = (x.Shape.Last, result.Shape.Last);
        var epilogue = new Epilogue(group, context, anchorIsElementwise: false);
        var product = new GpuProduct(context.Gpu!.TileOf(null, outputs), GpuExpertTiles.Rows, GpuExtent.Of(outputs), GpuExtent.Of(inputs),
            new GpuExpertRows("x", inputs, table, alongDepth: true), transposed ? new GpuMatrix("w", 1, outputs) : new GpuMatrix("w", inputs, 1),
            experts: new GpuExpertTiles(table, from, [.. weights.Select(w => w.Name)]));
        var code = new Code();
        product.Emit(code, (body, row, column, sum, suffix) =>
        {
            body.Add(new Integer($"int index = at_{row} * {Text(outputs)} + {column}"));
            body.Add(new Integer($"int sample = at_{row} / {Text(result.Shape.Axes[0])}"));
            body.Add(new Integer($"int element = index - sample * {Text(result.Size)}"));
            GpuEpilogue.Finish(body, epilogue, sum, result.Size, "sample", "element", "index", suffix);
        }, row: (body, row) => body.Add(new LetInt("at_" + row, table.Sorted($"first + GpuMath.Select({row} < rows, {row}, 0)"))));
        var name = $"ExpertLinear_{Text(table.Experts)}x{Text(table.Rows)}x{Text(inputs)}x{Text(outputs)}{string.Concat(group.Values.Skip(1).Select(v => "_" + v.Op))}{(transposed ? "_Transposed" : "")}";
        return table.Counted(new GpuKernel(name, $"{Formulas.Of(group)}, {x.Type} → {result.Type}.", group,
            [new(Binding.Pointer, "x", x), GpuExpertTable.Argument(result.Inputs[1]), .. weights, .. GpuEpilogue.Arguments(epilogue)],
            product.Grid, product.Threads, code.Body));
    }

    /// <summary>Σ ∂yᵀ x over the rows of each expert, of all samples.</summary>
    public static IEnumerable<GpuKernel> OuterProducts(Group group, KernelContext context) =>
        Launches(group.Values, "dw", (from, gradients) => OuterProducts(group, context, from, gradients));

    static GpuKernel OuterProducts(Group group, KernelContext context, int from, ImmutableArray<KernelArgument> gradients)
    {
        var result = group.Values[0];
        var (dy, x, table) = (result.Inputs[0], result.Inputs[1], GpuExpertTable.Of(result.Inputs[2]));
        var (outputs, inputs) = (dy.Shape.Last, x.Shape.Last);
        var product = new GpuProduct(context.Gpu!.TileOf(outputs, inputs), GpuExtent.Of(outputs), GpuExtent.Of(inputs), GpuExpertTiles.Rows,
            new GpuExpertRows("dy", outputs, table, alongDepth: false), new GpuExpertRows("x", inputs, table, alongDepth: false), matrices: Text(gradients.Length));
        var code = new Code();
        product.Emit(code, (body, row, column, sum, _) => GpuLinearKernel.StoreGradient(body, $"{row} * {Text(inputs)} + {column}", sum), start: body =>
        {
            body.Add(new LetInt("first", table.First("matrix", from)));
            body.Add(new LetInt("end", table.First("matrix", from + 1)));
            body.Add(new Integer("int rows = end - first"));
            body.Add(new LetChosenPointer("dw", "matrix", [.. gradients.Select(g => g.Name)]));
        });
        return table.Counted(new GpuKernel($"ExpertOuterProducts_{Text(table.Experts)}x{Text(table.Rows)}x{Text(outputs)}x{Text(inputs)}",
            $"{Formulas.Of(group)}: {dy.Type} × {x.Type} → {result.Type}.", group,
            [
                new(Binding.Pointer, "dy", dy), new(Binding.Pointer, "x", x), GpuExpertTable.Argument(result.Inputs[2]), .. gradients, new(Binding.Samples, "n"),
                new(Binding.Accumulate, "accumulate"),
            ],
            product.Grid, product.Threads, code.Body));
    }

    /// <summary>The kernels for as many experts at a time as a kernel may be given weights.</summary>
    static IEnumerable<GpuKernel> Launches(ImmutableArray<Value> ofExperts, string name, Func<int, ImmutableArray<KernelArgument>, GpuKernel> lower)
    {
        for (var from = 0; from < ofExperts.Length; from += GpuPolicy.ExpertWeights)
        {
            yield return lower(from, [.. ofExperts.Skip(from).Take(GpuPolicy.ExpertWeights).Select((v, e) => new KernelArgument(Binding.Pointer, name + Text(from + e), v))]);
        }
    }

    static string Text(int number) => LayerBuilder.Text(number);
}
