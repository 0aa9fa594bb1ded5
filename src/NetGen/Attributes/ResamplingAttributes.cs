namespace NetGen;

/// <summary>How <see cref="UpsampleAttribute"/> fills in pixels.</summary>
public enum UpsampleMode
{
    /// <summary>Each pixel is a copy of the one it falls on: row i of the result is row ⌊i · height / rows⌋.</summary>
    Nearest,

    /// <summary>Each pixel is interpolated between the four around it, linearly along both axes.</summary>
    Bilinear,
}

/// <summary>Scales an image [channels, height, width] to another size. PyTorch's <c>nn.Upsample</c>.</summary>
public sealed class UpsampleAttribute : LayerAttribute
{
    /// <summary>Scales by a whole factor.</summary>
    /// <param name="scale">How many times as high and as wide the result is.</param>
    public UpsampleAttribute(int scale) => Scale = scale;

    /// <summary>Scales to a size.</summary>
    /// <param name="height">The rows of the result.</param>
    /// <param name="width">The columns of the result.</param>
    public UpsampleAttribute(int height, int width) => (Height, Width) = (height, width);

    /// <summary>How many times as high and as wide the result is; null where its size is given.</summary>
    public int? Scale { get; }

    /// <summary>The rows of the result; 0 where the scale is given.</summary>
    public int Height { get; }

    /// <summary>The columns of the result; 0 where the scale is given.</summary>
    public int Width { get; }

    /// <summary>How pixels are filled in. Default: by copies of the nearest.</summary>
    public UpsampleMode Mode { get; set; }

    /// <summary>
    /// Whether the centres of the corner pixels of both images lie on each other, rather than the images' corners. For <see cref="UpsampleMode.Bilinear"/>.
    /// Default: no.
    /// </summary>
    public bool AlignCorners { get; set; }
}

/// <summary>Puts zeros around an image [channels, height, width]. PyTorch's <c>nn.ZeroPad2d</c>.</summary>
/// <param name="left">The columns of zeros before the image.</param>
/// <param name="right">The columns of zeros after it.</param>
/// <param name="top">The rows of zeros before the image.</param>
/// <param name="bottom">The rows of zeros after it.</param>
public sealed class ZeroPad2dAttribute(int left, int right, int top, int bottom) : LayerAttribute
{
    /// <summary>Puts a frame of zeros around an image.</summary>
    /// <param name="padding">The width of the frame.</param>
    public ZeroPad2dAttribute(int padding) : this(padding, padding, padding, padding) { }

    /// <summary>The columns of zeros before the image.</summary>
    public int Left { get; } = left;

    /// <summary>The columns of zeros after it.</summary>
    public int Right { get; } = right;

    /// <summary>The rows of zeros before the image.</summary>
    public int Top { get; } = top;

    /// <summary>The rows of zeros after it.</summary>
    public int Bottom { get; } = bottom;
}

/// <summary>
/// Turns channels into pixels: [channels · factor², height, width] becomes [channels, height · factor, width · factor]. Pixel (i, j) of a block of the result
/// is the input's channel c · factor² + i · factor + j. Shi et al. 2016, PyTorch's <c>nn.PixelShuffle</c>.
/// </summary>
/// <param name="factor">How many times as high and as wide the result is.</param>
public sealed class PixelShuffleAttribute(int factor) : LayerAttribute
{
    /// <summary>How many times as high and as wide the result is.</summary>
    public int Factor { get; } = factor;
}
