using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

sealed class MaxPool2dLayer : Layer<MaxPool2dAttribute>
{
    protected override Value Build(LayerBuilder builder, MaxPool2dAttribute attribute, Value x) =>
        new PoolingWindow(attribute.Kernel, attribute.Stride, attribute.Padding, attribute.Dilation, attribute.CeilMode).Max(builder, x, isSequence: false);
}

sealed class MaxPool1dLayer : Layer<MaxPool1dAttribute>
{
    protected override Value Build(LayerBuilder builder, MaxPool1dAttribute attribute, Value x) =>
        new PoolingWindow(attribute.Kernel, attribute.Stride, attribute.Padding, attribute.Dilation, attribute.CeilMode).Max(builder, x, isSequence: true);
}

sealed class AvgPool2dLayer : Layer<AvgPool2dAttribute>
{
    protected override Value Build(LayerBuilder builder, AvgPool2dAttribute attribute, Value x) =>
        new PoolingWindow(attribute.Kernel, attribute.Stride, attribute.Padding, 1, attribute.CeilMode, attribute.CountIncludePad)
            .Mean(builder, x, isSequence: false);
}

sealed class AvgPool1dLayer : Layer<AvgPool1dAttribute>
{
    protected override Value Build(LayerBuilder builder, AvgPool1dAttribute attribute, Value x) =>
        new PoolingWindow(attribute.Kernel, attribute.Stride, attribute.Padding, 1, attribute.CeilMode, attribute.CountIncludePad)
            .Mean(builder, x, isSequence: true);
}

sealed class AdaptiveAvgPool2dLayer : Layer<AdaptiveAvgPool2dAttribute>
{
    protected override Value Build(LayerBuilder builder, AdaptiveAvgPool2dAttribute attribute, Value x)
    {
        var (rows, columns) = (builder.PositiveSize(attribute.Height, "the height"), builder.PositiveSize(attribute.Width, "the width"));
        var (channels, height, width) = ImageInput.Check(builder, x, isSequence: false);
        ImageInput.CheckSize(builder, [channels, rows, columns], "its output");
        return builder.Add(new RegionSum(new AdaptiveRegions(height, rows), new AdaptiveRegions(width, columns), "AvgPool"), x);
    }
}

sealed class AdaptiveAvgPool1dLayer : Layer<AdaptiveAvgPool1dAttribute>
{
    protected override Value Build(LayerBuilder builder, AdaptiveAvgPool1dAttribute attribute, Value x)
    {
        var columns = builder.PositiveSize(attribute.Length, "the length");
        var (channels, _, width) = ImageInput.Check(builder, x, isSequence: true);
        ImageInput.CheckSize(builder, [channels, columns], "its output");
        return builder.Add(new RegionSum(new AdaptiveRegions(1, 1), new AdaptiveRegions(width, columns), "AvgPool"), x);
    }
}

/// <summary>A pooling's window as it is declared.</summary>
/// <param name="Kernel">Its size.</param>
/// <param name="Stride">How far it moves.</param>
/// <param name="Padding">The padding around the image.</param>
/// <param name="Dilation">The distance of the window's pixels.</param>
/// <param name="CeilMode">Whether a window may reach past the padded image's end.</param>
/// <param name="CountsPadding">Whether padding counts in a mean.</param>
sealed record PoolingWindow(int Kernel, int Stride, int Padding, int Dilation, bool CeilMode, bool CountsPadding = false)
{
    public Value Max(LayerBuilder builder, Value x, bool isSequence)
    {
        var (rows, columns) = Regions(builder, x, isSequence);
        return builder.Add(new MaxPool(rows, columns), x);
    }

    public Value Mean(LayerBuilder builder, Value x, bool isSequence)
    {
        var (rows, columns) = Regions(builder, x, isSequence);
        return builder.Add(new RegionSum(rows, columns, "AvgPool"), x);
    }

    (RegionAxis Rows, RegionAxis Columns) Regions(LayerBuilder builder, Value x, bool isSequence)
    {
        builder.PositiveSize(Kernel, "kernel");
        builder.PositiveSize(Stride, "Stride");
        builder.PositiveSize(Dilation, "Dilation");
        var extent = SlidingRegions.Extent(Kernel, Dilation);
        if (Padding < 0 || Padding > extent / 2)
        {
            builder.Fail("NG0018", "Padding", LayerBuilder.Text(Padding),
                $"at least 0 and at most half of what its window covers, {LayerBuilder.Text(extent / 2)}");
        }
        var (channels, height, width) = ImageInput.Check(builder, x, isSequence);
        if ((!isSequence && Count(height) < 1) || Count(width) < 1)
        {
            var covered = LayerBuilder.Text(extent);
            var (rowsThere, columnsThere) = (LayerBuilder.Text(height + 2L * Padding), LayerBuilder.Text(width + 2L * Padding));
            var clause = isSequence
                ? $"its window covers {covered} and the padded sequence has {columnsThere}"
                : $"its window covers {covered} x {covered} and the padded image has {rowsThere} x {columnsThere}";
            builder.Fail("NG0020", x.Shape.ToString(), $"{clause}; use a smaller window or pool less before it");
        }
        ImageInput.CheckSize(builder, isSequence ? [channels, Count(width)] : [channels, Count(height), Count(width)], "its output");
        var rows = isSequence ? new SlidingRegions(1, 1, 1, 0, 1, 1, CountsPadding: false) : Along(height);
        var columns = Along(width);
        if (Enumerable.Range(0, rows.Regions).Any(i => rows[i].Size == 0) || Enumerable.Range(0, columns.Regions).Any(i => columns[i].Size == 0))
        {
            builder.Fail("NG0020", x.Shape.ToString(), "one of its windows takes nothing but padding; use less padding or dilation");
        }
        return (rows, columns);
    }

    long Count(int size) => SlidingRegions.Count(size, Kernel, Stride, Padding, Dilation, CeilMode);

    SlidingRegions Along(int size) => new(size, Kernel, Stride, Padding, Dilation, (int)Count(size), CountsPadding);
}
