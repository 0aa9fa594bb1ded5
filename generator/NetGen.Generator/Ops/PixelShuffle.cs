using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Gpu;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>Channels as blocks of pixels, or back: what one does is the other's gradient.</summary>
/// <param name="Factor">The pixels of a block along both axes.</param>
/// <param name="Back">Whether pixels become channels.</param>
sealed record PixelShuffle(int Factor, bool Back = false) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs)
    {
        var (channels, height, width) = Layout.Sizes(inputs[0].Shape);
        return new(Back
            ? new Shape(channels * Factor * Factor, height / Factor, width / Factor)
            : new Shape(channels / Factor / Factor, height * Factor, width * Factor));
    }

    public override Form InputForm(int input) => Form.Image;

    public override Form ResultForm => Form.Image;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new PixelShuffle(Factor, !Back), gradient);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"pixel{(Back ? "un" : "")}shuffle({inputs[0]})";

    public override string Label => $"Pixel{(Back ? "Unshuffle" : "Shuffle")}{LayerBuilder.Text(Factor)}";

    public override Kernel Lower(Group group, KernelContext context) => PixelShuffleKernel.Lower(group, context, Factor, Back);

    public override void LowerGpu(Group group, KernelContext context) => context.Gpu!.Add(GpuPixelShuffleKernel.Lower(group, context, Factor, Back));
}
