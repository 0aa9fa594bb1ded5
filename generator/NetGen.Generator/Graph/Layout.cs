using NetGen.Generator.Ops;

namespace NetGen.Generator.Graph;

/// <summary>
/// How an image lies in an arena: rows of pixels, each pixel's channels side by side and padded to whole vectors with zeros, and around the image a border of
/// zeros as wide as those that read it need, so that no edge is special. A sequence is an image of one row, a vector an image of one pixel.
/// Or the images of <see cref="LanesWidth"/> samples lie together: a plane for each channel, in which each pixel has a number for each of the samples, so that
/// vectors are whole however few channels there are.
/// </summary>
/// <param name="Channels">The channels, or the samples that lie together.</param>
/// <param name="Height">The rows.</param>
/// <param name="Width">The pixels of a row.</param>
/// <param name="ChannelPitch">The floats from a pixel to the next.</param>
/// <param name="Border">The border.</param>
/// <param name="Planes">The channels where samples lie together; else 0.</param>
sealed record Layout(int Channels, int Height, int Width, int ChannelPitch, Border Border, int Planes = 0)
{
    /// <summary>The samples that lie together, in the lanes of vectors.</summary>
    public const int LanesWidth = 16;

    /// <summary>Whether samples lie together.</summary>
    public bool InLanes => Planes > 0;

    /// <summary>The floats from a row to the next.</summary>
    public int RowPitch => checked((Border.Left + Width + Border.Right) * ChannelPitch);

    /// <summary>The floats of a sample, border included.</summary>
    public int Floats => InLanes ? checked(Planes * Height * Width) : ImageFloats;

    /// <summary>The floats of an image, or of a plane where samples lie together, border included.</summary>
    public int ImageFloats => Panels.Padded(checked((Border.Top + Height + Border.Bottom) * RowPitch));

    /// <summary>Where the first pixel is.</summary>
    public int Origin => At(0, 0);

    /// <summary>Whether the image is one pixel and lies as a vector does.</summary>
    public bool IsVector => !InLanes && (Height, Width) == (1, 1) && Border.IsNone && ChannelPitch == Panels.Padded(Channels);

    /// <summary>Whether pixels follow each other without gaps.</summary>
    public bool IsContiguous => Border.IsNone;

    public int Pixels => Height * Width;

    /// <summary>Where a pixel is.</summary>
    public int At(int y, int x) => checked((Border.Top + y) * RowPitch + (Border.Left + x) * ChannelPitch);

    /// <summary>The layout of an image of a shape.</summary>
    /// <param name="shape">[channels, height, width], [channels, length] or [channels].</param>
    /// <param name="border">What readers need around it.</param>
    /// <param name="packed">Whether channels aren't padded, for images that are read one number at a time.</param>
    public static Layout Of(Shape shape, Border border, bool packed = false)
    {
        var (channels, height, width) = Sizes(shape);
        return new(channels, height, width, packed ? channels : Panels.Padded(channels), border);
    }

    /// <summary>The layout of images of a shape whose samples lie together. They have no borders.</summary>
    /// <param name="shape">[channels, height, width] or [channels, length].</param>
    public static Layout OfLanes(Shape shape)
    {
        var (channels, height, width) = Sizes(shape);
        return new(LanesWidth, height, width, LanesWidth, Border.None, channels);
    }

    /// <summary>Channels, height and width of a shape.</summary>
    public static (int Channels, int Height, int Width) Sizes(Shape shape) => shape.Rank switch
    {
        1 => (shape.Axes[0], 1, 1),
        2 => (shape.Axes[0], 1, shape.Axes[1]),
        3 => (shape.Axes[0], shape.Axes[1], shape.Axes[2]),
        _ => throw new InvalidOperationException($"{shape} is not an image."),
    };

    public override string ToString() => InLanes ? $"chw{ChannelPitch}" : $"{(ChannelPitch == Channels ? "hwc" : $"hwc/{ChannelPitch}")}{(Border.IsNone ? "" : $" {Border}")}";
}

/// <summary>Rows and columns of zeros around an image.</summary>
sealed record Border(int Top, int Left, int Bottom, int Right)
{
    public static readonly Border None = new(0, 0, 0, 0);

    public bool IsNone => this == None;

    /// <summary>A border that serves both.</summary>
    public Border Union(Border other) =>
        new(Math.Max(Top, other.Top), Math.Max(Left, other.Left), Math.Max(Bottom, other.Bottom), Math.Max(Right, other.Right));

    public override string ToString() => Top == Left && Left == Bottom && Bottom == Right ? $"+{Top}" : $"+{Top},{Left},{Bottom},{Right}";
}

/// <summary>How an op wants a value to lie in memory, or gives it.</summary>
enum Form
{
    /// <summary>In row-major order, as files and callers have it.</summary>
    Dense,

    /// <summary>Channels innermost, see <see cref="Layout"/>.</summary>
    Image,

    /// <summary>As <see cref="Image"/>; channels need not be padded, because they are read one at a time.</summary>
    PackedImage,

    /// <summary>As an image where one of the op's operands is one, else in order.</summary>
    Same,

    /// <summary>However it is: the op doesn't read it.</summary>
    Any,
}
