using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>An image scaled to another size: each pixel is interpolated between the four around it.</summary>
/// <param name="Height">The rows of the result.</param>
/// <param name="Width">The columns of the result.</param>
/// <param name="AlignCorners">Whether the centres of the corner pixels lie on each other, rather than the corners.</param>
sealed record Bilinear(int Height, int Width, bool AlignCorners) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(new Shape(inputs[0].Shape.Axes[0], Height, Width));

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override long Flops(Value result) => 7L * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new BilinearGradient(result.Inputs[0].Shape, AlignCorners), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"bilinear({inputs[0]})";

    public override Kernel Lower(Group group, KernelContext context) => BilinearKernel.Lower(group, context, AlignCorners);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuBilinearKernel.Lower(group, context, AlignCorners));
}

/// <summary>The transposed <see cref="Bilinear"/>: each pixel of the result's gradient, shared between the four that it was interpolated from.</summary>
/// <param name="Shape">The shape of the input.</param>
/// <param name="AlignCorners">As in <see cref="Bilinear"/>.</param>
sealed record BilinearGradient(Shape Shape, bool AlignCorners) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override long Flops(Value result) => 7L * result.Inputs[0].Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"bilinearᵀ({inputs[0]})";

    public override Kernel Lower(Group group, KernelContext context) => BilinearKernel.LowerGradient(group, context, AlignCorners);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuBilinearKernel.LowerGradient(group, context, AlignCorners));
}
