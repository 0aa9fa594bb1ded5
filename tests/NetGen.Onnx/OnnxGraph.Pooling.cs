namespace NetGen.Onnx;

/// <content>Pooling.</content>
public sealed partial class OnnxGraph
{
    /// <summary>The largest value of each window: <c>MaxPool</c>. Padding never wins.</summary>
    /// <param name="x">[channels, height, width] or [channels, length].</param>
    /// <param name="window">Kernel, stride, padding and dilation.</param>
    public OnnxValue MaxPool(OnnxValue x, Window window)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(window);
        return Node("MaxPool", [x.Name], [x.Channels, .. window.Output(x)], window.Attributes(x));
    }

    /// <summary>The mean of each window: <c>AveragePool</c>.</summary>
    /// <param name="x">[channels, height, width] or [channels, length].</param>
    /// <param name="window">Kernel, stride, padding and dilation.</param>
    /// <param name="countPadding">Whether padding counts as zeros, as in PyTorch's default, or not at all.</param>
    public OnnxValue AveragePool(OnnxValue x, Window window, bool countPadding = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(window);
        return Node("AveragePool", [x.Name], [x.Channels, .. window.Output(x)], [.. window.Attributes(x), new("count_include_pad", countPadding ? 1L : 0L)]);
    }

    /// <summary>The means of equal parts of each channel, PyTorch's adaptive pooling where the parts come out even: <c>AveragePool</c>.</summary>
    /// <param name="x">[channels, height, width] or [channels, length].</param>
    /// <param name="size">The length of each spatial axis of the output, which divides the input's.</param>
    /// <exception cref="ArgumentException">The parts would differ in size, for which ONNX has no operator, or the axes differ.</exception>
    public OnnxValue AdaptiveAveragePool(OnnxValue x, int size)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        int length = x.Shape[^1];
        if (length % size != 0 || x.Spatial.Any(other => other != length))
            throw new ArgumentException($"{x} has no {size} equal parts along each axis.", nameof(size));
        return AveragePool(x, new Window(length / size, Stride: length / size));
    }

    /// <summary>The mean of each channel: <c>GlobalAveragePool</c>.</summary>
    /// <param name="x">[channels, height, width] or [channels, length].</param>
    /// <returns>[channels, 1, 1] or [channels, 1].</returns>
    public OnnxValue GlobalAveragePool(OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node("GlobalAveragePool", [x.Name], [x.Channels, .. x.Spatial.Select(_ => 1)]);
    }
}
