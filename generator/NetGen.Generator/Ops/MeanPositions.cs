using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>The mean of a sample's rows, or their sum.</summary>
/// <param name="IsSum">Whether it is the sum.</param>
sealed record MeanPositions(bool IsSum = false) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Last));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    public override long Flops(Value result) => (long)SampleRows.MaxOf(result.Inputs[0]) * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new MeanPositionsGradient(result.Inputs[0].Type, IsWhole: IsSum), gradient);

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override string Formula(Value result, ImmutableArray<string> inputs) => IsSum ? $"Σ {inputs[0]} of the positions" : $"mean of {inputs[0]} over positions";

    public override string Label => IsSum ? "SumPositions" : base.Label;

    public override Kernel Lower(Group group, KernelContext context) => MeanPositionsKernel.Lower(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.Mean(group, context));
}

/// <summary>A row's share of what reaches the mean, for each row; or what a sample has, for each.</summary>
/// <param name="Of">The rows.</param>
/// <param name="IsWhole">Whether each row gets all of it.</param>
sealed record MeanPositionsGradient(Graph.ValueType Of, bool IsWhole = false) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => Of;

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => Of.Sequence;

    public override long Flops(Value result) => result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) => gradients.Add(result.Inputs[0], new MeanPositions(IsSum: IsWhole), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => IsWhole ? $"{inputs[0]} for each position"
        : $"{inputs[0]} / {(Of.IsByPosition ? "length" : LayerBuilder.Text(Of.Shape.Axes[0]))} for each position";

    public override string Label => IsWhole ? "EachPosition" : base.Label;

    public override Kernel Lower(Group group, KernelContext context) => MeanPositionsKernel.LowerGradient(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.MeanGradient(group, context));
}

sealed class MeanPositionsLayer : Layer<MeanPositionsAttribute>
{
    protected override Value Build(LayerBuilder builder, MeanPositionsAttribute attribute, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it needs [positions, features]");
        return builder.Add(new MeanPositions(), x);
    }
}
