using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen;

/// <summary>Samples in memory that have as many positions as they like, for networks with <see cref="SequenceAttribute"/>.</summary>
/// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> for values.</typeparam>
public sealed class SequenceDataset<TTarget> : IDataset<TTarget> where TTarget : unmanaged
{
    readonly DatasetInput[] _inputs, _sequences;

    /// <summary>The input whose positions have targets; null where it is the samples that have some.</summary>
    readonly DatasetInput? _positions;

    readonly ReadOnlyMemory<TTarget> _targets;
    readonly int _targetsOfPosition;

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
        : this([DatasetInput.Sequence(inputs, lengths, max, inputsOfPosition, nameof(inputs))], targets, targetsOfPosition, 0)
    { }

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

    /// <summary>A dataset of samples with several inputs, for networks whose <c>Forward</c> has as many, of which some have lengths of their own.</summary>
    /// <param name="inputs">The inputs in the order of the <c>Forward</c>'s parameters, each with as many samples.</param>
    /// <param name="targets">The targets of the samples in order: of each position of an input, or of each sample.</param>
    /// <param name="targetsOfPosition">How many target values a position has: 1 for a label; 0 where it is the samples that have targets.</param>
    /// <param name="positionsOf">
    /// Which of the inputs has the positions that have targets, those of the network's output, from 0; −1 for the last one that has positions.
    /// </param>
    /// <exception cref="ArgumentException">The inputs have different numbers of samples, none has positions, or the sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The input whose positions have targets has none.</exception>
    public SequenceDataset(IEnumerable<DatasetInput> inputs, ReadOnlyMemory<TTarget> targets, int targetsOfPosition = 0, int positionsOf = -1)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfNegative(targetsOfPosition);
        _inputs = [.. inputs];
        _sequences = [.. _inputs.Where(input => input.Max > 0)];
        if (_sequences.Length == 0)
            throw new ArgumentException("No input has positions; samples of one shape are those of a Dataset.", nameof(inputs));
        Count = _inputs[0].Count;
        if (Array.FindIndex(_inputs, input => input.Count != Count) is > 0 and var other)
            throw new ArgumentException(FormattableString.Invariant($"Input {other} has {Guard.Samples(_inputs[other].Count)}; the first has {Count}."), nameof(inputs));
        if (positionsOf < -1 || positionsOf >= _inputs.Length || (positionsOf >= 0 && _inputs[positionsOf].Max == 0))
            throw new ArgumentOutOfRangeException(nameof(positionsOf), positionsOf,
                FormattableString.Invariant($"It must be the number of an input that has positions, of {_inputs.Length}, or -1 for the last one."));
        InputSize = 0;
        foreach (var input in _inputs)
            InputSize = checked(InputSize + input.MostValues);
        (_targets, _targetsOfPosition) = (targets, targetsOfPosition);
        if (targetsOfPosition > 0)
        {
            _positions = positionsOf < 0 ? _sequences[^1] : _inputs[positionsOf];
            if (targets.Length != (long)_positions.Positions * targetsOfPosition)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"{_positions.Positions} positions with {targetsOfPosition} target {(targetsOfPosition == 1 ? "value" : "values")} need {(long)_positions.Positions * targetsOfPosition}; there are {targets.Length}."), nameof(targets));
            }
            TargetSize = checked(_positions.Max * targetsOfPosition);
            return;
        }
        TargetSize = Count == 0 ? 1 : targets.Length / Count;
        if (TargetSize == 0 || targets.Length != (long)Count * TargetSize)
            throw new ArgumentException(FormattableString.Invariant($"{targets.Length} target values are not the same number for each of {Guard.Samples(Count)}."), nameof(targets));
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Values of a sample with the most positions, of all inputs.</summary>
    public int InputSize { get; }

    /// <summary>Target values of a sample, or of one with the most positions where it is these that have targets.</summary>
    public int TargetSize { get; }

    /// <inheritdoc/>
    public int LengthOf(int index) => _sequences[0].LengthOf(index);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer inputs that have positions.</exception>
    public int LengthOf(int index, int sequence)
    {
        if ((uint)sequence >= (uint)_sequences.Length)
            throw new ArgumentOutOfRangeException(nameof(sequence), sequence,
                FormattableString.Invariant($"The samples have {_sequences.Length} inputs with positions; number {sequence} is asked for."));
        return _sequences[sequence].LengthOf(index);
    }

    /// <summary>Why the samples aren't a network's, though they have as many values; null where they are.</summary>
    internal string? Fault(NetworkInfo info)
    {
        if (info.Sequence is not { } sequence)
            return null;
        var inputs = info.Inputs.IsEmpty ? [new InputInfo("x", sequence.InputSize, sequence.Max)] : info.Inputs;
        if (inputs.Length != _inputs.Length)
            return FormattableString.Invariant($"The dataset has {_inputs.Length} inputs; {info.Name} takes {inputs.Length}.");
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Max != _inputs[i].Max || inputs[i].Size != _inputs[i].Size)
                return FormattableString.Invariant($"Input {i} of the dataset has {Text(_inputs[i].Size, _inputs[i].Max)}; {inputs[i].Name} of {info.Name} has {Text(inputs[i].Size, inputs[i].Max)}.");
        }
        return sequence.TargetSize > 0 && _positions != _sequences[sequence.Index]
            ? $"The targets of the dataset aren't of the positions that the output of {info.Name} has: set positionsOf."
            : null;

        static string Text(int size, int max) => FormattableString.Invariant($"{Runtime.Guard.Values(size)}{(max == 0 ? "" : FormattableString.Invariant($" at each of up to {max} positions"))}");
    }

    /// <summary>Reads samples; what follows those that have fewer than the most positions are zeros.</summary>
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The spans' sizes don't fit the number of indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of a sample.</exception>
    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target)
    {
        Guard.Places(nameof(x), x.Length, indices.Length, InputSize);
        Guard.Places(nameof(target), target.Length, indices.Length, TargetSize);
        for (int i = 0; i < indices.Length; i++)
        {
            var index = indices[i];
            if ((uint)index >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index,
                    FormattableString.Invariant($"Sample {index} (number {i} of the batch) is asked for; the dataset has {Count}."));
            }
            var sample = x.Slice(i * InputSize, InputSize);
            foreach (var input in _inputs)
            {
                input.Read(index, sample[..input.MostValues]);
                sample = sample[input.MostValues..];
            }
            var (first, count) = _positions is null ? (index * TargetSize, TargetSize) : (_positions.FirstOf(index) * _targetsOfPosition, _positions.LengthOf(index) * _targetsOfPosition);
            var own = target.Slice(i * TargetSize, TargetSize);
            _targets.Span.Slice(first, count).CopyTo(own);
            own[count..].Clear();
        }
    }
}
