using NetGen.Runtime;

namespace NetGen;

// Batches of samples that have as many positions as they like.
public unsafe partial class Trainer<TNetwork, TTarget>
{
    int[] _offsets = [];
    int _pending;

    /// <summary>The same as <see cref="Step"/>, of samples that have as many positions as they like.</summary>
    /// <param name="x">What all positions of the first sample have, then those of the second, and so on, without padding.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <returns>The mean loss of the batch, before the update.</returns>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions or more than the most, a label isn't one of a class, or an id none of the vocabulary.</exception>
    protected float StepSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
    {
        var loss = BackwardSequences(x, lengths, target);
        Update();
        return loss;
    }

    /// <summary>The same as <see cref="Backward"/>, of samples that have as many positions as they like.</summary>
    /// <inheritdoc cref="StepSequences"/>
    protected float BackwardSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
    {
        _batches = 0;
        return AccumulateSequences(x, lengths, target);
    }

    /// <summary>The same as <see cref="Accumulate"/>, of samples that have as many positions as they like.</summary>
    /// <inheritdoc cref="StepSequences"/>
    /// <param name="x">What all positions of the first sample have, then those of the second, and so on, without padding.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <param name="weight">What the gradient is multiplied with before it is added.</param>
    protected float AccumulateSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, float weight = 1)
    {
        ThrowIfNotFinite(weight);
        SequenceBatch.Fill(_info.Sequence!, x.Length, lengths, Offsets(lengths.Length), nameof(x));
        return AccumulateSequences(x, target, weight);
    }

    /// <summary>The batch whose positions begin where the offsets say.</summary>
    float AccumulateSequences(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target, float weight)
    {
        var offsets = _offsets.AsSpan(0, _pending + 1);
        BatchCheck.Sequences(_info, _training, x, offsets, target);
        Reserve(_pending, offsets[^1], nameof(x));
        return Run(x, target, weight);
    }

    /// <summary>Places for where the positions of samples begin, which stay where they are while a pass reads them.</summary>
    Span<int> Offsets(int samples)
    {
        if (_offsets.Length <= samples) _offsets = GC.AllocateUninitializedArray<int>(samples + 1, pinned: true);
        _pending = samples;
        return _offsets.AsSpan(0, samples + 1);
    }

    /// <summary>How many losses there are: one for each sample, or for each position that has a target.</summary>
    int LossesOf(int samples, int positions) => _info.Sequence is { TargetSize: > 0 } ? positions : samples;

    /// <summary>Floating-point operations of the batch's forward and backward pass.</summary>
    long Flops => _info.Sequence is { } sequence ? _training.Flops * _positions / sequence.Max : _training.Flops * _samples;
}
