using System.Collections.Immutable;

namespace NetGen.Data;

/// <summary>
/// A linear change of the inputs, y = (x − <see cref="Shift"/>) · <see cref="Scale"/>, with one pair for all values of a sample or one for each.
/// It is computed from the training part alone and then used on every part, and on the inputs of predictions.
/// </summary>
public sealed class Normalization
{
    /// <summary>One shift and one scale for each value of a sample, or one for all.</summary>
    /// <param name="shift">What is subtracted: of length 1, or one for each value of a sample.</param>
    /// <param name="scale">What the difference is multiplied with, as many as <paramref name="shift"/>; finite and not 0.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0, or a number isn't finite, or a scale is 0.</exception>
    public Normalization(ImmutableArray<float> shift, ImmutableArray<float> scale)
    {
        if (shift.IsDefaultOrEmpty || scale.IsDefaultOrEmpty || shift.Length != scale.Length)
        {
            throw new ArgumentException(
                $"A shift and a scale need the same length, at least 1; " +
                $"{(shift.IsDefault ? 0 : shift.Length)} and {(scale.IsDefault ? 0 : scale.Length)} were given.",
                nameof(scale));
        }
        for (var i = 0; i < shift.Length; i++)
        {
            if (!float.IsFinite(shift[i]) || !float.IsFinite(scale[i]) || scale[i] == 0)
                throw new ArgumentException($"The shift {shift[i]} and the scale {scale[i]} of value {i} need to be finite, the scale not 0.", nameof(scale));
        }
        (Shift, Scale) = (shift, scale);
    }

    /// <summary>No change.</summary>
    public static Normalization None { get; } = new([0f], [1f]);

    /// <summary>Bytes from 0 to 255 to the range from 0 to 1.</summary>
    public static Normalization Bytes { get; } = new([0f], [1 / 255f]);

    /// <summary>What is subtracted: of length 1, or one for each value of a sample.</summary>
    public ImmutableArray<float> Shift { get; }

    /// <summary>What the difference is multiplied with.</summary>
    public ImmutableArray<float> Scale { get; }

    /// <summary>Each value of a sample to the range from 0 to 1 between its least and its greatest in the training part. A constant value becomes 0.</summary>
    /// <param name="inputs">The training part, [samples, <paramref name="inputSize"/>].</param>
    /// <param name="inputSize">The number of values of a sample.</param>
    /// <exception cref="ArgumentException">There is no sample, or the length isn't a multiple of <paramref name="inputSize"/>.</exception>
    public static Normalization Range(ReadOnlySpan<float> inputs, int inputSize)
    {
        CheckSize(inputs, inputSize);
        var least = inputs[..inputSize].ToArray();
        var greatest = inputs[..inputSize].ToArray();
        for (var i = inputSize; i < inputs.Length; i++)
        {
            var value = i % inputSize;
            least[value] = Math.Min(least[value], inputs[i]);
            greatest[value] = Math.Max(greatest[value], inputs[i]);
        }
        return new([.. least], [.. greatest.Select((g, i) => Inverse((double)g - least[i]))]);
    }

    /// <summary>Each value of a sample to mean 0 and standard deviation 1 over the training part. A constant value becomes 0.</summary>
    /// <param name="inputs">The training part, [samples, <paramref name="inputSize"/>].</param>
    /// <param name="inputSize">The number of values of a sample.</param>
    /// <exception cref="ArgumentException">There is no sample, or the length isn't a multiple of <paramref name="inputSize"/>.</exception>
    public static Normalization Standard(ReadOnlySpan<float> inputs, int inputSize)
    {
        CheckSize(inputs, inputSize);
        // Two passes: the variance as a difference of large sums would lose its digits.
        var samples = inputs.Length / inputSize;
        var mean = new double[inputSize];
        for (var i = 0; i < inputs.Length; i++)
            mean[i % inputSize] += inputs[i];
        for (var i = 0; i < inputSize; i++)
            mean[i] /= samples;

        var variance = new double[inputSize];
        for (var i = 0; i < inputs.Length; i++)
        {
            var difference = inputs[i] - mean[i % inputSize];
            variance[i % inputSize] += difference * difference;
        }
        return new([.. mean.Select(m => (float)m)], [.. variance.Select(v => Inverse(Math.Sqrt(v / samples)))]);
    }

    /// <summary>Each value of a sample to mean 0 and standard deviation 1 over the training part. A constant value becomes 0.</summary>
    /// <param name="train">The training part.</param>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public static Normalization Standard<TTarget>(IDataset<TTarget> train) where TTarget : unmanaged => Standard(InputsOf(train), train.InputSize);

    /// <summary>Each value of a sample to the range from 0 to 1 between its least and its greatest in the training part. A constant value becomes 0.</summary>
    /// <param name="train">The training part.</param>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public static Normalization Range<TTarget>(IDataset<TTarget> train) where TTarget : unmanaged => Range(InputsOf(train), train.InputSize);

    /// <summary>All values alike, bytes to mean 0 and standard deviation 1 over the training part: the usual choice for images.</summary>
    /// <param name="inputs">The training part's bytes.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Normalization Standard(ReadOnlySpan<byte> inputs)
    {
        if (inputs.IsEmpty)
            throw new ArgumentException("At least one value is needed.", nameof(inputs));

        Span<long> counts = stackalloc long[256];
        foreach (var value in inputs)
            counts[value]++;
        double mean = 0, variance = 0;
        for (var value = 0; value < 256; value++)
            mean += (double)value * counts[value] / inputs.Length;
        for (var value = 0; value < 256; value++)
            variance += (value - mean) * (value - mean) * counts[value] / inputs.Length;
        return new([(float)mean], [Inverse(Math.Sqrt(variance))]);
    }

    /// <summary>Changes samples in place.</summary>
    /// <param name="inputs">[samples, values].</param>
    /// <exception cref="ArgumentException">The length isn't a multiple of the number of values.</exception>
    public void Apply(Span<float> inputs)
    {
        Check(inputs);
        var shift = Shift.AsSpan();
        var scale = Scale.AsSpan();
        if (shift.Length == 1)
        {
            foreach (ref var x in inputs)
                x = (x - shift[0]) * scale[0];
            return;
        }
        for (; !inputs.IsEmpty; inputs = inputs[shift.Length..])
        {
            for (var i = 0; i < shift.Length; i++)
                inputs[i] = (inputs[i] - shift[i]) * scale[i];
        }
    }

    /// <summary>Takes the change back, in place: x = y / <see cref="Scale"/> + <see cref="Shift"/>.</summary>
    /// <param name="inputs">[samples, values].</param>
    /// <exception cref="ArgumentException">The length isn't a multiple of the number of values.</exception>
    public void Invert(Span<float> inputs)
    {
        Check(inputs);
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = (inputs[i] / Scale[i % Scale.Length]) + Shift[i % Shift.Length];
    }

    /// <summary>Fails where the normalisation is for samples of another size.</summary>
    internal void CheckFits(int inputSize, string parameter)
    {
        if (Shift.Length != 1 && Shift.Length != inputSize)
            throw new ArgumentException($"The normalisation is for {Shift.Length} values a sample; the samples have {inputSize}.", parameter);
    }

    void Check(Span<float> inputs)
    {
        if (inputs.Length % Shift.Length != 0)
            throw new ArgumentException($"{inputs.Length} values aren't whole samples of {Shift.Length}.", nameof(inputs));
    }

    static void CheckSize(ReadOnlySpan<float> inputs, int inputSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        if (inputs.IsEmpty || inputs.Length % inputSize != 0)
            throw new ArgumentException($"{inputs.Length} values aren't one or more whole samples of {inputSize}.", nameof(inputs));
    }

    static float[] InputsOf<TTarget>(IDataset<TTarget> dataset) where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var inputs = new float[checked(dataset.Count * dataset.InputSize)];
        dataset.Read([.. Enumerable.Range(0, dataset.Count)], inputs, new TTarget[checked(dataset.Count * dataset.TargetSize)]);
        return inputs;
    }

    static float Inverse(double spread)
    {
        var inverse = (float)(1 / spread);
        return float.IsFinite(inverse) && inverse > 0 ? inverse : 1;
    }
}
