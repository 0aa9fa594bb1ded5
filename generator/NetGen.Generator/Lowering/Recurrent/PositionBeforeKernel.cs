using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Recurrent;

/// <summary>The rows of the positions before those of samples that have as many as they like, and zeros for the first one.</summary>
static class PositionBeforeKernel
{
    /// <param name="group">The group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="reverse">Whether the last position counts as the first.</param>
    public static Kernel Lower(Group group, KernelContext context, bool reverse)
    {
        var result = group.Values[0];
        var x = result.Inputs[0];
        var samples = new SampleRows(context, x);
        KernelArgument[] operands = [new(Binding.Pointer, "x", x), new(Binding.Pointer, "y", result)];
        KernelArgument[] arguments = [.. operands, .. samples.Arguments];
        var name = context.NameOf($"{group.Anchor}_{samples.Label}x{LayerBuilder.Text(x.Shape.Last)}{(reverse ? "_Reverse" : "")}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            samples.EachSample(code, operands, sample => sample.For("r", "0", samples.Length, 1, row =>
            {
                row.Add(new LetPointer("y_r", new Address("y_i", 0, "r", samples.PitchOf(result))));
                row.If(reverse ? "r == length - 1" : "r == 0", first => Write(first, (_, _, _) => Expr.Zero), other =>
                {
                    other.Add(new LetPointer("x_r", new Address("x_i", (reverse ? 1 : -1) * samples.PitchOf(x), "r", samples.PitchOf(x))));
                    Write(other, (j, offset, count) => new Load(new Address("x_r", offset, j), count));
                });
            }));
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);

            void Write(Code row, Func<string?, int, int?, Expr> value) => new VectorLoop(x.Shape.Last, lanes).Emit(row, (body, j, offset, count) =>
                body.Add(new Store(new Address("y_r", offset, j), value(j, offset, count), count)));
        }));
    }
}
