using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Ops;

/// <summary>The mean of a sample's rows.</summary>
sealed record MeanPositions : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Last));

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new MeanPositionsGradient(result.Inputs[0].Shape), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"mean of {inputs[0]} over positions";

    public override Kernel Lower(Group group, KernelContext context) => MeanPositionsKernel.Lower(group, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.Mean(group, context));
}

/// <summary>A row's share of what reaches the mean, for each row.</summary>
/// <param name="Shape">The rows' shape.</param>
sealed record MeanPositionsGradient(Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override long Flops(Value result) => result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} / {LayerBuilder.Text(Shape.Axes[0])} for each position";

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

sealed class SelectPositionLayer : Layer<SelectPositionAttribute>
{
    protected override Value Build(LayerBuilder builder, SelectPositionAttribute attribute, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it needs [positions, features]");
        var (positions, features) = (x.Shape.Axes[0], x.Shape.Last);
        var position = attribute.Position < 0 ? attribute.Position + positions : attribute.Position;
        if (position < 0 || position >= positions)
        {
            builder.Fail("NG0018", "position", LayerBuilder.Text(attribute.Position),
                $"from 0 to {LayerBuilder.Text(positions - 1)}, or from -{LayerBuilder.Text(positions)} to -1, counted from the end");
        }
        var row = builder.AddPart("row", new Slice(position * features, new Shape(1, features)), x);
        return builder.Add(new Reshape(new Shape(features)), row);
    }
}
