using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>
/// A convolution by Winograd's algorithm from an image, or the <see cref="Phases"/> of one, and <see cref="SmallWinogradWeights"/>, with bias. It is for few
/// channels, whose products stay in registers until they are results.
/// </summary>
/// <param name="Window">How the kernel moves: by one.</param>
/// <param name="Transform">Its tiles.</param>
/// <param name="Pooled">Whether the result is the largest of each 2 × 2, which is a tile.</param>
sealed record SmallWinogradConvolution(Window Window, WinogradTransform Transform, bool Pooled) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs)
    {
        var (_, height, width) = Layout.Sizes(inputs[0].Shape);
        var (rows, columns) = ((int)Window.Rows.Results(height), (int)Window.Columns.Results(width));
        return new(new Shape(inputs[1].Shape.Axes[0], Pooled ? rows / 2 : rows, Pooled ? columns / 2 : columns));
    }

    public override bool TakesEpilogue => true;

    public override bool EpilogueReadsSamples => !Pooled;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override Border InputBorder(Value result, int input)
    {
        var (_, rows, columns) = Layout.Sizes(result.Shape);
        return WinogradConvolution.BorderOf(Window, Transform, Pooled ? new Shape(1, 2 * rows, 2 * columns) : result.Shape, result.Inputs[input].Shape);
    }

    public override long Flops(Value result) => (Pooled ? 4 : 1) * 2L * result.Size * Layout.Sizes(result.Inputs[0].Shape).Channels * Window.Places;

    public override string Formula(Value result, ImmutableArray<string> inputs)
    {
        var sum = new Convolution(Window, 1).Formula(result, inputs);
        return Pooled ? $"maxpool({sum})" : sum;
    }

    public override string Label => (Pooled ? "Pooled" : "") + Transform.Label;

    public override Kernel Lower(Group group, KernelContext context) => SmallWinogradKernel.Lower(group, context, this, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => SmallWinogradKernel.Lower(group, context, this, shared: true);

    // Each row of tiles reads all weights anyway.
    public override bool WorksByRows(Value result) => !Pooled;

    public override RowsLowering LowerRows(Group group, KernelContext context) => SmallWinogradKernel.LowerRows(group, context, this);
}

/// <summary>
/// The kernels of a convolution as <see cref="SmallWinogradConvolution"/> multiplies with them: values at points, [block, point, channel, 16 outputs].
/// </summary>
/// <param name="Outputs">The convolution's outputs.</param>
/// <param name="Inputs">Its inputs, each of which is a channel for each of its phases.</param>
/// <param name="Kernel">The places of a kernel along an axis.</param>
/// <param name="Stride">How far it moves.</param>
/// <param name="Shift">The place that the first phase's kernel begins with; negative for one before the kernel.</param>
/// <param name="Transform">The tiles.</param>
sealed record SmallWinogradWeights(int Outputs, int Inputs, int Kernel, int Stride, int Shift, WinogradTransform Transform) : Op
{
    /// <summary>The outputs of a block.</summary>
    public const int Block = Panels.Alignment;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) =>
        new(new Shape(Outputs, Inputs * Stride * Stride, Transform.Kernel, Transform.Kernel), Batched: false);

    public override Partition Partition => Partition.Parts;

    public override int StoredFloats(Value result) => WinogradWeights.Floats(Transform, result);

    public override bool WritesAll => true;

    public override string Label => "WinogradWeights" + (Stride == 1 ? "" : "OfPhases");

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"G {inputs[0]} Gᵀ";

    public override Kernel Lower(Group group, KernelContext context) => WinogradWeightsKernel.SmallValues(group, context, this);
}
