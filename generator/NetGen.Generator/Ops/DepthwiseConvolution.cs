using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>A convolution of each channel with a kernel of its own. Chollet 2016, section 3.</summary>
/// <param name="Window">How the kernel moves.</param>
sealed record DepthwiseConvolution(Window Window) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new Convolution(Window, 1).Infer(inputs);

    public override bool TakesEpilogue => true;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override Border InputBorder(Value result, int input) => Window.Border(Layout.Of(result.Shape, Border.None), result.Inputs[input].Shape);

    public override long Flops(Value result) => 2L * result.Size * Window.Places;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, weight) = (result.Inputs[0], result.Inputs[1]);
        gradients.Add(x, new DepthwiseInputGradient(Window, x.Shape), gradient, weight);
        gradients.Add(weight, new DepthwiseWeightGradient(Window, weight.Shape), gradient, x);
        if (result.Inputs.Length > 2) NormalizedBiasGradient.Add(gradients, result.Inputs[2], gradient, new SumSamples(result.Inputs[2].Shape, new Argument(0), "Σ {0}"));
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ∗ {inputs[1]}{(inputs.Length > 2 ? " + " + inputs[2] : "")}";

    public override Kernel Lower(Group group, KernelContext context) =>
        DepthwiseKernel.Lower(group, context, ConvolutionPlan.Forward(Window, group.Last.Layout!.Channels, group.Values[0]), Window.Columns.Kernel, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) =>
        DepthwiseKernel.Lower(group, context, ConvolutionPlan.Forward(Window, group.Last.Layout!.Channels, group.Values[0]), Window.Columns.Kernel, shared: true);

    public override bool WorksByRows(Value result) => result.Layout is { InLanes: false } && UnrollPolicy.IsReadForEachBand(result.Inputs[1].Size);

    public override RowsLowering LowerRows(Group group, KernelContext context) =>
        DepthwiseKernel.LowerRows(group, context, ConvolutionPlan.Forward(Window, group.Last.Layout!.Channels, group.Values[0]), Window.Columns.Kernel);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuDepthwiseKernel.Forward(group, context, Window));
}

/// <summary>What reaches the input of a <see cref="DepthwiseConvolution"/>.</summary>
/// <param name="Window">How the kernel moves.</param>
/// <param name="Shape">The input's shape.</param>
sealed record DepthwiseInputGradient(Window Window, Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override bool TakesEpilogue => true;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override Border InputBorder(Value result, int input) => ConvolutionPlan.TransposedBorder(Window, result.Inputs[input].Shape, Shape);

    public override long Flops(Value result) => 2L * result.Inputs[0].Size * Window.Places;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ∗ᵀ {inputs[1]}";

    public override Kernel Lower(Group group, KernelContext context) =>
        DepthwiseKernel.Lower(group, context, ConvolutionPlan.Transposed(Window, group.Last.Layout!.Channels, group.Values[0]), Window.Columns.Kernel, shared: false);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuDepthwiseKernel.InputGradient(group, context, Window));
}

/// <summary>Σ x ∂y over samples and pixels: the gradient of a <see cref="DepthwiseConvolution"/>'s weight, from ∂y and x.</summary>
/// <param name="Window">How the kernel moves.</param>
/// <param name="Shape">The weight's shape.</param>
sealed record DepthwiseWeightGradient(Window Window, Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape, Batched: false);

    public override Partition Partition => Partition.Parts;

    public override Form InputForm(int input) => Form.Image;

    public override Border InputBorder(Value result, int input) =>
        input == 0 ? Border.None : Window.Border(Layout.Of(result.Inputs[0].Shape, Border.None), result.Inputs[1].Shape);

    public override int StoredFloats(Value result) => checked((int)ParameterStorage.Depthwise.Floats(Shape));

    public override long Flops(Value result) => 2L * result.Inputs[0].Size * Window.Places;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"Σ {inputs[0]} ∗ {inputs[1]}";

    public override Kernel Lower(Group group, KernelContext context) => DepthwiseGradientKernel.Lower(group, context, Window);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuDepthwiseKernel.WeightGradient(group, Window));
}
