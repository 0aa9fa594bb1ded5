using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>Swaps left and right with a probability.</summary>
/// <param name="probability">The probability, from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability isn't one.</exception>
public sealed class RandomHorizontalFlip(double probability = 0.5) : ImageTransform
{
    /// <summary>The probability, from 0 to 1.</summary>
    public float Probability { get; } = CheckedProbability(probability);

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random)
    {
        image.CopyTo(result);
        if (random.NextSingle() >= Probability)
            return;
        for (; !result.IsEmpty; result = result[shape.Width..])
            result[..shape.Width].Reverse();
    }
}

/// <summary>Swaps top and bottom with a probability.</summary>
/// <param name="probability">The probability, from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability isn't one.</exception>
public sealed class RandomVerticalFlip(double probability = 0.5) : ImageTransform
{
    /// <summary>The probability, from 0 to 1.</summary>
    public float Probability { get; } = CheckedProbability(probability);

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random)
    {
        if (random.NextSingle() >= Probability)
        {
            image.CopyTo(result);
            return;
        }
        for (var row = 0; row < shape.Channels * shape.Height; row++)
        {
            var (channel, y) = Math.DivRem(row, shape.Height);
            var mirrored = channel * shape.Height + shape.Height - 1 - y;
            image.Slice(mirrored * shape.Width, shape.Width).CopyTo(result[(row * shape.Width)..]);
        }
    }
}
