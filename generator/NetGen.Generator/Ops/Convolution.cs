using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;
using NetGen.Generator.Lowering.SampleLanes;

namespace NetGen.Generator.Ops;

/// <summary>
/// Σ x[stride · place + offset] W over the places of a kernel and the channels of a group, plus a bias where there is a third input: the
/// cross-correlation that the field calls a convolution.
/// </summary>
/// <param name="Window">How the kernel moves.</param>
/// <param name="Groups">Groups of channels that don't see each other.</param>
sealed record Convolution(Window Window, int Groups) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs)
    {
        var (_, height, width) = Layout.Sizes(inputs[0].Shape);
        var (rows, columns) = (checked((int)Window.Rows.Results(height)), checked((int)Window.Columns.Results(width)));
        var channels = inputs[1].Shape.Axes[0];
        return new(inputs[0].Shape.Rank == 3 ? new Shape(channels, rows, columns) : new Shape(channels, columns));
    }

    public override bool TakesEpilogue => true;

    public override Form InputForm(int input) => Form.PackedImage;

    public override Form ResultForm => Form.Image;

    public override Border InputBorder(Value result, int input) => Window.Border(Layout.Of(result.Shape, Border.None), result.Inputs[input].Shape);

    public override bool WorksInLanes(Value result) => Groups == 1 && Window.IsPlain && result.Inputs[1].Shape.Axes[0] <= Panels.Width;

    public override long Flops(Value result) => 2L * result.Size * result.Inputs[1].Shape.Axes[1] * Window.Places;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, weight) = (result.Inputs[0], result.Inputs[1]);
        if (gradients.Needs(x))
        {
            var transposed = gradients.Apply(weight.Name + "ᵀ", new PhaseWeights(Window, Groups), weight);
            gradients.Add(x, new TransposedConvolution(Window, Groups, x.Shape), gradient, transposed);
        }
        gradients.Add(weight, new ConvolutionWeightGradient(Window, Groups), gradient, x);
        if (result.Inputs.Length > 2) NormalizedBiasGradient.Add(gradients, result.Inputs[2], gradient, new SumSamples(result.Inputs[2].Shape, new Argument(0), "Σ {0}"));
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ∗ {inputs[1]}{(inputs.Length > 2 ? " + " + inputs[2] : "")}";

    public override string Label => "Convolution";

    public override Kernel Lower(Group group, KernelContext context) => group.Values[0].Layout!.InLanes
        ? LanesConvolutionKernel.Lower(group, context, ConvolutionPlan.Forward(Window, Groups, group.Values[0]))
        : ConvolutionKernel.Lower(group, context, ConvolutionPlan.Forward(Window, Groups, group.Values[0]), shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) =>
        ConvolutionKernel.Lower(group, context, ConvolutionPlan.Forward(Window, Groups, group.Values[0]), shared: true);

    public override bool WorksByRows(Value result) => result.Layout is { InLanes: false } && UnrollPolicy.IsReadForEachBand(result.Inputs[1].Size);

    public override RowsLowering LowerRows(Group group, KernelContext context) => ConvolutionKernel.LowerRows(group, context, ConvolutionPlan.Forward(Window, Groups, group.Values[0]));

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuConvolutionKernel.Forward(group, context, Window, Groups));
}

/// <summary>Σ x ∂y over samples and pixels: the gradient of a <see cref="Convolution"/>'s weight, from ∂y and x.</summary>
/// <param name="Window">How the kernel moves.</param>
/// <param name="Groups">Groups of channels that don't see each other.</param>
sealed record ConvolutionWeightGradient(Window Window, int Groups) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs)
    {
        int[] channels = [Layout.Sizes(inputs[0].Shape).Channels, Layout.Sizes(inputs[1].Shape).Channels / Groups];
        int[] kernel = inputs[1].Shape.Rank == 3 ? [Window.Rows.Kernel, Window.Columns.Kernel] : [Window.Columns.Kernel];
        return new(new Shape(channels.Concat(kernel).ToEquatableArray()), Batched: false);
    }

    public override Partition Partition => Partition.Parts;

    public override Form InputForm(int input) => input == 0 ? Form.Image : Form.PackedImage;

    public override Border InputBorder(Value result, int input) =>
        input == 0 ? Border.None : Window.Border(Layout.Of(result.Inputs[0].Shape, Border.None), result.Inputs[1].Shape);

    public override bool WorksInLanes(Value result) => Groups == 1 && Window.IsPlain && result.Shape.Axes[0] <= Panels.Width;

    public override int StoredFloats(Value result) => checked((int)ParameterStorage.Convolution(Groups).Floats(result.Shape));

    public override long Flops(Value result) => 2L * result.Inputs[0].Size * result.Shape.Axes[1] * Window.Places;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]} ∗ {inputs[1]}";

    public override string Label => "ConvolutionWeightGradient";

    public override Kernel Lower(Group group, KernelContext context) => group.Values[0].Inputs[0].Layout!.InLanes
        ? LanesGradientKernel.Lower(group, context, Window)
        : ConvolutionGradientKernel.Lower(group, context, Window, Groups);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuConvolutionKernel.WeightGradient(group, context, Window, Groups));
}
