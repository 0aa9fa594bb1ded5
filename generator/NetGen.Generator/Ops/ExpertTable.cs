using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Decoding;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>An op whose result is about the rows that go to experts, of which a sample has one for each choice of each position.</summary>
interface IExpertRows;

/// <summary>An op whose result is a sample's, with something about each of its positions, and goes with what there is for each position.</summary>
interface IPositionTable;

/// <summary>
/// Which experts each position chooses, from logits [positions, experts], and the rows that the choices become, sorted by experts: see the runtime's
/// <c>Mixture</c>.
/// </summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertTable(int Chosen) : Op, IExpertRows, IPositionTable
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(FirstRows(checked(SampleRows.MaxOf(inputs[0]) * Chosen)) + inputs[0].Shape.Last + 1));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    /// <summary>Where a table of so many rows has the first one of each expert.</summary>
    public static int FirstRows(int rows) => checked(3 * rows);

    // Choices don't change with a small change of the logits.
    public override bool IsDifferentiable => false;

    public override long Flops(Value result) => (long)SampleRows.MaxOf(result.Inputs[0]) * result.Inputs[0].Shape.Last * Chosen;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"top{LayerBuilder.Text(Chosen)}({inputs[0]})";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var logits = group.Values[0].Inputs[0];
        return ExpertLinearKernel.ForEachSample(group, context, "Choose", ["logits"], logits,
            samples => [samples.IntLength, LayerBuilder.Text(logits.Shape.Last), LayerBuilder.Text(Chosen), samples.PitchText(logits)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertTable.Lower(group));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>The softmax of each position's logits over the experts that it chose, [positions, chosen], from logits and a table.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
sealed record ExpertShares(int Chosen) : Op, IExpertRows, IPositionTable
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(SampleRows.MaxOf(inputs[0]), Chosen));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    public override long Flops(Value result) => 4L * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new ExpertSharesGradient(result.Inputs[0].Type), gradient, result, result.Inputs[1]);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"softmax({inputs[0]} of the chosen)";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var logits = group.Values[0].Inputs[0];
        return ExpertLinearKernel.ForEachSample(group, context, "Shares", ["logits", "table"], logits,
            samples => [samples.IntLength, LayerBuilder.Text(logits.Shape.Last), LayerBuilder.Text(Chosen), samples.PitchText(logits)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertGateKernel.Shares(group));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>What reaches the logits of <see cref="ExpertShares"/>: s (∂s − Σ ∂s s) for the chosen, from ∂s, s and the table.</summary>
/// <param name="Of">The logits.</param>
sealed record ExpertSharesGradient(Graph.ValueType Of) : Op
{
    /// <summary>The logits' shape.</summary>
    public Shape Shape => Of.Shape;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => Of;

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => Of.Sequence;

    public override long Flops(Value result) => 4L * result.Inputs[1].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"softmax′({inputs[1]}) {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        return ExpertLinearKernel.ForEachSample(group, context, "SharesGradient", ["dshares", "shares", "table"], result,
            samples => [samples.IntLength, LayerBuilder.Text(Shape.Last), LayerBuilder.Text(result.Inputs[1].Shape.Last), samples.PitchText(result)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertGateKernel.SharesGradient(group));
}
