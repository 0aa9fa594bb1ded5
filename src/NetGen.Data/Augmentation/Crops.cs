using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>
/// Cuts a part out at a random place, after a border was put around the image: with the image's own size and a border of a few pixels it shifts the image.
/// </summary>
/// <param name="height">The part's height.</param>
/// <param name="width">The part's width.</param>
/// <param name="padding">How wide the border is, on each side.</param>
/// <param name="fill">The border's value, as values are at this place: 0 is black unless the images were normalised before.</param>
/// <exception cref="ArgumentOutOfRangeException">A size isn't positive, the padding is negative, or the fill isn't finite.</exception>
public sealed class RandomCrop(int height, int width, int padding = 0, double fill = 0) : ImageTransform
{
    /// <summary>The part's height.</summary>
    public int Height { get; } = Crop.Positive(height, nameof(height));

    /// <summary>The part's width.</summary>
    public int Width { get; } = Crop.Positive(width, nameof(width));

    /// <summary>How wide the border is, on each side.</summary>
    public int Padding { get; } = padding >= 0 ? padding : throw new ArgumentOutOfRangeException(nameof(padding), padding, "A border can't be negative.");

    /// <summary>The border's value.</summary>
    public float Fill { get; } = CheckedFill(fill);

    /// <inheritdoc/>
    public override ImageShape OutputShape(ImageShape shape) => Crop.OutputShape(this, shape, Height, Width, Padding);

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random)
    {
        var top = random.NextInt(shape.Height + 2 * Padding - Height + 1) - Padding;
        var left = random.NextInt(shape.Width + 2 * Padding - Width + 1) - Padding;
        Crop.Copy(image, shape, result, Height, Width, top, left, Fill);
    }
}

/// <summary>Cuts the middle out: for validation and tests what <see cref="RandomCrop"/> is for training.</summary>
/// <param name="height">The part's height.</param>
/// <param name="width">The part's width.</param>
/// <exception cref="ArgumentOutOfRangeException">A size isn't positive.</exception>
public sealed class CenterCrop(int height, int width) : ImageTransform
{
    /// <summary>The part's height.</summary>
    public int Height { get; } = Crop.Positive(height, nameof(height));

    /// <summary>The part's width.</summary>
    public int Width { get; } = Crop.Positive(width, nameof(width));

    /// <inheritdoc/>
    public override bool IsRandom => false;

    /// <inheritdoc/>
    public override ImageShape OutputShape(ImageShape shape) => Crop.OutputShape(this, shape, Height, Width, padding: 0);

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random) =>
        Crop.Copy(image, shape, result, Height, Width, (shape.Height - Height) / 2, (shape.Width - Width) / 2, 0);
}

/// <summary>What crops have in common.</summary>
static class Crop
{
    public static int Positive(int size, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, name);
        return size;
    }

    public static ImageShape OutputShape(ImageTransform crop, ImageShape shape, int height, int width, int padding) =>
        height <= shape.Height + 2L * padding && width <= shape.Width + 2L * padding
            ? new(shape.Channels, height, width)
            : throw new ArgumentException(
                $"{crop.GetType().Name} of {height} × {width} needs images at least as large; " +
                $"these have {shape.Height} × {shape.Width} and a border of {padding}.",
                nameof(shape));

    /// <summary>Copies a part, which may reach over the image's edges.</summary>
    public static void Copy(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, int height, int width, int top, int left, float fill)
    {
        var first = Math.Clamp(-left, 0, width);
        var end = Math.Clamp(shape.Width - left, first, width);
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var y = 0; y < height; y++, result = result[width..])
            {
                var from = top + y;
                if ((uint)from >= (uint)shape.Height || first == end)
                {
                    result[..width].Fill(fill);
                    continue;
                }
                result[..first].Fill(fill);
                image.Slice((channel * shape.Height + from) * shape.Width + left + first, end - first).CopyTo(result[first..]);
                result[end..width].Fill(fill);
            }
        }
    }
}
