using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering;

/// <summary>The rows of a sample around each of its positions, one after the other, and what reaches a row from those that have it.</summary>
static class PositionWindowKernel
{
    public static Kernel Lower(Group group, KernelContext context, WindowAxis axis)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        var features = x.Shape.Last;
        return Build(group, context, x, axis, (sample, samples, lanes) => sample.For("r", "0", samples.Length, 1, row =>
        {
            row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", samples.PitchOf(result))));
            row.For("place", "0", LayerBuilder.Text(axis.Kernel), 1, part =>
            {
                part.Add(new Integer($"nint from = r + {Places("place", axis)}{(axis.Before == 0 ? "" : $" - {LayerBuilder.Text(axis.Before)}")}"));
                part.Add(new LetPointer("y_p", new Address("y_r", 0, "place", features)));
                part.If($"from >= 0 && from < {samples.Length}", inside =>
                {
                    inside.Add(new LetPointer("x_r", new Address("x_i", 0, "from", samples.PitchOf(x))));
                    Write(inside, (j, offset, count) => new Load(new Address("x_r", offset, j), count));
                }, outside => Write(outside, (_, _, _) => Expr.Zero));
            });
            // What follows a position's numbers may be another value's in inference.
            new VectorLoop(samples.PitchOf(result) - result.Shape.Last, lanes).Emit(row, (padding, j, offset, count) =>
                padding.Add(new Store(new Address("y_r", result.Shape.Last + offset, j), Expr.Zero, count)));

            void Write(Code code, Func<string?, int, int?, Expr> value) => new VectorLoop(features, lanes).Emit(code, (body, j, offset, count) =>
                body.Add(new Store(new Address("y_p", offset, j), value(j, offset, count), count)));
        }));
    }

    public static Kernel LowerGradient(Group group, KernelContext context, WindowAxis axis)
    {
        var result = group.Values[0];
        var dy = result.Inputs[0];
        var features = result.Shape.Last;
        var by = axis.Dilation == 1 ? "" : $" / {LayerBuilder.Text(axis.Dilation)}";
        return Build(group, context, result, axis, (sample, samples, lanes) => sample.For("r", "0", samples.Length, 1, row =>
        {
            row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", samples.PitchOf(result))));
            row.Add(new Remark("The row is at the first place of one window, and at later places of windows before it, as far as the sample has these."));
            row.Add(new Integer($"nint window = r{(axis.Before == 0 ? "" : $" + {LayerBuilder.Text(axis.Before)}")}"));
            row.Add(new Integer($"nint firstPlace = window < {samples.Length} ? 0 : (window - {samples.Length}){by} + 1"));
            row.Add(new Integer($"nint endPlace = window < {LayerBuilder.Text(axis.Extent - 1)} ? window{by} + 1 : {LayerBuilder.Text(axis.Kernel)}"));
            new VectorLoop(features, lanes).Emit(row, (column, j, offset, count) => column.Block(null, body =>
            {
                body.Let("sum", Expr.Zero);
                body.For("place", "firstPlace", "endPlace", 1, part =>
                {
                    part.Add(new LetPointer("x_r", new Address("x_i", 0, $"(window - {Places("place", axis)})", samples.PitchOf(dy))));
                    part.Add(new LetPointer("x_p", new Address("x_r", 0, "place", features)));
                    part.Add(new Set("sum", new Local("sum") + new Load(new Address("x_p", offset, j), count)));
                });
                body.Add(new Store(new Address("y_r", offset, j), new Local("sum"), count));
            }));
        }));
    }

    /// <summary>How far a place of a kernel is from its first one.</summary>
    static string Places(string place, WindowAxis axis) => axis.Dilation == 1 ? place : $"{place} * {LayerBuilder.Text(axis.Dilation)}";

    static Kernel Build(Group group, KernelContext context, Value rows, WindowAxis axis, Action<Code, SampleRows, int> emit)
    {
        var result = group.Values[0];
        var samples = new SampleRows(context, rows);
        KernelArgument[] operands = [new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "y", result)];
        KernelArgument[] arguments = [.. operands, .. samples.Arguments];
        var kernel = LayerBuilder.Text(axis.Kernel) + (axis.Dilation == 1 ? "" : $"by{LayerBuilder.Text(axis.Dilation)}");
        return Kernel.OfOneFunction(group, context, $"{group.Anchor}_{samples.Label}x{LayerBuilder.Text(rows.Shape.Last)}_{kernel}", arguments, (code, lanes) =>
            samples.EachSample(code, operands, sample => emit(sample, samples, lanes)));
    }
}
