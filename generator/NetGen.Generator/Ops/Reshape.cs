using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;

namespace NetGen.Generator.Ops;

/// <summary>The same values under another shape. Nothing is computed or moved.</summary>
sealed record Reshape(Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type with { Shape = Shape };

    public override Partition Partition => Partition.None;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new Reshape(result.Inputs[0].Shape), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => inputs[0];
}
