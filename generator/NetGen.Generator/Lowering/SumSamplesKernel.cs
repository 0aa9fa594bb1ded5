using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Sums over all samples: a part of the result, a vector of it or one element, is summed in order by one thread.</summary>
static class SumSamplesKernel
{
    /// <summary>A term of each element, summed over the samples and, where the result is shorter, over the run of elements that shares one of its.</summary>
    public static Kernel Lower(Group group, SumSamples op, KernelContext context)
    {
        if (context.Gpu is { } gpu) return gpu.Add(GpuSumKernel.Lower(group, op));
        var result = group.Values[0];
        var names = Names(result.Inputs);
        var size = result.Inputs[0].Size;
        var run = size / result.Size;
        return Build(group, context, names, $"SumSamples_{LayerBuilder.Text(size)}{(run == 1 ? "" : $"to{LayerBuilder.Text(result.Size)}")}",
            (code, lanes) =>
            {
                Expr Term(Code body, string pointer, int offset, string? index, int? count)
                {
                    var term = op.Term.Rewrite(e => e is Argument a ? new Load(new Address(names[result.Inputs[a.Index]] + pointer, offset, index), count) : null);
                    return body.Shared(term);
                }
                if (run == 1)
                {
                    Columns(code, result.Size, lanes, (column, count) => column.For("i", "0", "n", 1, body =>
                    {
                        foreach (var input in result.Inputs) body.Add(new LetPointer(names[input] + "_i", new Address(names[input], 0, "i", context.Pitch(input))));
                        body.Add(new Set("sum", new Local("sum") + Limited(Term(body, "_i", 0, "column", count), count)));
                    }));
                    return;
                }
                code.Add(new Split(result.Size));
                code.For("channel", "first", "last", 1, channel =>
                {
                    channel.Let("sum", Expr.Zero);
                    channel.For("i", "0", "n", 1, sample =>
                    {
                        foreach (var input in result.Inputs)
                        {
                            sample.Add(new LetPointer(names[input] + "_i", new Address($"{names[input]} + channel * {LayerBuilder.Text(run)}", 0, "i", context.Pitch(input))));
                        }
                        new VectorLoop(run, lanes).Emit(sample, (body, j, offset, count) =>
                            body.Add(new Set("sum", new Local("sum") + Limited(Term(body, "_i", offset, j, count), count))));
                    });
                    channel.Add(new Set("sum", new Across(Operator.Add, new Local("sum"))));
                    channel.If("accumulate", then => then.Add(new Set("sum", new Local("sum") + new Splat(new Address("y", 0, "channel")))));
                    channel.Add(new StoreScalar(new Address("y", 0, "channel"), new Local("sum")));
                });
            });
    }

    /// <summary>Σ ∂y or Σ ∂y x̂ over samples and the rows of each, for a weight with an element for each of a row's.</summary>
    /// <param name="group">The op's group.</param>
    /// <param name="context">Where values are.</param>
    /// <param name="inputs">∂y and, for the weight of a normalisation, its input and the rows' statistics.</param>
    /// <param name="length">The elements of a row.</param>
    public static Kernel LowerRows(Group group, KernelContext context, ImmutableArray<Value> inputs, int length)
    {
        if (context.Gpu is { } gpu) return gpu.Add(GpuSumKernel.LowerRows(group, inputs, length));
        var names = Names(inputs);
        var rows = inputs[0].Size / length;
        return Build(group, context, names, $"{group.Anchor}_{(inputs.Length > 1 || group.Anchor is SumRows ? "" : "Bias_")}{LayerBuilder.Text(rows)}x{LayerBuilder.Text(length)}", (code, lanes) =>
            Columns(code, length, lanes, (column, count) => column.For("i", "0", "n", 1, sample => sample.For("r", "0", LayerBuilder.Text(rows), 1, body =>
            {
                foreach (var input in inputs.Take(2)) body.Add(new LetPointer(names[input] + "_r", new Address($"{names[input]} + r * {LayerBuilder.Text(length)}", 0, "i", context.Pitch(input))));
                var dy = new Load(new Address(names[inputs[0]] + "_r", 0, "column"), count);
                if (inputs.Length == 1)
                {
                    body.Add(new Set("sum", new Local("sum") + dy));
                    return;
                }
                body.Add(new LetPointer("statistics", new Address($"{names[inputs[2]]} + r * 2", 0, "i", context.Pitch(inputs[2]))));
                var x = new Load(new Address(names[inputs[1]] + "_r", 0, "column"), count);
                body.Add(new Set("sum", new Local("sum") + dy * ((x - new Splat(new Address("statistics"))) * new Splat(new Address("statistics", 1)))));
            }))));
    }

    static Dictionary<Value, string> Names(ImmutableArray<Value> inputs) => inputs.Distinct().Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i == 0 ? "dy" : p.i == 1 ? "x" : "stats");

    static Expr Limited(Expr term, int? count) => count is { } c ? new FirstLanes(term, c) : term;

    /// <summary>Writes a sum for each vector of the result; the last may be a part of one.</summary>
    static void Columns(Code code, int length, int lanes, Action<Code, int?> sum)
    {
        var vectors = (length + lanes - 1) / lanes;
        var rest = length % lanes;
        code.Add(new Split(vectors));
        code.For("part", "first", "last", 1, body =>
        {
            body.Add(new Integer($"nint column = part * {LayerBuilder.Text(lanes)}"));
            body.Let("sum", Expr.Zero);
            body.If("accumulate", then => then.Add(new Set("sum", new Load(new Address("y", 0, "column")))));
            if (rest == 0) sum(body, null);
            else if (vectors == 1) sum(body, rest);
            else body.If($"part < {LayerBuilder.Text(vectors - 1)}", then => sum(then, null), otherwise => sum(otherwise, rest));
            body.Add(new Store(new Address("y", 0, "column"), new Local("sum")));
        });
    }

    static Kernel Build(Group group, KernelContext context, Dictionary<Value, string> names, string name, Action<Code, int> emit)
    {
        var result = group.Values[0];
        KernelArgument[] arguments =
        [
            .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Pointer, "y", result),
            new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        name = context.NameOf(name, group, arguments);
        var summary = $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.";
        return new Kernel(name, summary, [.. arguments], context.Lanes.Select(lanes =>
        {
            var code = new Code();
            emit(code, lanes);
            return new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], code.Body)]);
        }));
    }
}
