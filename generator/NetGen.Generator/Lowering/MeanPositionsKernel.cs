using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Means over the rows of a sample, and their gradient: a vector of columns at a time.</summary>
static class MeanPositionsKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        var (rows, length) = (x.Shape.Axes[0], result.Size);
        return Build(group, context, x, result, rows, length, (sample, lanes) => new VectorLoop(length, lanes).Emit(sample, (column, j, offset, count) => column.Block(null, body =>
        {
            body.Let("sum", Expr.Zero);
            body.For("r", "0", LayerBuilder.Text(rows), 1, row =>
            {
                row.Add(new LetPointer("x_r", new Address("x_i", 0, "r", length)));
                row.Add(new Set("sum", new Local("sum") + new Load(new Address("x_r", offset, j), count)));
            });
            body.Add(Epilogue.StoreOf(context, result, new Address("y_i", offset, j), new Local("sum") * (1f / rows), count));
        })));
    }

    public static Kernel LowerGradient(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var dy = result.Inputs[0];
        var (rows, length) = (result.Shape.Axes[0], dy.Size);
        return Build(group, context, dy, result, rows, length, (sample, lanes) => new VectorLoop(length, lanes).Emit(sample, (column, j, offset, count) => column.Block(null, body =>
        {
            var share = body.Let("share", new Load(new Address("x_i", offset, j), count) * (1f / rows));
            body.For("r", "0", LayerBuilder.Text(rows), 1, row =>
            {
                row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", length)));
                row.Add(new Store(new Address("y_r", offset, j), share, count));
            });
        })));
    }

    static Kernel Build(Group group, KernelContext context, Value x, Value result, int rows, int length, Action<Code, int> emit)
    {
        KernelArgument[] arguments = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result), new(Binding.Rows, "n")];
        var name = context.NameOf($"{group.Anchor}_{LayerBuilder.Text(rows)}x{LayerBuilder.Text(length)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                sample.Add(new LetPointer("x_i", new Address("x", 0, "i", context.Pitch(x))));
                sample.Add(new LetPointer("y_i", new Address("y", 0, "i", context.Pitch(result))));
                emit(sample, lanes);
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }
}
