using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Sums over all samples, in an order that doesn't depend on which thread is first.</summary>
static class GpuSumKernel
{
    /// <summary>A term of each element, summed over the samples and, where the result is shorter, over the run of elements that shares one of its.</summary>
    public static GpuKernel Lower(Group group, SumSamples op)
    {
        var result = group.Values[0];
        var names = Names(result.Inputs);
        var size = result.Inputs[0].Size;
        var run = size / result.Size;
        var name = $"SumSamples_{LayerBuilder.Text(size)}{(run == 1 ? "" : $"to{LayerBuilder.Text(result.Size)}")}";
        Expr Term(Code code, string index) => code.Shared(op.Term.Rewrite(e => e is Argument a ? new Load(new Address(names[result.Inputs[a.Index]], 0, index)) : null));
        return run == 1
            ? Columns(group, name, names, "n", size, (code, row) => Term(code, $"{row} * {LayerBuilder.Text(size)} + column"))
            : Runs(group, name, names, run, (code, sample, place) =>
                Term(code, $"{sample} * {LayerBuilder.Text(size)} + channel * {LayerBuilder.Text(run)} + {place}"));
    }

    /// <summary>Σ ∂y or Σ ∂y x̂ over samples and the rows of each, as <see cref="SumSamplesKernel.LowerRows"/> has it.</summary>
    public static GpuKernel LowerRows(Group group, ImmutableArray<Value> inputs, int length)
    {
        var names = Names(inputs);
        var rows = inputs[0].Size / length;
        return Columns(group, $"{group.Anchor}_{(inputs.Length > 1 ? "" : "Bias_")}{LayerBuilder.Text(rows)}x{LayerBuilder.Text(length)}", names,
            rows == 1 ? "n" : $"n * {LayerBuilder.Text(rows)}", length, (_, row) =>
            {
                var index = $"{row} * {LayerBuilder.Text(length)} + column";
                Expr dy = new Load(new Address(names[inputs[0]], 0, index));
                if (inputs.Length == 1) return dy;
                Expr Statistic(int number) => new Load(new Address(names[inputs[2]], number, row, 2));
                return dy * ((new Load(new Address(names[inputs[1]], 0, index)) - Statistic(0)) * Statistic(1));
            });
    }

    static Dictionary<Value, string> Names(ImmutableArray<Value> inputs) =>
        inputs.Distinct().Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i == 0 ? "dy" : p.i == 1 ? "x" : "stats");

    /// <summary>A sum for each column of a matrix: a few threads share one, each of which takes every so manieth row.</summary>
    static GpuKernel Columns(Group group, string name, Dictionary<Value, string> names, string rows, int columns, Func<Code, string, Expr> term)
    {
        var code = new Code();
        code.Add(new LetIndex("group", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Add(new Integer($"int column = group * {LayerBuilder.Text(GpuPolicy.Columns)} + thread % {LayerBuilder.Text(GpuPolicy.Columns)}"));
        code.Let("sum", Expr.Zero);
        code.If($"column < {LayerBuilder.Text(columns)}", then =>
            then.For("i", $"thread / {LayerBuilder.Text(GpuPolicy.Columns)}", rows, GpuPolicy.ColumnThreads, body =>
                body.Add(new Set("sum", new Local("sum") + term(body, "i")))));
        GpuReduction.Across(code, "sum", Operator.Add, stride: GpuPolicy.Columns);
        code.If($"thread < {LayerBuilder.Text(GpuPolicy.Columns)} && column < {LayerBuilder.Text(columns)}", then => Store(then, "column"));
        return Build(group, name, names, GpuGrid.Of(LayerBuilder.Text(columns), GpuPolicy.Columns), code);
    }

    /// <summary>A sum for each channel over samples and places: a group has one.</summary>
    static GpuKernel Runs(Group group, string name, Dictionary<Value, string> names, int run, Func<Code, string, string, Expr> term)
    {
        var code = new Code();
        code.Add(new LetIndex("channel", GpuIndex.GroupX));
        code.Add(new LetIndex("thread", GpuIndex.ThreadX));
        code.Let("sum", Expr.Zero);
        code.For("i", "thread", $"n * {LayerBuilder.Text(run)}", GpuPolicy.GroupThreads, body =>
        {
            body.Add(new Integer($"int sample = i / {LayerBuilder.Text(run)}"));
            body.Add(new Integer($"int place = i - sample * {LayerBuilder.Text(run)}"));
            body.Add(new Set("sum", new Local("sum") + term(body, "sample", "place")));
        });
        GpuReduction.Across(code, "sum", Operator.Add);
        code.If("thread == 0", then => Store(then, "channel"));
        return Build(group, name, names, new GpuGrid(LayerBuilder.Text(group.Values[0].Size)), code);
    }

    static void Store(Code code, string index)
    {
        var place = new Address("y", 0, index);
        code.If("accumulate", then => then.Add(new Set("sum", new Local("sum") + new Load(place))));
        code.Add(new StoreScalar(place, new Local("sum")));
    }

    static GpuKernel Build(Group group, string name, Dictionary<Value, string> names, GpuGrid grid, Code code)
    {
        var result = group.Values[0];
        return new GpuKernel(name, $"{Formulas.Of(group)}: {result.Inputs[0].Type} → {result.Type}.", group,
            [
                .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Pointer, "y", result),
                new(Binding.Samples, "n"), new(Binding.Accumulate, "accumulate"),
            ],
            grid, (GpuPolicy.GroupThreads, 1), GpuReduction.Body(code));
    }
}
