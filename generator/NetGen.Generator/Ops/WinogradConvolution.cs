using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>
/// A <see cref="Convolution"/> with a kernel of 3 × 3 by Winograd's algorithm. The inputs are the image, the weight or its
/// <see cref="WinogradWeights"/> and, where there is a third one, a bias.
/// </summary>
/// <param name="Window">How the kernel moves.</param>
/// <param name="Transform">The size of its tiles.</param>
/// <param name="TransformsWeights">
/// Whether the weight is brought to the points where it is multiplied with, a part at a time that stays in the cache: in training, where its values at all
/// points, up to four times as many, would have to be written and read for each batch.
/// </param>
sealed record WinogradConvolution(Window Window, WinogradTransform Transform, bool TransformsWeights) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new Convolution(Window, 1).Infer(inputs);

    public override bool TakesEpilogue => true;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override Border InputBorder(Value result, int input) => BorderOf(Window, Transform, result.Shape, result.Inputs[input].Shape);

    /// <summary>The border around an image of which whole tiles are read.</summary>
    public static Border BorderOf(Window window, WinogradTransform transform, Shape result, Shape input)
    {
        var ((_, rows, columns), (_, height, width)) = (Layout.Sizes(result), Layout.Sizes(input));
        return new(window.Rows.Before, window.Columns.Before, After(window.Rows, rows, height), After(window.Columns, columns, width));

        int After(WindowAxis axis, int results, int size) => Math.Max(0, (Whole(transform, results) - 1) * transform.Stride + transform.Kernel - axis.Before - size);
    }

    /// <summary>The results of whole tiles along an axis.</summary>
    public static int Whole(WinogradTransform transform, int results) => (results + transform.Results - 1) / transform.Results * transform.Results;

    public override int SamplesTogether(Value result) => WinogradKernel.GridOf(result, this).Samples;

    public override long Flops(Value result) => 2L * result.Size * Layout.Sizes(result.Inputs[0].Shape).Channels * Window.Places;

    public override string Formula(Value result, ImmutableArray<string> inputs) => new Convolution(Window, 1).Formula(result, inputs);

    public override string Label => Transform.Label;

    public override Kernel Lower(Group group, KernelContext context) => WinogradKernel.Lower(group, context, this, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => WinogradKernel.Lower(group, context, this, shared: true);
}

/// <summary>
/// The kernels of a convolution as <see cref="WinogradConvolution"/> multiplies with them: values at points, [panel, point, input, 32 outputs].
/// </summary>
/// <param name="Outputs">The convolution's outputs.</param>
/// <param name="Inputs">Its inputs.</param>
/// <param name="Transform">The size of its tiles.</param>
sealed record WinogradWeights(int Outputs, int Inputs, WinogradTransform Transform) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(Outputs, Inputs, 3, 3), Batched: false);

    public override Partition Partition => Partition.Parts;

    public override int StoredFloats(Value result) => Floats(Transform, result);

    public static int Floats(WinogradTransform transform, Value weights) => checked(transform.Values * weights.Shape.Axes[0] * weights.Shape.Axes[1]);

    public override bool WritesAll => true;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"G {inputs[0]} Gᵀ";

    public override Kernel Lower(Group group, KernelContext context) => WinogradWeightsKernel.Values(group, context, Transform);
}
