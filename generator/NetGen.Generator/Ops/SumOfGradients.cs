using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Ops;

/// <summary>The sum of what reaches a parameter from two uses of it, each already summed over the samples.</summary>
/// <param name="Shape">The parameter's shape.</param>
/// <param name="Floats">The floats that it is stored in, whatever their order.</param>
sealed record SumOfGradients(Shape Shape, int Floats) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape, Batched: false);

    public override Partition Partition => Partition.Parts;

    public override int StoredFloats(Value result) => Floats;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} + {inputs[1]}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (a, b) = (result.Inputs[0], result.Inputs[1]);
        KernelArgument[] arguments =
        [
            new(Binding.Pointer, "a", a), .. a == b ? Array.Empty<KernelArgument>() : [new(Binding.Pointer, "b", b)], new(Binding.Pointer, "y", result),
            new(Binding.Accumulate, "accumulate"), new(Binding.Worker, "worker"), new(Binding.Workers, "workers"),
        ];
        var name = context.NameOf($"SumOfGradients_{LayerBuilder.Text(Floats)}", group, arguments);
        var summary = $"{Formulas.Of(group)}, {result.Type}.";
        var code = new Code();
        code.Add(new Split(Floats / Panels.Alignment));
        code.Add(new InvokeRuntime("Strides.Add", [new Address("a"), new Address(a == b ? "a" : "b"), new Address("y"), "first", "last", "accumulate"]));
        return new Kernel(name, summary, [.. arguments],
            [new KernelVariant(0, [new KernelFunction(name, summary, [.. arguments.Select(p => p.Parameter)], code.Body)])]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuElementwiseKernel.Lower(group, context, ["a", "b"], code =>
    {
        var sum = code.Let("sum", new Load(new Address("a", 0, "index")) + new Load(new Address("b", 0, "index")));
        code.If("accumulate", then => then.Add(new Set("sum", sum + new Load(new Address("y", 0, "index")))));
        return sum;
    }, new KernelArgument(Binding.Accumulate, "accumulate")));
}
