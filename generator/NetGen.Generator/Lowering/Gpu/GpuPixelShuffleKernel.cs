using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering.Gpu;

/// <summary>Moves numbers between channels and pixels.</summary>
static class GpuPixelShuffleKernel
{
    public static GpuKernel Lower(Group group, KernelContext context, int factor, bool back)
    {
        var (result, x) = (group.Values[0], group.Values[0].Inputs[0]);
        var (_, height, width) = Layout.Sizes(x.Shape);
        var (f, block) = (LayerBuilder.Text(factor), LayerBuilder.Text(factor * factor));
        return GpuElementwiseKernel.Lower(group, context, ["x"], code =>
        {
            GpuImages.Pixel(code, result.Shape);
            if (back)
            {
                code.Add(new Integer($"int fromChannel = channel / {block}"));
                code.Add(new Integer($"int place = channel - fromChannel * {block}"));
                code.Add(new Integer($"int fromRow = row * {f} + place / {f}"));
                code.Add(new Integer($"int fromColumn = column * {f} + place % {f}"));
            }
            else
            {
                code.Add(new Integer($"int fromRow = row / {f}"));
                code.Add(new Integer($"int fromColumn = column / {f}"));
                code.Add(new Integer($"int fromChannel = channel * {block} + (row - fromRow * {f}) * {f} + column - fromColumn * {f}"));
            }
            return new Load(new Address("x", 0, $"sample * {LayerBuilder.Text(x.Size)} + (fromChannel * {LayerBuilder.Text(height)} + fromRow) * {LayerBuilder.Text(width)} + fromColumn"));
        });
    }
}
