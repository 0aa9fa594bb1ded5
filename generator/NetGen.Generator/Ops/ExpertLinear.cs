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

/// <summary>
/// x Wᵀ of rows [rows, inputs] that are sorted by experts, each with a weight [outputs, inputs] in panels: the inputs after the rows and their table.
/// </summary>
sealed record ExpertLinear : Op, IExpertRows
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], inputs[2].Shape.Axes[0]));

    public override long Flops(Value result) => 2L * result.Size * result.Inputs[0].Shape.Last;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, table, weights) = (result.Inputs[0], result.Inputs[1], result.Inputs.Skip(2).ToList());
        if (gradients.Needs(x))
        {
            gradients.Add(x, new ExpertLinear(), [gradient, table, .. weights.Select(w => gradients.Apply(w.Name + "ᵀ", new Transpose(), w))]);
        }
        var first = gradients.Apply("∂" + weights[0].Name, new ExpertOuterProducts(), gradient, x, table);
        gradients.Add(weights[0], first);
        for (var expert = 1; expert < weights.Count; expert++) gradients.Add(weights[expert], new OtherOuterProducts(expert), first);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} W(expert)ᵀ with {inputs[2]}, …";

    public override bool TakesEpilogueOnGpu => true;

    public override Kernel Lower(Group group, KernelContext context) => ExpertLinearKernel.Lower(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertLinearKernel.Lower(group, context));

    public override Value? ForOnePosition(DecodingPass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);
}

/// <summary>
/// Σ ∂yᵀ x over the rows of the first expert, and in the same kernel over those of the others: the gradients of an <see cref="ExpertLinear"/>'s weights.
/// </summary>
sealed record ExpertOuterProducts : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Last, inputs[1].Shape.Last), Batched: false);

    public override Partition Partition => Partition.Parts;

    public override long Flops(Value result) => 2L * result.Inputs[0].Size * result.Inputs[1].Shape.Last;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]}ᵀ {inputs[1]} of each expert";

    public override Kernel Lower(Group group, KernelContext context) => OuterProductsKernel.Lower(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuExpertLinearKernel.OuterProducts(group, context));
}

/// <summary>The gradient of another expert's weight. The kernel of the first one's writes it.</summary>
/// <param name="Expert">Which one.</param>
sealed record OtherOuterProducts(int Expert) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override Partition Partition => Partition.Parts;

    public override bool IsCompanion => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} of expert {LayerBuilder.Text(Expert)}";
}
