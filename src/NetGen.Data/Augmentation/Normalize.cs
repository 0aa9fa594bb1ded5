using System.Collections.Immutable;
using NetGen.Runtime;

namespace NetGen.Data;

/// <summary>Subtracts a mean from each channel and divides by a standard deviation, as the last of the transforms: y = (x − mean) / deviation.</summary>
public sealed class Normalize : ImageTransform
{
    /// <summary>A normalisation with given numbers, such as those a pretrained network was trained with.</summary>
    /// <param name="mean">The mean of each channel, or one for all.</param>
    /// <param name="deviation">The standard deviation of each channel, or one for all; as many as means.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0, a number isn't finite, or a deviation isn't positive.</exception>
    public Normalize(ImmutableArray<float> mean, ImmutableArray<float> deviation)
    {
        if (mean.IsDefaultOrEmpty || deviation.IsDefaultOrEmpty || mean.Length != deviation.Length)
        {
            throw new ArgumentException(
                $"Means and standard deviations need the same length, at least 1; " +
                $"{(mean.IsDefault ? 0 : mean.Length)} and {(deviation.IsDefault ? 0 : deviation.Length)} were given.",
                nameof(deviation));
        }
        for (var i = 0; i < mean.Length; i++)
        {
            if (!float.IsFinite(mean[i]) || !float.IsFinite(deviation[i]) || deviation[i] <= 0)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The mean {mean[i]} and the standard deviation {deviation[i]} of channel {i} need to be finite, the deviation positive."),
                    nameof(deviation));
            }
        }
        (Mean, Deviation) = (mean, deviation);
    }

    /// <summary>The normalisation that gives each channel of the training part mean 0 and standard deviation 1. A constant channel becomes 0.</summary>
    /// <param name="train">The training part.</param>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static Normalize Standard(ImageDataset train)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (train.Count == 0)
            throw new ArgumentException("There is no image.", nameof(train));
        if (train.Normalization.Shift.Length > 1)
            throw new ArgumentException("The images are normalised already, each value by itself.", nameof(train));
        var channels = Enumerable.Range(0, train.Shape.Channels).Select(channel => Histogram(train, channel)).ToArray();
        // The transform sees what the dataset's own normalisation makes of bytes.
        var (shift, scale) = (train.Normalization.Shift[0], train.Normalization.Scale[0]);
        return new(
            [.. channels.Select(channel => (float)((channel.Mean - shift) * scale))],
            [.. channels.Select(channel => channel.Deviation > 0 ? (float)(channel.Deviation * Math.Abs(scale)) : 1)]);
    }

    /// <summary>The same of any images, such as the training part of a split, which are read twice.</summary>
    /// <param name="train">The training part.</param>
    /// <exception cref="ArgumentException">There is no image, or the dataset doesn't say which shape its images have.</exception>
    public static Normalize Standard<TTarget>(IDataset<TTarget> train) where TTarget : unmanaged
    {
        if (train is ImageDataset images)
            return Standard(images);
        var shape = AugmentationExtensions.ShapeOf(train);
        if (train.Count == 0)
            throw new ArgumentException("There is no image.", nameof(train));
        var (x, target) = (new float[train.InputSize], new TTarget[train.TargetSize]);
        var mean = Average(static (value, _) => value, new double[shape.Channels]);
        var variance = Average(static (value, mean) => (value - mean) * (value - mean), mean);
        return new([.. mean.Select(m => (float)m)], [.. variance.Select(v => v > 0 ? (float)Math.Sqrt(v) : 1)]);

        double[] Average(Func<float, double, double> of, double[] means)
        {
            var sums = new double[shape.Channels];
            for (var image = 0; image < train.Count; image++)
            {
                train.Read([image], x, target);
                for (var i = 0; i < x.Length; i++)
                    sums[i / shape.Pixels] += of(x[i], means[i / shape.Pixels]);
            }
            return [.. sums.Select(sum => sum / ((double)train.Count * shape.Pixels))];
        }
    }

    /// <summary>The mean of each channel, or one for all.</summary>
    public ImmutableArray<float> Mean { get; }

    /// <summary>The standard deviation of each channel, or one for all.</summary>
    public ImmutableArray<float> Deviation { get; }

    /// <inheritdoc/>
    public override bool IsRandom => false;

    /// <inheritdoc/>
    public override ImageShape OutputShape(ImageShape shape) => Mean.Length == 1 || Mean.Length == shape.Channels
        ? shape
        : throw new ArgumentException($"The normalisation is for {Mean.Length} channels; the images have {shape.Channels}.", nameof(shape));

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random)
    {
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var which = Mean.Length == 1 ? 0 : channel;
            var (mean, scale) = (Mean[which], 1 / Deviation[which]);
            var first = channel * shape.Pixels;
            for (var i = first; i < first + shape.Pixels; i++)
                result[i] = (image[i] - mean) * scale;
        }
    }

    /// <summary>Mean and standard deviation of a channel's bytes, from how often there is each.</summary>
    static (double Mean, double Deviation) Histogram(ImageDataset images, int channel)
    {
        Span<long> counts = stackalloc long[256];
        for (var image = 0; image < images.Count; image++)
        {
            foreach (var value in images.Image(image).Span.Slice(channel * images.Shape.Pixels, images.Shape.Pixels))
                counts[value]++;
        }
        var pixels = (double)images.Count * images.Shape.Pixels;
        double mean = 0, variance = 0;
        for (var value = 0; value < counts.Length; value++)
            mean += value * counts[value] / pixels;
        for (var value = 0; value < counts.Length; value++)
            variance += (value - mean) * (value - mean) * counts[value] / pixels;
        return (mean, Math.Sqrt(variance));
    }
}
