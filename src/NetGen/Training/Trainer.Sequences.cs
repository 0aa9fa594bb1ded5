using NetGen.Runtime;

namespace NetGen;

// Batches of samples that have as many positions as they like.
public unsafe partial class Trainer<TNetwork, TTarget>
{
    int[] _offsets = [];
    int[] _positionsOf = [];
    int _pending;

    /// <summary>The positions of the batch, all inputs together.</summary>
    long _work;

    /// <summary>The same as <see cref="Step"/>, of samples that have as many positions as they like.</summary>
    /// <param name="x">
    /// What all positions of the first sample have, then those of the second, and so on, without padding; of several inputs, the first of all samples, then the
    /// second.
    /// </param>
    /// <param name="lengths">How many positions each sample has; of several inputs, of the first that has positions, then of the second.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <returns>The mean loss of the batch, before the update; for a network without a loss the sum of the outputs, each times its gradient.</returns>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A sample has no positions or more than the most, a label isn't one of a class, or an id none of the vocabulary.
    /// </exception>
    protected float StepSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
    {
        using var turn = _thread.Take();
        _batches = 0;
        var loss = AccumulateAlone(x, lengths, target, 1);
        UpdateAlone();
        return loss;
    }

    /// <summary>The same as <see cref="Backward"/>, of samples that have as many positions as they like.</summary>
    /// <inheritdoc cref="StepSequences"/>
    protected float BackwardSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
    {
        using var turn = _thread.Take();
        _batches = 0;
        return AccumulateAlone(x, lengths, target, 1);
    }

    /// <summary>The same as <see cref="Accumulate"/>, of samples that have as many positions as they like.</summary>
    /// <inheritdoc cref="StepSequences"/>
    /// <param name="x">
    /// What all positions of the first sample have, then those of the second, and so on, without padding; of several inputs, the first of all samples, then the
    /// second.
    /// </param>
    /// <param name="lengths">How many positions each sample has; of several inputs, of the first that has positions, then of the second.</param>
    /// <param name="target">A label for each sample, or a label or target values for each position, as the network's loss has it.</param>
    /// <param name="weight">What the gradient is multiplied with before it is added.</param>
    protected float AccumulateSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, double weight = 1)
    {
        var factor = BatchCheck.Weight(weight);
        using var turn = _thread.Take();
        return AccumulateAlone(x, lengths, target, factor);
    }

    float AccumulateAlone(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, float weight)
    {
        if (_info.Inputs.IsEmpty) SequenceBatch.Fill(_info.Sequence!, x.Length, lengths, Offsets(lengths.Length), _info.SamplesName);
        else SequenceBatch.Fill(_info, x.Length, lengths, Offsets(SequenceBatch.SamplesOf(_info, lengths)), nameof(x));
        return AccumulatePositions(x, target, weight);
    }

    /// <summary>The batch whose positions begin where the offsets say.</summary>
    float AccumulatePositions(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target, float weight)
    {
        var offsets = Tables;
        BatchCheck.Sequences(_info, _training, x, offsets, target);
        if (_positionsOf.Length == 0) _positionsOf = new int[_info.SequenceCount];
        _work = 0;
        for (int i = 0; i < _positionsOf.Length; i++) _work += _positionsOf[i] = offsets[i * (_pending + 1) + _pending];
        Reserve(_pending, SequenceBatch.OfOutput(_info, offsets)[^1], nameof(x));
        return Run(x, target, weight);
    }

    /// <summary>The gradient of each input of all samples, one after the other.</summary>
    Span<float> GradientOfInputs()
    {
        var total = 0;
        for (int i = 0, sequence = 0; i < _info.Inputs.Length; i++) total += Values(_info.Inputs[i], ref sequence);
        var gradient = RoomForInputGradient(total);
        for (int i = 0, sequence = 0, first = 0; i < _info.Inputs.Length; i++)
        {
            var own = gradient.Slice(first, Values(_info.Inputs[i], ref sequence));
            var (offset, pitch) = _training.InputGradients[i];
            if (offset < 0) own.Clear();
            else CopyRows(offset, pitch, _info.Inputs[i].Size, own);
            first += own.Length;
        }
        return gradient;

        int Values(InputInfo input, ref int sequence) => input.Size * (input.Max > 0 ? _positionsOf[sequence++] : _samples);
    }

    /// <summary>Places for where the positions of samples begin, which stay where they are while a pass reads them.</summary>
    Span<int> Offsets(int samples)
    {
        var size = checked((samples + 1) * _info.SequenceCount);
        if (_offsets.Length < size) _offsets = GC.AllocateUninitializedArray<int>(size, pinned: true);
        _pending = samples;
        return Tables;
    }

    Span<int> Tables => _offsets.AsSpan(0, (_pending + 1) * _info.SequenceCount);

    /// <summary>How many losses there are: one for each sample, or for each position that has a target.</summary>
    int LossesOf(int samples, int positions) => _info.Sequence is { TargetSize: > 0 } ? positions : samples;

    /// <summary>Floating-point operations of the batch's forward and backward pass.</summary>
    long Flops => _info.Sequence is null ? _training.Flops * _samples : _training.Flops * _work / _info.MostPositions;
}
