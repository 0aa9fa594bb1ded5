using System.Runtime.InteropServices;

namespace NetGen;

/// <summary>One of several inputs of the samples in a <see cref="SequenceDataset{TTarget}"/>.</summary>
public sealed class DatasetInput
{
    readonly ReadOnlyMemory<float> _values;
    readonly int[] _offsets;

    DatasetInput(ReadOnlyMemory<float> values, int[] offsets, int max, int size) => (_values, _offsets, Max, Size) = (values, offsets, max, size);

    /// <summary>How many samples there are.</summary>
    internal int Count => Max > 0 ? _offsets.Length - 1 : _values.Length / Size;

    /// <summary>The most positions of a sample; 0 where all have the same shape.</summary>
    internal int Max { get; }

    /// <summary>The values of a sample, or of a position where it has some.</summary>
    internal int Size { get; }

    /// <summary>The values of a sample, with the most positions.</summary>
    internal int MostValues => checked((Max > 0 ? Max : 1) * Size);

    /// <summary>How many positions all samples have together.</summary>
    internal int Positions => _offsets[^1];

    /// <summary>An input that has as many positions as each sample has.</summary>
    /// <param name="values">What all positions of the first sample have, then those of the second, and so on; not copied.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="max">The most positions that the network takes.</param>
    /// <param name="valuesOfPosition">How many values a position has.</param>
    /// <exception cref="ArgumentException">There are not as many values as the lengths say.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions, or more than the most.</exception>
    public static DatasetInput Sequence(ReadOnlyMemory<float> values, ReadOnlySpan<int> lengths, int max, int valuesOfPosition) =>
        Sequence(values, lengths, max, valuesOfPosition, nameof(values));

    internal static DatasetInput Sequence(ReadOnlyMemory<float> values, ReadOnlySpan<int> lengths, int max, int valuesOfPosition, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(valuesOfPosition);
        var offsets = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > max)
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[i], FormattableString.Invariant($"Sample {i} has {lengths[i]} positions; there are from 1 to {max}."));
            offsets[i + 1] = checked(offsets[i] + lengths[i]);
        }
        var positions = offsets[^1];
        if (values.Length != (long)positions * valuesOfPosition)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{positions} positions of {Runtime.Guard.Values(valuesOfPosition)} need {(long)positions * valuesOfPosition}; there are {values.Length}."), name);
        }
        return new(values, offsets, max, valuesOfPosition);
    }

    /// <summary>An input of ids that has as many positions as each sample has.</summary>
    /// <param name="ids">The ids of the first sample, then those of the second, and so on, which are copied.</param>
    /// <param name="lengths">How many ids each sample has.</param>
    /// <param name="max">The most ids that the network takes.</param>
    /// <inheritdoc cref="Sequence(ReadOnlyMemory{float}, ReadOnlySpan{int}, int, int)"/>
    public static DatasetInput Sequence(ReadOnlySpan<int> ids, ReadOnlySpan<int> lengths, int max) => Sequence(Bits(ids), lengths, max, 1, nameof(ids));

    /// <summary>An input of which all samples have as many values.</summary>
    /// <param name="values">Those of the first sample, then those of the second, and so on; not copied.</param>
    /// <param name="size">How many a sample has.</param>
    /// <exception cref="ArgumentException">The values aren't those of whole samples.</exception>
    public static DatasetInput Fixed(ReadOnlyMemory<float> values, int size) => Fixed(values, size, nameof(values));

    /// <summary>An input of which all samples have as many ids.</summary>
    /// <param name="ids">Those of the first sample, then those of the second, and so on, which are copied.</param>
    /// <param name="size">How many a sample has.</param>
    /// <exception cref="ArgumentException">The ids aren't those of whole samples.</exception>
    public static DatasetInput Fixed(ReadOnlySpan<int> ids, int size) => Fixed(Bits(ids), size, nameof(ids));

    static DatasetInput Fixed(ReadOnlyMemory<float> values, int size, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (values.Length % size != 0)
            throw new ArgumentException(FormattableString.Invariant($"There are {values.Length} values; samples of {size} have a multiple of that."), name);
        return new(values, [0], 0, size);
    }

    static float[] Bits(ReadOnlySpan<int> ids) => MemoryMarshal.Cast<int, float>(ids).ToArray();

    /// <summary>How many positions a sample has.</summary>
    internal int LengthOf(int index) => _offsets[index + 1] - _offsets[index];

    /// <summary>Where a sample's positions begin.</summary>
    internal int FirstOf(int index) => _offsets[index];

    /// <summary>Copies a sample, and fills the places of positions that it hasn't with zeros.</summary>
    internal void Read(int index, Span<float> sample)
    {
        var own = Max > 0 ? _values.Span.Slice(_offsets[index] * Size, LengthOf(index) * Size) : _values.Span.Slice(index * Size, Size);
        own.CopyTo(sample);
        sample[own.Length..].Clear();
    }
}
