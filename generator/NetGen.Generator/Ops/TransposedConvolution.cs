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
/// What a <see cref="Convolution"/> does to its input's gradient: each number reaches all places that the kernel took it from. The inputs are the numbers, the
/// weights in the order that <see cref="PhaseWeights"/> gives them and, where there is a third one, a bias.
/// </summary>
/// <param name="Window">How the convolution's kernel moves.</param>
/// <param name="Groups">Groups of channels that don't see each other.</param>
/// <param name="Shape">The result's shape: the convolution's input's.</param>
sealed record TransposedConvolution(Window Window, int Groups, Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override bool TakesEpilogue => true;

    public override Form InputForm(int input) => Form.PackedImage;

    public override Form ResultForm => Form.Image;

    public override Border InputBorder(Value result, int input) => ConvolutionPlan.TransposedBorder(Window, result.Inputs[input].Shape, Shape);

    public override bool WorksInLanes(Value result) => Groups == 1 && Window.IsPlain && Layout.Sizes(Shape).Channels <= Panels.Width;

    public override long Flops(Value result) => 2L * result.Inputs[0].Size * (Layout.Sizes(Shape).Channels / Groups) * Window.Places;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var (x, transposed) = (result.Inputs[0], result.Inputs[1]);
        var weight = transposed.Inputs[0];
        // An output padding as wide as the stride, which a dilation allows, would have the convolution give more than there was.
        if (gradients.Needs(x)) gradients.Add(x, new Convolution(Window.Giving(x.Shape, gradient.Shape), Groups), gradient, weight);
        gradients.Add(weight, new ConvolutionWeightGradient(Window, Groups), x, gradient);
        if (result.Inputs.Length > 2) NormalizedBiasGradient.Add(gradients, result.Inputs[2], gradient, new SumSamples(result.Inputs[2].Shape, new Argument(0), "Σ {0}"));
    }

    // Weights in phases have a text that ends in ᵀ, which the sign says already.
    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{inputs[0]} ∗ᵀ {inputs[1].TrimEnd('ᵀ')}{(inputs.Length > 2 ? " + " + inputs[2] : "")}";

    public override string Label => "TransposedConvolution";

    public override Kernel Lower(Group group, KernelContext context) => group.Values[0].Layout!.InLanes
        ? LanesConvolutionKernel.Lower(group, context, ConvolutionPlan.Transposed(Window, Groups, group.Values[0]))
        : ConvolutionKernel.Lower(group, context, ConvolutionPlan.Transposed(Window, Groups, group.Values[0]), shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) =>
        ConvolutionKernel.Lower(group, context, ConvolutionPlan.Transposed(Window, Groups, group.Values[0]), shared: true);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuConvolutionKernel.Transposed(group, context, Window, Groups));
}

/// <summary>
/// A convolution's weight as the transposed convolution reads it: for each of the stride's phases a matrix in panels, from the convolution's outputs at the
/// places that reach that phase to its inputs.
/// </summary>
/// <param name="Window">How the convolution's kernel moves.</param>
/// <param name="Groups">Groups of channels that don't see each other.</param>
sealed record PhaseWeights(Window Window, int Groups) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(inputs[0].Shape, Batched: false);

    public override Partition Partition => Partition.Parts;

    public override int StoredFloats(Value result)
    {
        var (outputs, inputs) = (result.Shape.Axes[0] / Groups, result.Shape.Axes[1]);
        return checked(Groups * Panels.Padded(inputs) * Window.Places * outputs);
    }

    public override bool WritesAll => true;

    // The transposed convolution, which has the weight itself too, sees to its gradient.
    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) { }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"transpose({inputs[0]})";

    public override string Label => "PhaseWeights";

    public override Kernel Lower(Group group, KernelContext context) => PhaseWeightsKernel.Lower(group, context, Window, Groups);
}
