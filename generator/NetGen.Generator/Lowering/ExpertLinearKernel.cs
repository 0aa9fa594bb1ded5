using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Products of rows that are sorted by experts, and what an expert's sorting takes: a call for each expert with the rows that chose it.</summary>
static class ExpertLinearKernel
{
    public static Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (x, table, weights) = (result.Inputs[0], result.Inputs[1], result.Inputs.Skip(2).ToList());
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", x), new(Binding.Pointer, "table", table), .. weights.Select((w, e) => new KernelArgument(Binding.Pointer, $"w{LayerBuilder.Text(e)}", w)),
            new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
        ];
        var (rows, inputs, outputs) = (result.Shape.Axes[0], x.Shape.Last, result.Shape.Last);
        var name = context.NameOf(
            $"ExpertLinear_{LayerBuilder.Text(weights.Count)}x{LayerBuilder.Text(rows)}x{LayerBuilder.Text(inputs)}x{LayerBuilder.Text(outputs)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {x.Type} → {result.Type}.";
        // An expert's product is that of a fully connected layer, of rows whose number is known when it runs.
        var product = new Value(result.Id, result.Name, new Linear(), [x, weights[0]], result.Type, result.Element);
        var shape = new LinearShape(new Group([product], [product]), context, $"{name}_Expert");
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                sample.Add(new LetPointer("x_i", new Address("x", 0, "i", context.Pitch(x))));
                sample.Add(new LetPointer("y_i", new Address("y", 0, "i", context.Pitch(result))));
                sample.Add(new LetPointer("first", new Address("table", ExpertTable.FirstRows(rows), "i", context.Pitch(table))));
                for (var e = 0; e < weights.Count; e++)
                {
                    var expert = LayerBuilder.Text(e);
                    sample.Add(new Integer($"int from{expert} = (int)first[{expert}]"));
                    sample.Add(new Invoke(shape.Name,
                    [
                        new Address("x_i", 0, $"from{expert}", inputs), new Address($"w{expert}"), new Address("y_i", 0, $"from{expert}", outputs),
                        $"(int)first[{LayerBuilder.Text(e + 1)}] - from{expert}",
                    ]));
                }
                ClearPadding(sample, context, result, "y_i", lanes);
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body), .. LinearKernel.OfRows(shape, lanes)]);
        }));
    }

    /// <summary>A function of the runtime on each sample.</summary>
    /// <param name="group">The op's group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="function">The function, of <c>Mixture</c>, which takes the op's inputs, then the numbers, and the result last.</param>
    /// <param name="inputNames">What the kernel calls the op's inputs.</param>
    /// <param name="numbers">Sizes, and other constants.</param>
    public static Kernel ForEachSample(Group group, KernelContext context, string function, string[] inputNames, params string[] numbers)
    {
        var result = group.Values[0];
        ImmutableArray<KernelArgument> pointers = [.. result.Inputs.Select((v, i) => new KernelArgument(Binding.Pointer, inputNames[i], v)), new(Binding.Pointer, "y", result)];
        ImmutableArray<KernelArgument> arguments = [.. pointers, new(Binding.Rows, "n")];
        var name = context.NameOf($"{group.Anchor}_{string.Join("x", result.Inputs[0].Shape.Axes.Select(axis => LayerBuilder.Text(axis)))}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                object At(KernelArgument a) => a.Value!.Type.Batched ? new Address(a.Name, 0, "i", context.Pitch(a.Value)) : new Address(a.Name);
                sample.Add(new InvokeRuntime($"Mixture.{function}",
                    [.. pointers.Take(pointers.Length - 1).Select(At), .. numbers, At(pointers[pointers.Length - 1])]));
                sample.Add(new LetPointer("y_i", new Address("y", 0, "i", context.Pitch(result))));
                ClearPadding(sample, context, result, "y_i", lanes);
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }

    static void ClearPadding(Code code, KernelContext context, Value result, string pointer, int lanes) =>
        new VectorLoop(context.Pitch(result) - result.Size, lanes).Emit(code, (body, j, offset, count) =>
            body.Add(new Store(new Address(pointer, result.Size + offset, j), Expr.Zero, count)));
}
