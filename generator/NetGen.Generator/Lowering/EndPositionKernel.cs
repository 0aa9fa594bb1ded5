using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering;

/// <summary>The first or the last row of each sample, and its gradient.</summary>
static class EndPositionKernel
{
    public static Kernel Lower(Group group, KernelContext context, bool last)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        return Build(group, context, x, (sample, samples, lanes) =>
        {
            sample.Add(new LetPointer("x_r", new Address("x_i", 0, last ? "(length - 1)" : null, samples.PitchOf(x))));
            new VectorLoop(result.Size, lanes).Emit(sample, (body, j, offset, count) =>
                body.Add(Epilogue.StoreOf(context, result, new Address("y_i", offset, j), new Load(new Address("x_r", offset, j), count), count)));
        });
    }

    public static Kernel LowerGradient(Group group, KernelContext context, bool last)
    {
        var result = group.Values[0];
        return Build(group, context, result, (sample, samples, lanes) => sample.For("r", "0", "length", 1, row =>
        {
            row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", samples.PitchOf(result))));
            row.If(last ? "r == length - 1" : "r == 0", then => Write(then, (j, offset, count) => new Load(new Address("x_i", offset, j), count)),
                otherwise => Write(otherwise, (_, _, _) => Expr.Zero));

            void Write(Code code, Func<string?, int, int?, Expr> value) => new VectorLoop(result.Shape.Last, lanes).Emit(code, (body, j, offset, count) =>
                body.Add(new Store(new Address("y_r", offset, j), value(j, offset, count), count)));
        }));
    }

    static Kernel Build(Group group, KernelContext context, Value rows, Action<Code, SampleRows, int> emit)
    {
        var result = group.Values[0];
        var samples = new SampleRows(context, rows);
        KernelArgument[] operands = [new(Binding.Pointer, "x", result.Inputs[0]), new(Binding.Pointer, "y", result)];
        KernelArgument[] arguments = [.. operands, .. samples.Arguments];
        return Kernel.OfOneFunction(group, context, $"{group.Anchor}_{samples.Label}x{LayerBuilder.Text(rows.Shape.Last)}", arguments, (code, lanes) =>
            samples.EachSample(code, operands, sample => emit(sample, samples, lanes)));
    }
}
