using System.Collections.Immutable;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>
/// An image's pixels of 2 × 2 as channels, from row-major order. A convolution that moves by two is one of them that moves by one, since each place of its
/// kernel meets pixels of one phase alone. Where the image ends within such a pixel, there are zeros.
/// </summary>
sealed record Phases : Op
{
    /// <summary>The phases of an axis.</summary>
    public const int Stride = 2;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs)
    {
        var (channels, height, width) = Layout.Sizes(inputs[0].Shape);
        return new(new Shape(channels * Stride * Stride, Half(height), Half(width)));

        static int Half(int size) => (size + Stride - 1) / Stride;
    }

    public override Form ResultForm => Form.Image;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} by phases";

    public override string Label => "ToPhases";

    public override Kernel Lower(Group group, KernelContext context) => PhasesKernel.Lower(group, context, shared: false);

    public override Kernel LowerSingle(Group group, KernelContext context) => PhasesKernel.Lower(group, context, shared: true);

    public override bool WorksByRows(Value result) => true;

    public override RowsLowering LowerRows(Group group, KernelContext context) => PhasesKernel.LowerRows(group, context);
}
