namespace NetGen.Data;

/// <summary>The shape of an image, <c>[channels, height, width]</c>: channel after channel, row after row.</summary>
public readonly record struct ImageShape
{
    /// <summary>A shape.</summary>
    /// <param name="channels">1 for grey images, 3 for red, green and blue.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="width">The width in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size isn't positive.</exception>
    /// <exception cref="OverflowException">An image has more than 2³¹ − 1 values.</exception>
    public ImageShape(int channels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        _ = checked(channels * height * width);
        (Channels, Height, Width) = (channels, height, width);
    }

    /// <summary>1 for grey images, 3 for red, green and blue.</summary>
    public int Channels { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The values of a channel: height · width.</summary>
    public int Pixels => Height * Width;

    /// <summary>The values of an image: channels · height · width.</summary>
    public int Size => Channels * Pixels;

    /// <summary>The shape as in a network's declaration: <c>[3, 224, 224]</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"[{Channels}, {Height}, {Width}]");
}
