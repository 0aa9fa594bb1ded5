using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Means over the rows of a sample, or sums, and their gradient: a vector of columns at a time.</summary>
static class MeanPositionsKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        return Build(group, context, x, result.Size, (sample, samples, share, lanes) => new VectorLoop(result.Size, lanes).Emit(sample, (column, j, offset, count) => column.Block(null, body =>
        {
            body.Let("sum", Expr.Zero);
            body.For("r", "0", samples.Length, 1, row =>
            {
                row.Add(new LetPointer("x_r", new Address("x_i", 0, "r", samples.PitchOf(x))));
                row.Add(new Set("sum", new Local("sum") + new Load(new Address("x_r", offset, j), count)));
            });
            body.Add(Epilogue.StoreOf(context, result, new Address("y_i", offset, j), share(new Local("sum")), count));
        })));
    }

    public static Kernel LowerGradient(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var dy = result.Inputs[0];
        return Build(group, context, result, dy.Size, (sample, samples, share, lanes) => new VectorLoop(dy.Size, lanes).Emit(sample, (column, j, offset, count) => column.Block(null, body =>
        {
            var part = body.Let("part", share(new Load(new Address("x_i", offset, j), count)));
            body.For("r", "0", samples.Length, 1, row =>
            {
                row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", samples.PitchOf(result))));
                row.Add(new Store(new Address("y_r", offset, j), part, count));
            });
        })));
    }

    /// <param name="group">The group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="rows">The value with the rows.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="emit">Writes what is done with a sample, given what makes a row's share of a number.</param>
    static Kernel Build(Group group, KernelContext context, Value rows, int columns, Action<Code, SampleRows, Func<Expr, Expr>, int> emit)
    {
        var result = group.Values[0];
        var samples = new SampleRows(context, rows);
        var isWhole = result.Op is MeanPositions { IsSum: true } or MeanPositionsGradient { IsWhole: true };
        KernelArgument[] operands = [new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "y", result)];
        KernelArgument[] arguments = [.. operands, .. samples.Arguments];
        return Kernel.OfOneFunction(group, context, $"{group.Anchor}_{samples.Label}x{LayerBuilder.Text(columns)}", arguments, (code, lanes) => samples.EachSample(code, operands, sample =>
        {
            if (samples.IsFree && !isWhole) sample.Add(new Integer("float share = 1f / length"));
            emit(sample, samples, number => isWhole ? number : number * (samples.IsFree ? new Scalar("share") : new Number(1f / samples.Max)), lanes);
        }));
    }
}
