namespace NetGen.Onnx;

/// <summary>The window that a convolution or a pooling moves over its input, the same along each spatial axis.</summary>
/// <param name="Kernel">How many values it covers, from 1.</param>
/// <param name="Stride">How far it moves at a time, from 1.</param>
/// <param name="Padding">What is added on both sides of the input, from 0.</param>
/// <param name="Dilation">The distance of the values that it covers, from 1.</param>
public sealed record Window(int Kernel, int Stride = 1, int Padding = 0, int Dilation = 1)
{
    /// <summary>How many values it covers.</summary>
    public int Kernel { get; } = AtLeast(1, Kernel, nameof(Kernel));

    /// <summary>How far it moves at a time.</summary>
    public int Stride { get; } = AtLeast(1, Stride, nameof(Stride));

    /// <summary>What is added on both sides of the input.</summary>
    public int Padding { get; } = AtLeast(0, Padding, nameof(Padding));

    /// <summary>The distance of the values that it covers.</summary>
    public int Dilation { get; } = AtLeast(1, Dilation, nameof(Dilation));

    /// <summary>How far it reaches: <c>dilation (kernel - 1) + 1</c>.</summary>
    public int Extent => Dilation * (Kernel - 1) + 1;

    /// <summary>The size of the output, <c>⌊(n + 2 padding - extent) / stride⌋ + 1</c> of each axis.</summary>
    internal int[] Output(OnnxValue x)
    {
        if (!x.Spatial.Any() || Extent > x.Spatial.Min() + 2 * Padding) throw new ArgumentException($"{this} doesn't fit into {x}.", nameof(x));
        return [.. x.Spatial.Select(length => (length + 2 * Padding - Extent) / Stride + 1)];
    }

    /// <summary>The size of a transposed convolution's output, <c>(n - 1) stride - 2 padding + extent + outputPadding</c> of each axis.</summary>
    internal int[] TransposedOutput(OnnxValue x, int outputPadding) =>
        [.. x.Spatial.Select(length => (length - 1) * Stride - 2 * Padding + Extent + outputPadding)];

    internal OnnxAttribute[] Attributes(OnnxValue x) =>
    [
        new("kernel_shape", x.Spatial.Select(_ => Kernel)),
        new("strides", x.Spatial.Select(_ => Stride)),
        new("pads", x.Spatial.Concat(x.Spatial).Select(_ => Padding)),
        new("dilations", x.Spatial.Select(_ => Dilation)),
    ];

    static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
