using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>x / (k + α mean of x² over a window of channels)^β.</summary>
/// <param name="Size">The channels of the window, half of them before a channel.</param>
/// <param name="Alpha">α.</param>
/// <param name="Beta">β.</param>
/// <param name="K">k.</param>
sealed record LocalResponseNorm(int Size, float Alpha, float Beta, float K) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override long Flops(Value result) => (Size + 5L) * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new LocalResponseNormGradient(this), gradient, result.Inputs[0]);

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        $"{inputs[0]} / ({LayerBuilder.Text(K)} + {LayerBuilder.Text(Alpha)} mean of {LayerBuilder.Text(Size)} channels' squares)^{LayerBuilder.Text(Beta)}";

    public override Kernel Lower(Group group, KernelContext context) => LocalResponseNormKernel.Forward(group, this, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuNormalizationKernel.LocalResponse(group, context, this));
}

/// <summary>
/// What reaches the input of a <see cref="LocalResponseNorm"/>: ∂y d^−β − 2αβ/size · x Σ ∂y x d^(−β−1), where d is what is raised to a power, and the sum is
/// over the channels whose window has this one.
/// </summary>
/// <param name="Of">The normalisation.</param>
sealed record LocalResponseNormGradient(LocalResponseNorm Of) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[1].Type;

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override long Flops(Value result) => (2 * Of.Size + 10L) * result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"local_response_norm′({inputs[1]}) {inputs[0]}";

    public override Kernel Lower(Group group, KernelContext context) => LocalResponseNormKernel.Gradient(group, Of, context);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuNormalizationKernel.LocalResponseGradient(group, context, Of));
}

sealed class LocalResponseNormLayer : Layer<LocalResponseNormAttribute>
{
    protected override Value Build(LayerBuilder builder, LocalResponseNormAttribute attribute, Value x)
    {
        var size = builder.PositiveSize(attribute.Size, "size");
        if (x.Shape.Rank > 3)
        {
            builder.Fail("NG0020", x.Shape.ToString(), "it normalises the channels of [channels], [channels, length] or [channels, height, width]");
        }
        if (size > 2L * x.Shape.Axes[0])
        {
            builder.Fail("NG0020", x.Shape.ToString(), $"a window of {LayerBuilder.Text(size)} channels is more than twice as wide as there are channels");
        }
        return builder.Add(new LocalResponseNorm(
            size, builder.Within(attribute.Alpha, 0, float.MaxValue, "Alpha"), builder.Within(attribute.Beta, 0, float.MaxValue, "Beta"),
            builder.Within(attribute.K, 0, float.MaxValue, "K")), x);
    }
}
