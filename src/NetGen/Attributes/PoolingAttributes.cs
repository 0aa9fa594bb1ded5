namespace NetGen;

/// <summary>The largest value of each window that moves over an image [channels, height, width]. PyTorch's <c>nn.MaxPool2d</c>.</summary>
/// <remarks>Padding is never the largest. The gradient goes to the first of a window's largest values, row by row.</remarks>
/// <param name="kernel">The height and width of the window.</param>
public sealed class MaxPool2dAttribute(int kernel) : LayerAttribute
{
    int? stride;

    /// <summary>The height and width of the window.</summary>
    public int Kernel { get; } = kernel;

    /// <summary>How far the window moves, in both directions. Default: the kernel's size, so that windows don't overlap.</summary>
    public int Stride
    {
        get => stride ?? Kernel;
        set => stride = value;
    }

    /// <summary>The width of the padding around the image, at most half of the window's. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>The distance of the pixels that a window takes. Default: 1, neighbours.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Whether a window may reach past the end of the padded image, rather than be left out. Default: no.</summary>
    public bool CeilMode { get; set; }
}

/// <summary>The largest value of each window that moves over a sequence [channels, length]. PyTorch's <c>nn.MaxPool1d</c>.</summary>
/// <remarks>Padding is never the largest. The gradient goes to the first of a window's largest values.</remarks>
/// <param name="kernel">The length of the window.</param>
public sealed class MaxPool1dAttribute(int kernel) : LayerAttribute
{
    int? stride;

    /// <summary>The length of the window.</summary>
    public int Kernel { get; } = kernel;

    /// <summary>How far the window moves. Default: the kernel's size, so that windows don't overlap.</summary>
    public int Stride
    {
        get => stride ?? Kernel;
        set => stride = value;
    }

    /// <summary>The padding at each end, at most half of the window's length. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>The distance of the values that a window takes. Default: 1, neighbours.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Whether a window may reach past the end of the padded sequence, rather than be left out. Default: no.</summary>
    public bool CeilMode { get; set; }
}

/// <summary>The mean of each window that moves over an image [channels, height, width]. PyTorch's <c>nn.AvgPool2d</c>.</summary>
/// <param name="kernel">The height and width of the window.</param>
public sealed class AvgPool2dAttribute(int kernel) : LayerAttribute
{
    int? stride;

    /// <summary>The height and width of the window.</summary>
    public int Kernel { get; } = kernel;

    /// <summary>How far the window moves, in both directions. Default: the kernel's size, so that windows don't overlap.</summary>
    public int Stride
    {
        get => stride ?? Kernel;
        set => stride = value;
    }

    /// <summary>The width of the padding around the image, at most half of the window's. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>Whether a window may reach past the end of the padded image, rather than be left out. Default: no.</summary>
    public bool CeilMode { get; set; }

    /// <summary>Whether padding counts as zeros in the mean. Default: yes, as in PyTorch.</summary>
    public bool CountIncludePad { get; set; } = true;
}

/// <summary>The mean of each window that moves over a sequence [channels, length]. PyTorch's <c>nn.AvgPool1d</c>.</summary>
/// <param name="kernel">The length of the window.</param>
public sealed class AvgPool1dAttribute(int kernel) : LayerAttribute
{
    int? stride;

    /// <summary>The length of the window.</summary>
    public int Kernel { get; } = kernel;

    /// <summary>How far the window moves. Default: the kernel's size, so that windows don't overlap.</summary>
    public int Stride
    {
        get => stride ?? Kernel;
        set => stride = value;
    }

    /// <summary>The padding at each end, at most half of the window's length. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>Whether a window may reach past the end of the padded sequence, rather than be left out. Default: no.</summary>
    public bool CeilMode { get; set; }

    /// <summary>Whether padding counts as zeros in the mean. Default: yes, as in PyTorch.</summary>
    public bool CountIncludePad { get; set; } = true;
}

/// <summary>
/// The means of windows that cut an image [channels, height, width] to a given size; of the whole image, where the size is 1: global pooling.
/// PyTorch's <c>nn.AdaptiveAvgPool2d</c>.
/// </summary>
/// <remarks>The window of row i begins at ⌊i · height / rows⌋ and ends before ⌈(i + 1) · height / rows⌉; columns alike.</remarks>
/// <param name="height">The rows of the result.</param>
/// <param name="width">The columns of the result.</param>
public sealed class AdaptiveAvgPool2dAttribute(int height, int width) : LayerAttribute
{
    /// <summary>The means of windows that cut an image to a square.</summary>
    /// <param name="size">The rows and columns of the result.</param>
    public AdaptiveAvgPool2dAttribute(int size = 1) : this(size, size) { }

    /// <summary>The rows of the result.</summary>
    public int Height { get; } = height;

    /// <summary>The columns of the result.</summary>
    public int Width { get; } = width;
}

/// <summary>
/// The means of windows that cut a sequence [channels, length] to a given length; of the whole sequence, where it is 1. PyTorch's <c>nn.AdaptiveAvgPool1d</c>.
/// </summary>
/// <param name="length">The length of the result.</param>
public sealed class AdaptiveAvgPool1dAttribute(int length = 1) : LayerAttribute
{
    /// <summary>The length of the result.</summary>
    public int Length { get; } = length;
}
