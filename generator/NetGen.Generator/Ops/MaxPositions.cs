using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>The largest of each number in a sample's rows; NaN where one of them is.</summary>
/// <param name="IsShared">Whether equal ones share the gradient, rather than that the first one gets it.</param>
sealed record MaxPositions(bool IsShared = false) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Last));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    public override bool IsOftenZero(Value result) => result.Inputs[0].Op.IsOftenZero(result.Inputs[0]);

    public override long Flops(Value result) => (long)SampleRows.MaxOf(result.Inputs[0]) * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new MaxPositionsGradient(result.Inputs[0].Type, IsShared), gradient, result.Inputs[0], result);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"max of {inputs[0]} over positions";

    public override Kernel Lower(Group group, KernelContext context) => MaxPositionsKernel.Lower(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuMaxPositionsKernel.Lower(group, context));
}

/// <summary>What reaches the rows from the gradient of their largest numbers, the rows and these.</summary>
/// <param name="Of">The rows.</param>
/// <param name="IsShared">Whether equal ones share it, rather than that the first one gets it.</param>
sealed record MaxPositionsGradient(Graph.ValueType Of, bool IsShared) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => Of;

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => Of.Sequence;

    public override long Flops(Value result) => result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} at the {(IsShared ? "" : "first ")}maxima of {inputs[1]}";

    public override string Label => IsShared ? "MaxPositionsSharedGradient" : "MaxPositionsGradient";

    public override Kernel Lower(Group group, KernelContext context) => MaxPositionsKernel.LowerGradient(group, context, IsShared);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuMaxPositionsKernel.Gradient(group, IsShared));
}

sealed class MaxPositionsLayer : Layer<MaxPositionsAttribute>
{
    protected override Value Build(LayerBuilder builder, MaxPositionsAttribute attribute, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it needs [positions, features]");
        return builder.Add(new MaxPositions(), x);
    }
}
