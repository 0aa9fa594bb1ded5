using System.Runtime.InteropServices;

namespace NetGen;

/// <summary>Samples in memory that have as many positions as they like, for networks with <see cref="SequenceAttribute"/>.</summary>
/// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> for values.</typeparam>
public sealed class SequenceDataset<TTarget> : IDataset<TTarget> where TTarget : unmanaged
{
    readonly ReadOnlyMemory<float> _inputs;
    readonly ReadOnlyMemory<TTarget> _targets;
    readonly int[] _offsets;
    readonly int _inputsOfPosition, _targetsOfPosition;

    /// <summary>A dataset over arrays, of which the inputs and the targets aren't copied.</summary>
    /// <param name="inputs">What all positions of the first sample have, then those of the second, and so on.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="targets">The targets in the same order: of each position, or of each sample.</param>
    /// <param name="max">The most positions that the network takes.</param>
    /// <param name="inputsOfPosition">How many values a position has.</param>
    /// <param name="targetsOfPosition">How many target values a position has: 1 for a label; 0 where it is the samples that have targets.</param>
    /// <exception cref="ArgumentException">The sizes don't fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions, or more than the most.</exception>
    public SequenceDataset(ReadOnlyMemory<float> inputs, ReadOnlySpan<int> lengths, ReadOnlyMemory<TTarget> targets, int max, int inputsOfPosition, int targetsOfPosition = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputsOfPosition);
        ArgumentOutOfRangeException.ThrowIfNegative(targetsOfPosition);
        _offsets = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > max)
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[i], FormattableString.Invariant($"Sample {i} has {lengths[i]} positions; there are from 1 to {max}."));
            _offsets[i + 1] = checked(_offsets[i] + lengths[i]);
        }
        var positions = _offsets[^1];
        if (inputs.Length != (long)positions * inputsOfPosition)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{positions} positions of {inputsOfPosition} values need {(long)positions * inputsOfPosition}; there are {inputs.Length}."), nameof(inputs));
        }
        var targetsOfSample = targetsOfPosition > 0 || lengths.IsEmpty ? 1 : targets.Length / lengths.Length;
        if (targetsOfSample == 0 || targets.Length != (targetsOfPosition > 0 ? (long)positions * targetsOfPosition : (long)lengths.Length * targetsOfSample))
        {
            throw new ArgumentException(targetsOfPosition > 0
                ? FormattableString.Invariant($"{positions} positions with {targetsOfPosition} target values need {(long)positions * targetsOfPosition}; there are {targets.Length}.")
                : FormattableString.Invariant($"{targets.Length} target values are not the same number for each of {lengths.Length} samples."), nameof(targets));
        }
        (_inputs, _targets, _inputsOfPosition, _targetsOfPosition) = (inputs, targets, inputsOfPosition, targetsOfPosition);
        InputSize = checked(max * inputsOfPosition);
        TargetSize = targetsOfPosition > 0 ? checked(max * targetsOfPosition) : targetsOfSample;
    }

    /// <summary>A dataset of texts, for networks that begin with an embedding.</summary>
    /// <param name="tokens">The ids of the first text, then those of the second, and so on, which are copied.</param>
    /// <param name="lengths">How many ids each text has.</param>
    /// <param name="targets">The targets in the same order: of each position, or of each text.</param>
    /// <param name="max">The most positions that the network takes.</param>
    /// <param name="targetsOfPosition">How many target values a position has: 1 for a label; 0 where it is the texts that have targets.</param>
    /// <inheritdoc cref="SequenceDataset{TTarget}(ReadOnlyMemory{float}, ReadOnlySpan{int}, ReadOnlyMemory{TTarget}, int, int, int)"/>
    public SequenceDataset(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlyMemory<TTarget> targets, int max, int targetsOfPosition = 0)
        : this(MemoryMarshal.Cast<int, float>(tokens).ToArray(), lengths, targets, max, inputsOfPosition: 1, targetsOfPosition)
    { }

    /// <inheritdoc/>
    public int Count => _offsets.Length - 1;

    /// <summary>Values of a sample with the most positions.</summary>
    public int InputSize { get; }

    /// <summary>Target values of a sample, or of one with the most positions where it is these that have targets.</summary>
    public int TargetSize { get; }

    /// <inheritdoc/>
    public int LengthOf(int index) => _offsets[index + 1] - _offsets[index];

    /// <summary>Reads samples; what follows those that have fewer than the most positions are zeros.</summary>
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The spans' sizes don't fit the number of indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of a sample.</exception>
    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target)
    {
        Check(nameof(x), x.Length, indices.Length, InputSize);
        Check(nameof(target), target.Length, indices.Length, TargetSize);
        for (int i = 0; i < indices.Length; i++)
        {
            var index = indices[i];
            if ((uint)index >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index,
                    FormattableString.Invariant($"Sample {index} (number {i} of the batch) is asked for; the dataset has {Count}."));
            }
            Copy(_inputs.Span, index, _inputsOfPosition, x.Slice(i * InputSize, InputSize));
            if (_targetsOfPosition > 0) Copy(_targets.Span, index, _targetsOfPosition, target.Slice(i * TargetSize, TargetSize));
            else _targets.Span.Slice(index * TargetSize, TargetSize).CopyTo(target[(i * TargetSize)..]);
        }
    }

    void Copy<T>(ReadOnlySpan<T> values, int index, int ofPosition, Span<T> sample)
    {
        var own = values.Slice(_offsets[index] * ofPosition, LengthOf(index) * ofPosition);
        own.CopyTo(sample);
        sample[own.Length..].Clear();
    }

    static void Check(string name, int length, int samples, int size)
    {
        if (length != (long)samples * size)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{samples} samples of {size} values need {(long)samples * size} places; there are {length}."), name);
        }
    }
}
