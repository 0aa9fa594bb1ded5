using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Sequences;

namespace NetGen.Generator.Ops;

/// <summary>The row of each sample's first position, or of its last one, where the number of positions is free.</summary>
/// <param name="Last">Whether it is the last one.</param>
sealed record EndPosition(bool Last) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Last));

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => null;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new EndPositionGradient(Last, result.Inputs[0].Type), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(Last ? "last" : "first")} position of {inputs[0]}";

    public override string Label => Last ? "LastPosition" : "FirstPosition";

    public override Value? ForPositions(SequencePass pass, Value result, Value[] inputs) => pass.Add(result, this, inputs);

    public override Kernel Lower(Group group, KernelContext context) => EndPositionKernel.Lower(group, context, Last);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.End(group, context, Last));
}

/// <summary>What reaches the rows of a sample of which one was taken: that one's, and zeros.</summary>
/// <param name="Last">Whether the last one was taken.</param>
/// <param name="Of">The rows.</param>
sealed record EndPositionGradient(bool Last, Graph.ValueType Of) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => Of;

    public override Sequence? SequenceOf(ImmutableArray<Value> inputs) => Of.Sequence;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} at the {(Last ? "last" : "first")} position, 0 at others";

    public override string Label => Last ? "LastPositionGradient" : "FirstPositionGradient";

    public override Kernel Lower(Group group, KernelContext context) => EndPositionKernel.LowerGradient(group, context, Last);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPositionsKernel.EndGradient(group, context, Last));
}

sealed class SelectPositionLayer : Layer<SelectPositionAttribute>
{
    protected override Value Build(LayerBuilder builder, SelectPositionAttribute attribute, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it needs [positions, features]");
        var (positions, features) = (x.Shape.Axes[0], x.Shape.Last);
        if (x.Type.Sequence is not null)
        {
            if (attribute.Position is not (0 or -1))
                builder.Fail("NG0018", "position", LayerBuilder.Text(attribute.Position), "0 or -1, the first or the last one, since a sample may have one position");
            return builder.Add(new EndPosition(attribute.Position < 0), x);
        }
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
