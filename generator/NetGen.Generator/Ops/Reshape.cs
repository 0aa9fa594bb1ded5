using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Graph;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>The same values under another shape. Nothing is computed or moved.</summary>
sealed record Reshape(Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type with { Shape = Shape };

    // Rows stay rows: what has one number each may also be [positions, 1].
    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) =>
        pass.IsOfPositions(result.Inputs[0]) && pass.IsOfPositions(result) ? pass.Add(result, new Reshape(SequencePass.RowOf(Shape)), inputs) : null;

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, new Reshape(DecodingPass.RowOf(Shape)), inputs);

    public override bool IsOftenZero(Value result) => result.Inputs[0].Op.IsOftenZero(result.Inputs[0]);

    public override Partition Partition => Partition.None;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new Reshape(result.Inputs[0].Shape), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => inputs[0];
}
