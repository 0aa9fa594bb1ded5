using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>Overwrites a rectangle of random size, proportions and place with a value, so that a network learns not to depend on one detail.</summary>
/// <remarks>
/// Zhong, Zheng, Kang, Li, Yang, "Random erasing data augmentation", AAAI 2020, arXiv:1708.04896. Defaults and details are torchvision's: a rectangle has less
/// than the image's height and width, and where ten draws give none, nothing is erased.
/// </remarks>
public sealed class RandomErasing : ImageTransform
{
    const int Attempts = 10;

    /// <summary>How often and how much is erased.</summary>
    /// <param name="probability">The probability that something is, from 0 to 1.</param>
    /// <param name="minArea">The smallest share of the image's area.</param>
    /// <param name="maxArea">The largest share, at most 1.</param>
    /// <param name="minAspect">The smallest ratio of height and width.</param>
    /// <param name="maxAspect">The largest ratio of height and width.</param>
    /// <param name="fill">What the rectangle is filled with, in all channels; null for noise of the standard normal distribution.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range, or a largest is less than a smallest.</exception>
    public RandomErasing(
        double probability = 0.5, double minArea = 0.02, double maxArea = 0.33, double minAspect = 0.3, double maxAspect = 3.3, double? fill = 0)
    {
        if (!((float)minArea > 0 && minArea <= maxArea && maxArea <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(maxArea), maxArea, FormattableString.Invariant(
                $"Shares from {minArea} to {maxArea} aren't within 0 and 1."));
        }
        if (!((float)minAspect > 0 && minAspect <= maxAspect && float.IsFinite((float)maxAspect)))
        {
            throw new ArgumentOutOfRangeException(nameof(maxAspect), maxAspect, FormattableString.Invariant(
                $"Ratios from {minAspect} to {maxAspect} are none."));
        }
        (Probability, MinArea, MaxArea, MinAspect, MaxAspect) = (CheckedProbability(probability), (float)minArea, (float)maxArea, (float)minAspect, (float)maxAspect);
        Fill = fill is { } value ? CheckedFill(value) : null;
    }

    /// <summary>The probability that something is erased.</summary>
    public float Probability { get; }

    /// <summary>The smallest share of the image's area.</summary>
    public float MinArea { get; }

    /// <summary>The largest share of the image's area.</summary>
    public float MaxArea { get; }

    /// <summary>The smallest ratio of height and width.</summary>
    public float MinAspect { get; }

    /// <summary>The largest ratio of height and width.</summary>
    public float MaxAspect { get; }

    /// <summary>What the rectangle is filled with; null for noise.</summary>
    public float? Fill { get; }

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random)
    {
        image.CopyTo(result);
        if (random.NextSingle() >= Probability)
            return;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = shape.Pixels * (MinArea + (double)random.NextSingle() * (MaxArea - MinArea));
            // As likely to be twice as high as wide as the other way round.
            var (least, greatest) = (Math.Log(MinAspect), Math.Log(MaxAspect));
            var aspect = Math.Exp(least + random.NextSingle() * (greatest - least));
            var (height, width) = ((int)Math.Round(Math.Sqrt(area * aspect)), (int)Math.Round(Math.Sqrt(area / aspect)));
            if (height >= shape.Height || width >= shape.Width)
                continue;
            var top = random.NextInt(shape.Height - height + 1);
            var left = random.NextInt(shape.Width - width + 1);
            for (var row = 0; row < shape.Channels * height; row++)
            {
                var (channel, y) = Math.DivRem(row, height);
                Erase(result.Slice(channel * shape.Pixels + (top + y) * shape.Width + left, width), random);
            }
            return;
        }
    }

    void Erase(Span<float> row, PhiloxGenerator random)
    {
        if (Fill is { } value)
        {
            row.Fill(value);
            return;
        }
        foreach (ref var pixel in row)
            pixel = random.NextNormal();
    }
}
