namespace NetGen;

/// <summary>A network whose samples have as many positions as they like, up to a number, which <see cref="NetworkInfo.Sequence"/> tells.</summary>
public interface ISequenceNetwork
{
    /// <summary>The outputs of a batch. Several threads may call it at once; nothing is allocated once its buffers exist.</summary>
    /// <param name="x">
    /// The values, or the bits of the ids, of all positions of the first sample, then of the second, and so on, without padding. Of several inputs,
    /// <see cref="NetworkInfo.Inputs"/>, the first one of all samples, then the second, and so on.
    /// </param>
    /// <param name="lengths">How many positions each sample has; of several inputs that have positions, of the first, then of the second, and so on.</param>
    /// <param name="y">Receives the output of each position in the same order, or one for each sample.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions, or more than the most.</exception>
    void Predict(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, Span<float> y);
}
