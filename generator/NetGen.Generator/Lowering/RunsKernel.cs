using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering;

/// <summary>Elements that follow each other in a value and in the result.</summary>
/// <param name="From">The value; null for zeros.</param>
/// <param name="First">The first of them in the value.</param>
/// <param name="To">Its place in the result.</param>
/// <param name="Length">How many there are.</param>
sealed record Run(Value? From, int First, int To, int Length);

/// <summary>A result that is put together from runs of elements of other values.</summary>
static class RunsKernel
{
    public static Kernel Lower(Group group, KernelContext context, string name, IReadOnlyList<Run> runs)
    {
        if (context.Gpu is { } gpu) return gpu.Add(GpuRunsKernel.Lower(group, name, runs));
        var result = group.Values[0];
        var names = new Dictionary<Value, string>();
        foreach (var value in runs.Select(r => r.From).OfType<Value>().Distinct())
            names.Add(value, $"x{(names.Count == 0 ? "" : Layers.LayerBuilder.Text(names.Count))}");
        ImmutableArray<KernelArgument> arguments =
        [
            .. names.Select(p => new KernelArgument(Binding.Pointer, p.Value, p.Key)), new(Binding.Pointer, "y", result), new(Binding.Rows, "n"),
        ];
        name = context.NameOf(name, group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        return new Kernel(name, summary, arguments, context.Lanes.Select(lanes =>
            new KernelVariant(lanes, [new KernelFunction(name, summary, [.. arguments.Select(a => a.Parameter)], Body(lanes))])));

        ImmutableArray<Statement> Body(int lanes)
        {
            var code = new Code();
            code.For("i", "0", "n", 1, sample =>
            {
                foreach (var (value, pointer) in names.Select(p => (p.Key, p.Value)).Append((result, "y")))
                {
                    sample.Add(new LetPointer(pointer + "_i", new Address(pointer, 0, "i", context.Pitch(value))));
                }
                foreach (var run in runs)
                {
                    new VectorLoop(run.Length, lanes).Emit(sample, (body, j, offset, count) => body.Add(new Store(new Address("y_i", run.To + offset, j),
                        run.From is { } from ? new Load(new Address(names[from] + "_i", run.First + offset, j), count) : Expr.Zero, count)));
                }
                new VectorLoop(context.Pitch(result) - result.Size, lanes).Emit(sample, (padding, j, offset, count) =>
                    padding.Add(new Store(new Address("y_i", result.Size + offset, j), Expr.Zero, count)));
            });
            return code.Body;
        }
    }
}
