using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Ops;

/// <summary>Σ x over the samples and the rows of each: the gradient of a bias that is added to every row.</summary>
/// <param name="Shape">The result's shape, with as many elements as a row.</param>
sealed record SumRows(Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape, Batched: false);

    public override Partition Partition => Partition.Parts;

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) => SumSamplesKernel.LowerRows(group, context, group.Values[0].Inputs, Shape.Size);
}
