using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

sealed class UpsampleLayer : Layer<UpsampleAttribute>
{
    protected override Value Build(LayerBuilder builder, UpsampleAttribute attribute, Value x)
    {
        var mode = builder.Defined(attribute.Mode, "Mode");
        if (attribute.AlignCorners && mode != UpsampleMode.Bilinear) builder.Fail("NG0018", "AlignCorners", "true", "left out but for Bilinear");
        if (attribute.Scale is { } scale) builder.PositiveSize(scale, "the scale");
        else
        {
            builder.PositiveSize(attribute.Height, "the height");
            builder.PositiveSize(attribute.Width, "the width");
        }
        var (channels, height, width) = ImageInput.Check(builder, x, isSequence: false);
        var (rows, columns) = attribute.Scale is { } times ? ((long)height * times, (long)width * times) : (attribute.Height, attribute.Width);
        ImageInput.CheckSize(builder, [channels, rows, columns], "its output");
        return builder.Add(mode == UpsampleMode.Bilinear
            ? new Bilinear((int)rows, (int)columns, attribute.AlignCorners)
            : new RegionSpread(new CopyRegions((int)rows, height), new CopyRegions((int)columns, width), "Upsample"), x);
    }
}

sealed class ZeroPad2dLayer : Layer<ZeroPad2dAttribute>
{
    protected override Value Build(LayerBuilder builder, ZeroPad2dAttribute attribute, Value x)
    {
        var (left, right) = (builder.NotNegative(attribute.Left, "the left padding"), builder.NotNegative(attribute.Right, "the right padding"));
        var (top, bottom) = (builder.NotNegative(attribute.Top, "the top padding"), builder.NotNegative(attribute.Bottom, "the bottom padding"));
        var (channels, height, width) = ImageInput.Check(builder, x, isSequence: false);
        var (rows, columns) = ((long)height + top + bottom, (long)width + left + right);
        ImageInput.CheckSize(builder, [channels, rows, columns], "its output");
        return builder.Add(new RegionSpread(new InnerRegions((int)rows, height, top), new InnerRegions((int)columns, width, left), "ZeroPad"), x);
    }
}

sealed class PixelShuffleLayer : Layer<PixelShuffleAttribute>
{
    protected override Value Build(LayerBuilder builder, PixelShuffleAttribute attribute, Value x)
    {
        var factor = builder.PositiveSize(attribute.Factor, "the factor");
        var (channels, height, width) = ImageInput.Check(builder, x, isSequence: false);
        var block = (long)factor * factor;
        if (channels % block != 0)
        {
            builder.Fail("NG0020", x.Shape.ToString(),
                $"{LayerBuilder.Text(channels)} channels don't make whole blocks of {LayerBuilder.Text(factor)} x {LayerBuilder.Text(factor)} pixels; "
                + $"it needs a multiple of {LayerBuilder.Text(block)} channels");
        }
        ImageInput.CheckSize(builder, [channels / block, (long)height * factor, (long)width * factor], "its output");
        return builder.Add(new PixelShuffle(factor), x);
    }
}
