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
        var (samples, chosen) = (new SampleRows(context, x), x.Type.Sequence?.Rows ?? 0);
        ImmutableArray<KernelArgument> arguments =
        [
            new(Binding.Pointer, "x", x), new(Binding.Pointer, "table", table), .. weights.Select((w, e) => new KernelArgument(Binding.Pointer, $"w{LayerBuilder.Text(e)}", w)),
            new(Binding.Pointer, "y", result), .. samples.Arguments,
        ];
        var (rows, inputs, outputs) = (samples.IsFree ? samples.Max * chosen : result.Shape.Axes[0], x.Shape.Last, result.Shape.Last);
        var name = context.NameOf(
            $"ExpertLinear_{LayerBuilder.Text(weights.Count)}x{(samples.IsFree ? "UpTo" : "")}{LayerBuilder.Text(rows)}x{LayerBuilder.Text(inputs)}x{LayerBuilder.Text(outputs)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {x.Type} → {result.Type}.";
        // An expert's product is that of a fully connected layer, of rows whose number is known when it runs.
        var product = new Value(result.Id, result.Name, new Linear(), [x, weights[0]], result.Type, result.Element);
        var shape = new LinearShape(new Group([product], [product]), context, $"{name}_Expert");
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                samples.Begin(sample);
                sample.Add(new LetPointer("x_i", samples.At(arguments[0])));
                sample.Add(new LetPointer("y_i", samples.At(arguments[weights.Count + 2])));
                sample.Add(new LetPointer("first", FirstRows(samples, context.Pitch(table), rows, chosen)));
                for (var e = 0; e < weights.Count; e++)
                {
                    var expert = LayerBuilder.Text(e);
                    sample.Add(new Integer($"int from{expert} = (int)first[{expert}]"));
                    sample.Add(new Invoke(shape.Name,
                    [
                        new Address("x_i", 0, $"from{expert}", samples.PitchOf(x)), new Address($"w{expert}"), new Address("y_i", 0, $"from{expert}", samples.PitchOf(result)),
                        $"(int)first[{LayerBuilder.Text(e + 1)}] - from{expert}",
                    ]));
                }
                samples.ClearPadding(sample, result, "y_i", lanes);
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body), .. LinearKernel.OfRows(shape, lanes)]);
        }));
    }

    /// <summary>A function of the runtime on each sample.</summary>
    /// <param name="group">The op's group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="function">The function, of <c>Mixture</c>, which takes the op's inputs, then the numbers, and the result last.</param>
    /// <param name="inputNames">What the kernel calls the op's inputs.</param>
    /// <param name="positions">The value that has the sample's positions; null where there is nothing to know of them.</param>
    /// <param name="numbers">Sizes, and other constants.</param>
    public static Kernel ForEachSample(Group group, KernelContext context, string function, string[] inputNames, Value? positions, Func<SampleRows, string[]> numbers)
    {
        var result = group.Values[0];
        var samples = new SampleRows(context, positions);
        ImmutableArray<KernelArgument> pointers = [.. result.Inputs.Select((v, i) => new KernelArgument(Binding.Pointer, inputNames[i], v)), new(Binding.Pointer, "y", result)];
        ImmutableArray<KernelArgument> arguments = [.. pointers, .. samples.Arguments];
        var sizes = string.Join("x", result.Inputs[0].Shape.Axes.Skip(samples.IsFree && result.Inputs[0].Type.IsByPosition ? 1 : 0).Select(axis => LayerBuilder.Text(axis)));
        var name = context.NameOf($"{group.Anchor}_{(samples.IsFree ? $"{samples.Label}_" : "")}{sizes}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                samples.Begin(sample);
                var y = samples.At(pointers[pointers.Length - 1]);
                sample.Add(new InvokeRuntime($"Mixture.{function}", [.. pointers.Take(pointers.Length - 1).Select(samples.At), .. numbers(samples), y]));
                sample.Add(new LetPointer("y_i", y));
                samples.ClearPadding(sample, result, "y_i", lanes);
            });
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }

    /// <summary>Where the first row of each expert is of the sample <c>i</c>.</summary>
    static Address FirstRows(SampleRows samples, int pitch, int rows, int chosen) =>
        samples.IsFree ? new($"table + i * {LayerBuilder.Text(pitch)}", 0, "length", ExpertTable.FirstRows(chosen)) : new("table", ExpertTable.FirstRows(rows), "i", pitch);
}
