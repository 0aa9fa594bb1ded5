using NetGen.Runtime;

namespace NetGen.Gpu;

/// <content>Batches of samples that have as many positions as they like.</content>
public sealed partial class GpuTrainer<TNetwork, TTarget>
{
    /// <summary>The same as <see cref="Step(ReadOnlySpan{float}, ReadOnlySpan{TTarget})"/>, of samples that have as many positions as they like.</summary>
    /// <param name="x">What all positions of the first sample have, then those of the second, and so on, without padding; of several inputs, the first of all samples, then the second.</param>
    /// <param name="lengths">How many positions each sample has; of several inputs, of the first that has positions, then of the second.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions or more than the most, a label isn't one of a class, or an id none of the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">All samples of the network have the same shape.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public void Step(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
    {
        Backward(x, lengths, target);
        Update();
    }

    /// <summary>Forward and backward pass; the gradients of before are replaced.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
    {
        _batches = 0;
        Accumulate(x, lengths, target);
    }

    /// <summary>Forward and backward pass of one of several batches that make one update.</summary>
    /// <param name="x">What all positions of the first sample have, then those of the second, and so on, without padding; of several inputs, the first of all samples, then the second.</param>
    /// <param name="lengths">How many positions each sample has; of several inputs, of the first that has positions, then of the second.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <param name="weight">What the gradient is multiplied with before it is added; 1/k for the mean of k batches.</param>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public void Accumulate(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, float weight = 1)
    {
        ThrowIfNotFinite(weight);
        AccumulateSequences(x, GpuNetwork<TNetwork, TTarget>.OffsetsOf(x.Length, lengths), target, weight);
    }

    /// <summary>Forward pass, backward pass and update of a network that takes ids and whose samples have as many positions as they like.</summary>
    /// <param name="tokens">The ids of the first sample, then those of the second, and so on, without padding.</param>
    /// <param name="lengths">How many positions each sample has; of several inputs, of the first that has positions, then of the second.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions or more than the most, a label isn't one of a class, or an id none of the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The network takes numbers, or numbers and ids, or all of its samples have the same shape.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public void Step(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target) => Step(GpuNetwork<TNetwork, TTarget>.Bits(tokens), lengths, target);

    /// <summary>Forward and backward pass of such a network; the gradients of before are replaced.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public void Backward(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target) => Backward(GpuNetwork<TNetwork, TTarget>.Bits(tokens), lengths, target);

    /// <summary>Forward and backward pass of one of several batches of such a network that make one update.</summary>
    /// <param name="tokens">The ids of the first sample, then those of the second, and so on, without padding.</param>
    /// <param name="lengths">How many positions each sample has; of several inputs, of the first that has positions, then of the second.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <param name="weight">What the gradient is multiplied with before it is added; 1/k for the mean of k batches.</param>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public void Accumulate(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, float weight = 1) =>
        Accumulate(GpuNetwork<TNetwork, TTarget>.Bits(tokens), lengths, target, weight);

    void AccumulateSequences(ReadOnlySpan<float> x, int[] offsets, ReadOnlySpan<TTarget> target, float weight)
    {
        var info = TNetwork.Info;
        BatchCheck.Sequences(info, _training, x, offsets, target);
        var ofOutput = SequenceBatch.OfOutput(info, offsets);
        var samples = ofOutput.Length - 1;
        Run(x, offsets, samples, info.Sequence!.TargetSize > 0 ? ofOutput[^1] : samples, target, weight);
    }
}
