namespace NetGen.Runtime;

/// <summary>What group normalisation knows of a sample's groups, from numbers of its channels and as numbers of its channels.</summary>
public static unsafe class GroupNormalization
{
    /// <summary>Mean and 1/√(variance + epsilon) of each group, once for each of its channels.</summary>
    /// <param name="moments">The means of the channels and, a pitch later, their sums of squared differences.</param>
    /// <param name="statistics">Receives the groups' means and, a pitch later, the inverse deviations. Padding becomes zero.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="pitch">The channels with their padding.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="pixels">The values of a channel.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static void Statistics(float* moments, float* statistics, int channels, int pitch, int groups, int pixels, float epsilon)
    {
        var size = channels / groups;
        for (int first = 0; first < channels; first += size)
        {
            var sum = 0f;
            for (int c = first; c < first + size; c++) sum += moments[c];
            var mean = sum / size;
            // Channels have equally many values, so that the squares of all are those within channels and those between their means (Chan et al. 1979).
            var (within, between) = (0f, 0f);
            for (int c = first; c < first + size; c++)
            {
                var difference = moments[c] - mean;
                within += moments[pitch + c];
                between += difference * difference;
            }
            var scale = 1 / MathF.Sqrt((within + between * pixels) / ((float)size * pixels) + epsilon);
            for (int c = first; c < first + size; c++)
            {
                statistics[c] = mean;
                statistics[pitch + c] = scale;
            }
        }
        Clear(statistics, channels, pitch);
    }

    /// <summary>
    /// What the gradient of the input is made of, ∂y · weight / σ + x · factor + offset: with a and b the means of ∂y · weight and of ∂y · weight · x̂ over the
    /// group, the factor is −b / σ² and the offset −a / σ − mean · factor.
    /// </summary>
    /// <param name="sums">Σ ∂y of the channels and, a pitch later, Σ ∂y x̂.</param>
    /// <param name="statistics">The groups' means and, a pitch later, the inverse deviations, for each channel.</param>
    /// <param name="weight">The weight of each channel; null for ones.</param>
    /// <param name="factors">Receives the factors and, a pitch later, the offsets. Padding becomes zero.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="pitch">The channels with their padding.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="pixels">The values of a channel.</param>
    public static void GradientFactors(float* sums, float* statistics, float* weight, float* factors, int channels, int pitch, int groups, int pixels)
    {
        var size = channels / groups;
        for (int first = 0; first < channels; first += size)
        {
            var (a, b) = (0f, 0f);
            for (int c = first; c < first + size; c++)
            {
                var w = weight == null ? 1 : weight[c];
                a += sums[c] * w;
                b += sums[pitch + c] * w;
            }
            var (mean, scale, count) = (statistics[first], statistics[pitch + first], (float)size * pixels);
            var factor = -scale * scale * b / count;
            var offset = -scale * a / count - mean * factor;
            for (int c = first; c < first + size; c++)
            {
                factors[c] = factor;
                factors[pitch + c] = offset;
            }
        }
        Clear(factors, channels, pitch);
    }

    static void Clear(float* numbers, int channels, int pitch)
    {
        new Span<float>(numbers + channels, pitch - channels).Clear();
        new Span<float>(numbers + pitch + channels, pitch - channels).Clear();
    }
}
