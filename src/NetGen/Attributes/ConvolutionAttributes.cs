namespace NetGen;

/// <summary>Values of a convolution's <c>Padding</c> that aren't a number of zeros.</summary>
public static class Padding
{
    /// <summary>As many zeros as keep the size, for a stride of 1; where their number is odd the last one comes after the image, as in PyTorch.</summary>
    public const int Same = -1;
}

/// <summary>A convolution (cross-correlation, as the field uses the word) of an image [channels, height, width].</summary>
/// <remarks>Parameters: <c>weight</c> [channels, inputs / groups, height, width] and <c>bias</c> [channels], as in PyTorch's <c>nn.Conv2d</c>. An axis of
/// size s becomes ⌊(s + 2 padding − dilation (kernel − 1) − 1) / stride⌋ + 1.</remarks>
public sealed class Conv2dAttribute : WeightedLayerAttribute
{
    /// <summary>A convolution with a square kernel.</summary>
    /// <param name="channels">The channels of the output.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    public Conv2dAttribute(int channels, int kernel) : this(channels, kernel, kernel) { }

    /// <summary>A convolution with a kernel of any height and width.</summary>
    /// <param name="channels">The channels of the output.</param>
    /// <param name="kernelHeight">The kernel's height.</param>
    /// <param name="kernelWidth">The kernel's width.</param>
    public Conv2dAttribute(int channels, int kernelHeight, int kernelWidth) => (Channels, KernelHeight, KernelWidth) = (channels, kernelHeight, kernelWidth);

    /// <summary>The channels of the output.</summary>
    public int Channels { get; }

    /// <summary>The kernel's height.</summary>
    public int KernelHeight { get; }

    /// <summary>The kernel's width.</summary>
    public int KernelWidth { get; }

    /// <summary>How far the kernel moves from a result to the next, along both axes. Default: 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Zeros on each side of both axes, or <see cref="NetGen.Padding.Same"/>. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>The distance between the places of the kernel. Default: 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Groups of channels that don't see each other; as many as there are channels make a depthwise convolution. Default: 1.</summary>
    public int Groups { get; set; } = 1;
}

/// <summary>
/// A convolution of a sequence [channels, length]; or of [positions, features] where samples have as many positions as they like, as <c>[Sequence(…)]</c> says,
/// with the features as channels and zeros beyond a sample's own ends.
/// </summary>
/// <remarks>Parameters: <c>weight</c> [channels, inputs / groups, kernel] and <c>bias</c> [channels], as in PyTorch's <c>nn.Conv1d</c>. Of positions there are as many
/// after it as before: the padding is <see cref="NetGen.Padding.Same"/> or dilation (kernel − 1) / 2, and stride and groups are 1.</remarks>
/// <param name="channels">The channels of the output.</param>
/// <param name="kernel">The kernel's size.</param>
public sealed class Conv1dAttribute(int channels, int kernel) : WeightedLayerAttribute
{
    /// <summary>The channels of the output.</summary>
    public int Channels { get; } = channels;

    /// <summary>The kernel's size.</summary>
    public int Kernel { get; } = kernel;

    /// <summary>How far the kernel moves from a result to the next. Default: 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Zeros on each side, or <see cref="NetGen.Padding.Same"/>. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>The distance between the places of the kernel. Default: 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Groups of channels that don't see each other. Default: 1.</summary>
    public int Groups { get; set; } = 1;
}

/// <summary>A transposed convolution of an image [channels, height, width], which enlarges it where its stride is more than 1.</summary>
/// <remarks>Parameters: <c>weight</c> [inputs, channels / groups, kernel, kernel] and <c>bias</c> [channels], as in PyTorch's <c>nn.ConvTranspose2d</c>. An axis
/// of size s becomes (s − 1) stride − 2 padding + dilation (kernel − 1) + output padding + 1.</remarks>
/// <param name="channels">The channels of the output.</param>
/// <param name="kernel">The kernel's height and width.</param>
public sealed class ConvTranspose2dAttribute(int channels, int kernel) : WeightedLayerAttribute
{
    /// <summary>The channels of the output.</summary>
    public int Channels { get; } = channels;

    /// <summary>The kernel's height and width.</summary>
    public int Kernel { get; } = kernel;

    /// <summary>How far the results of neighbouring pixels are apart. Default: 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>What is cut off on each side of both axes. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>
    /// What is added at the end of both axes, to tell apart the sizes that a convolution with a stride gives the same result for. Default: 0.
    /// </summary>
    public int OutputPadding { get; set; }

    /// <summary>The distance between the places of the kernel. Default: 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Groups of channels that don't see each other. Default: 1.</summary>
    public int Groups { get; set; } = 1;
}
