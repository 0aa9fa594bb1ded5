using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>Turns images about their centre by a random angle, with bilinear interpolation. What comes in from outside has the value of the fill.</summary>
public sealed class RandomRotation : ImageTransform
{
    /// <summary>By an angle between −<paramref name="degrees"/> and <paramref name="degrees"/>.</summary>
    /// <param name="degrees">The largest angle, at least 0.</param>
    /// <param name="fill">The value outside of the image, as values are at this place: 0 is black unless the images were normalised before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The angle is negative, or a number isn't finite.</exception>
    public RandomRotation(double degrees, double fill = 0)
        : this(-degrees, degrees, fill)
    {
    }

    /// <summary>By an angle between two, counter-clockwise.</summary>
    /// <param name="minimum">The smallest angle in degrees.</param>
    /// <param name="maximum">The largest angle in degrees.</param>
    /// <param name="fill">The value outside of the image.</param>
    /// <exception cref="ArgumentOutOfRangeException">The largest is less than the smallest, or a number isn't finite.</exception>
    public RandomRotation(double minimum, double maximum, double fill)
    {
        if (!float.IsFinite((float)minimum) || !float.IsFinite((float)maximum) || maximum < minimum)
            throw new ArgumentOutOfRangeException(nameof(maximum), maximum, FormattableString.Invariant($"There are no angles from {minimum} to {maximum}."));
        (Minimum, Maximum, Fill) = ((float)minimum, (float)maximum, CheckedFill(fill));
    }

    /// <summary>The smallest angle in degrees, counter-clockwise.</summary>
    public float Minimum { get; }

    /// <summary>The largest angle in degrees, counter-clockwise.</summary>
    public float Maximum { get; }

    /// <summary>The value outside of the image.</summary>
    public float Fill { get; }

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random)
    {
        var degrees = Minimum + (double)random.NextSingle() * (Maximum - Minimum);
        var (sin, cos) = Math.SinCos(degrees * (Math.PI / 180));
        var (centerX, centerY) = ((shape.Width - 1) / 2.0, (shape.Height - 1) / 2.0);
        for (var y = 0; y < shape.Height; y++)
        {
            for (var x = 0; x < shape.Width; x++)
            {
                // Where the value comes from: turned back. Rows are counted downwards.
                var (dx, dy) = (x - centerX, y - centerY);
                var (fromX, fromY) = (dx * cos - dy * sin + centerX, dx * sin + dy * cos + centerY);
                var (left, top) = ((int)Math.Floor(fromX), (int)Math.Floor(fromY));
                var (right, below) = ((float)(fromX - left), (float)(fromY - top));
                for (var channel = 0; channel < shape.Channels; channel++)
                {
                    var plane = image.Slice(channel * shape.Pixels, shape.Pixels);
                    var above = Value(plane, shape, top, left) * (1 - right) + Value(plane, shape, top, left + 1) * right;
                    var under = Value(plane, shape, top + 1, left) * (1 - right) + Value(plane, shape, top + 1, left + 1) * right;
                    result[channel * shape.Pixels + y * shape.Width + x] = above * (1 - below) + under * below;
                }
            }
        }
    }

    float Value(ReadOnlySpan<float> plane, ImageShape shape, int y, int x) =>
        (uint)y < (uint)shape.Height && (uint)x < (uint)shape.Width ? plane[y * shape.Width + x] : Fill;
}
