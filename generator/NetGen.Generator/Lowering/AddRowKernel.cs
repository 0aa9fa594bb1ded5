using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering;

/// <summary>One position of a text plus its row of a weight.</summary>
static class AddRowKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (x, weight, features) = (result.Inputs[0], result.Inputs[1], result.Shape.Last);
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "x", x), new(Binding.Pointer, "w", weight), new(Binding.Pointer, "y", result), new(Binding.Position, "position"),
        ];
        var name = context.NameOf($"AddRow_{LayerBuilder.Text(features)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.Add(new LetPointer("row", new Address("w", 0, "(nint)position", features)));
            new VectorLoop(features, lanes).Emit(code, (body, j, offset, count) => body.Add(new Store(
                new Address("y", offset, j), new Load(new Address("x", offset, j), count) + new Load(new Address("row", offset, j), count), count)));
            new VectorLoop(context.Pitch(result) - features, lanes).Emit(code, (padding, j, offset, count) =>
                padding.Add(new Store(new Address("y", features + offset, j), Expr.Zero, count)));
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }
}
