using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering;

/// <summary>The largest numbers of a sample's rows, and their gradient: a vector of columns at a time.</summary>
static class MaxPositionsKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        return Build(group, context, ["x", "y"], (column, samples, j, offset, count) =>
        {
            column.Let("max", float.NegativeInfinity);
            EachRow(column, samples, [("x", result.Inputs[0])], row => row.Add(new Set("max", Expr.Maximum(new Local("max"), new Load(new Address("x_r", offset, j), count)))));
            column.Add(Epilogue.StoreOf(context, result, new Address("y_i", offset, j), new Local("max"), count));
        });
    }

    /// <param name="group">The group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="isShared">Whether equal ones share the gradient, rather than that the first one gets it.</param>
    public static Kernel LowerGradient(Group group, KernelContext context, bool isShared)
    {
        var result = group.Values[0];
        return Build(group, context, ["dy", "x", "y", "dx"], (column, samples, j, offset, count) =>
        {
            (string Name, Value Of) x = ("x", result.Inputs[1]), dx = ("dx", result);
            var number = new Load(new Address("x_r", offset, j), count);
            var max = column.Let("max", new Load(new Address("y_i", offset, j), count));
            column.Let("part", new Load(new Address("dy_i", offset, j), count));
            if (isShared)
            {
                column.Let("equal", Expr.Zero);
                EachRow(column, samples, [x], row => row.Add(new Set("equal", new Local("equal") + Expr.WhereGreaterOrEqual(number, max, Expr.One, Expr.Zero))));
                column.Add(new Set("part", new Local("part") / new Local("equal")));
            }
            EachRow(column, samples, [x, dx], row =>
            {
                var own = row.Let("own", number);
                row.Add(new Store(new Address("dx_r", offset, j), Expr.WhereGreaterOrEqual(own, max, new Local("part"), Expr.Zero), count));
                // Later ones get nothing.
                if (!isShared) row.Add(new Set("part", Expr.WhereGreaterOrEqual(own, max, Expr.Zero, new Local("part"))));
            });
        });
    }

    /// <summary>Writes a loop over a sample's rows, with a pointer to what each value has of one, <c>x_r</c> of <c>x</c>.</summary>
    static void EachRow(Code code, SampleRows samples, (string Name, Value Of)[] values, Action<Code> body) => code.For("r", "0", samples.Length, 1, row =>
    {
        foreach (var (name, of) in values) row.Add(new LetPointer(name + "_r", new Address(name + "_i", 0, "r", samples.PitchOf(of))));
        body(row);
    });

    /// <param name="group">The group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="names">What the inputs are called, and the result.</param>
    /// <param name="emit">Writes what is done with a vector of a sample's columns.</param>
    static Kernel Build(Group group, KernelContext context, string[] names, Action<Code, SampleRows, string?, int, int?> emit)
    {
        var result = group.Values[0];
        var rows = result.Inputs.Length == 1 ? result.Inputs[0] : result;
        var samples = new SampleRows(context, rows);
        KernelArgument[] operands = [.. names.Zip(result.Inputs.Add(result), (name, value) => new KernelArgument(Binding.Pointer, name, value))];
        return Kernel.OfOneFunction(group, context, $"{group.Anchor}_{samples.Label}x{LayerBuilder.Text(rows.Shape.Last)}", [.. operands, .. samples.Arguments], (code, lanes) =>
            samples.EachSample(code, operands, sample => new VectorLoop(rows.Shape.Last, lanes).Emit(sample, (column, j, offset, count) =>
                column.Block(null, body => emit(body, samples, j, offset, count)))));
    }
}
