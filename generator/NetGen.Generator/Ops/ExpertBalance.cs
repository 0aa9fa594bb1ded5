using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>How many of a sample's positions chose each expert.</summary>
/// <param name="Experts">How many experts there are.</param>
sealed record ExpertCounts(int Experts) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(Experts));

    public override bool IsDifferentiable => false;

    public override long Flops(Value result) => Experts;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"counts of {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var table = group.Values[0].Inputs[0];
        var chosen = ((ExpertTable)table.Op).Chosen;
        return ExpertLinearKernel.ForEachSample(group, context, "Counts", ["table"], table.Inputs[0],
            samples => [samples.IsFree ? $"{samples.IntLength} * {LayerBuilder.Text(chosen)}" : LayerBuilder.Text(samples.Max * chosen), LayerBuilder.Text(Experts)]);
    }

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertGateKernel.Counts(group));
}

/// <summary>
/// A sample's part of the loss that balances experts, from logits [positions, experts] and how many positions of the batch chose each: weight · experts · Σ f
/// P, with f the part of the positions that chose an expert and P the mean softmax over all experts. Fedus et al. 2021, equations 4 to 6; of several choices as
/// Mixtral counts them.
/// </summary>
/// <param name="Chosen">How many experts a position chooses.</param>
/// <param name="Weight">What it is multiplied by.</param>
sealed record ExpertBalance(int Chosen, float Weight) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(1));

    // As a network is declared it is a sample's, and then that of a position, of which a sample's is the mean.
    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => inputs[0].Type.IsByPosition ? inputs[0].Type.Sequence : null;

    public override long Flops(Value result) => 6L * result.Inputs[0].Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new ExpertBalanceGradient(Chosen, Weight), gradient, result.Inputs[0], result.Inputs[1]);

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{LayerBuilder.Text((float)(Weight * result.Inputs[0].Shape.Last))} · Σ share({inputs[1]}) ⊙ mean softmax({inputs[0]})";

    public override Kernel Lower(Group group, KernelContext context) => Lower(group, context, "Balance", ["logits", "counts"], group.Values[0].Inputs[0].Shape, Chosen, Weight);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertGateKernel.Balance(group, this));

    public static Kernel Lower(Group group, KernelContext context, string function, string[] names, Shape logits, int chosen, float weight) =>
        ExpertLinearKernel.ForEachSample(group, context, function, names, positions: null,
            _ => [LayerBuilder.Text(logits.Axes[0]), LayerBuilder.Text(logits.Last), LayerBuilder.Text(chosen), LayerBuilder.Text(weight) + "f"]);
}

/// <summary>What reaches the logits of an <see cref="ExpertBalance"/>: p (f − Σ f p) · weight · experts / positions, with each position's softmax p.</summary>
/// <param name="Chosen">How many experts a position chooses.</param>
/// <param name="Weight">What the loss is multiplied by.</param>
sealed record ExpertBalanceGradient(int Chosen, float Weight) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[1].Type;

    public override long Flops(Value result) => 8L * result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"balance′({inputs[1]}, {inputs[2]}) {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) =>
        ExpertBalance.Lower(group, context, "BalanceGradient", ["gradient", "logits", "counts"], group.Values[0].Shape, Chosen, Weight);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertGateKernel.BalanceGradient(group, this));
}
