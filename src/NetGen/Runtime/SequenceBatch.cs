using System.Runtime.InteropServices;
using static System.FormattableString;

namespace NetGen.Runtime;

/// <summary>The checks of batches whose samples have as many positions as they like, and where the positions of each begin.</summary>
static class SequenceBatch
{
    /// <summary>
    /// How many samples there are where nobody says how long they are: one of as many positions as there are values for, or several of the most.
    /// </summary>
    /// <param name="sequence">The positions.</param>
    /// <param name="values">The values of all samples.</param>
    /// <param name="name">What the caller calls the values.</param>
    /// <exception cref="ArgumentException">There are no values, or more than those of one sample and not those of several.</exception>
    public static int SamplesOf(SequenceInfo sequence, int values, string name)
    {
        var (row, full) = (sequence.InputSize, (long)sequence.Max * sequence.InputSize);
        if (values > 0 && values <= full && values % row == 0) return 1;
        if (values > 0 && values % full == 0) return (int)(values / full);
        throw new ArgumentException(Invariant(
            $"{name} has {Guard.Values(values)}; a sample has {(row == 1 ? "" : Invariant($"{row:N0} for each of "))}1 to {sequence.Max:N0} positions")
            + ", and of several samples the lengths have to be given unless all have the most.", name);
    }

    /// <summary>Where the positions begin of samples that have the same number of them.</summary>
    public static void Fill(SequenceInfo sequence, int values, Span<int> offsets)
    {
        var samples = offsets.Length - 1;
        var length = values / sequence.InputSize / samples;
        for (int i = 0; i <= samples; i++) offsets[i] = i * length;
    }

    /// <summary>Where the positions of samples begin, and where the last one's end.</summary>
    /// <param name="sequence">The positions.</param>
    /// <param name="values">The values of all samples.</param>
    /// <param name="lengths">How many positions each has.</param>
    /// <param name="offsets">Receives one number more than there are samples.</param>
    /// <param name="name">What the caller calls the values.</param>
    /// <exception cref="ArgumentException">There are no samples, or not as many values as they need.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions, or more than the most.</exception>
    public static void Fill(SequenceInfo sequence, int values, ReadOnlySpan<int> lengths, Span<int> offsets, string name)
    {
        if (lengths.IsEmpty) throw new ArgumentException("lengths is empty; a batch has at least one sample.", nameof(lengths));
        var positions = 0L;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > sequence.Max)
            {
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[i],
                    Invariant($"Sample {i} has {lengths[i]} positions; it needs at least 1 and at most {sequence.Max:N0}."));
            }
            offsets[i] = (int)positions;
            positions += lengths[i];
        }
        if (values != positions * sequence.InputSize)
            throw new ArgumentException(Invariant($"{name} has {Guard.Values(values)}; samples of these lengths have {positions * sequence.InputSize:N0}."), name);
        offsets[lengths.Length] = (int)positions;
    }

    /// <summary>Where the positions of samples begin that have several inputs: of the first that has positions, then of the second, and so on.</summary>
    /// <param name="info">The network.</param>
    /// <param name="values">The values of all samples.</param>
    /// <param name="lengths">How many positions each sample has of the first, then of the second, and so on.</param>
    /// <param name="offsets">Receives one number more than there are samples for each.</param>
    /// <param name="name">What the caller calls the values.</param>
    /// <exception cref="ArgumentException">There are no samples, not as many lengths for each input, or not as many values as they need.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions, or more than the most.</exception>
    public static void Fill(NetworkInfo info, int values, ReadOnlySpan<int> lengths, Span<int> offsets, string name)
    {
        var samples = SamplesOf(info, lengths);
        var (needed, sequence) = (0L, 0);
        foreach (var input in info.Inputs)
        {
            if (input.Max == 0)
            {
                needed += (long)samples * input.Size;
                continue;
            }
            var positions = FillOne(input, lengths.Slice(sequence * samples, samples), offsets.Slice(sequence * (samples + 1), samples + 1), nameof(lengths));
            needed += positions * input.Size;
            sequence++;
        }
        if (values != needed) throw new ArgumentException(Invariant($"{name} has {Guard.Values(values)}; samples of these lengths have {needed:N0}."), name);
    }

    /// <summary>How many samples a batch has, from the lengths of all inputs.</summary>
    /// <exception cref="ArgumentException">There are none, or not as many for each input.</exception>
    public static int SamplesOf(NetworkInfo info, ReadOnlySpan<int> lengths)
    {
        var inputs = info.SequenceCount;
        if (lengths.IsEmpty) throw new ArgumentException("lengths is empty; a batch has at least one sample.", nameof(lengths));
        if (lengths.Length % inputs != 0)
        {
            throw new ArgumentException(
                Invariant($"lengths has {lengths.Length:N0} numbers; each sample has {inputs} lengths, all of the first input before those of the second."), nameof(lengths));
        }
        return lengths.Length / inputs;
    }

    /// <summary>Where the positions of samples begin of one of several inputs; how many there are.</summary>
    public static long FillOne(InputInfo input, ReadOnlySpan<int> lengths, Span<int> offsets, string name)
    {
        var positions = 0L;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > input.Max)
            {
                throw new ArgumentOutOfRangeException(name, lengths[i],
                    Invariant($"Sample {i} has {lengths[i]} positions of {input.Name}; it needs at least 1 and at most {input.Max:N0}."));
            }
            if (!offsets.IsEmpty) offsets[i] = (int)positions;
            positions += lengths[i];
        }
        if (!offsets.IsEmpty) offsets[lengths.Length] = checked((int)positions);
        return positions;
    }

    /// <summary>Takes the inputs of samples apart: a batch has the first input of all samples before their second one.</summary>
    /// <param name="info">The network.</param>
    /// <param name="x">The samples, each with its inputs one after the other, which have places for the most positions.</param>
    /// <param name="lengths">How many positions each sample has of the first input that has some, then of the second, and so on.</param>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="batch">Receives the inputs.</param>
    /// <returns>How many values that are.</returns>
    public static int TakeApart(NetworkInfo info, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, int samples, Span<float> batch)
    {
        var (end, first, sequence) = (0, 0, 0);
        foreach (var input in info.Inputs)
        {
            for (int i = 0; i < samples; i++)
            {
                var values = x.Slice(i * info.InputSize + first, input.Max > 0 ? lengths[sequence * samples + i] * input.Size : input.Size);
                values.CopyTo(batch[end..]);
                end += values.Length;
            }
            first += input.MostValues;
            if (input.Max > 0) sequence++;
        }
        return end;
    }

    /// <summary>Fills in the lengths of samples that have the most positions of all inputs.</summary>
    public static void FillMost(NetworkInfo info, Span<int> lengths)
    {
        var samples = lengths.Length / info.SequenceCount;
        var sequence = 0;
        foreach (var input in info.Inputs)
        {
            if (input.Max > 0) lengths.Slice(sequence++ * samples, samples).Fill(input.Max);
        }
    }

    /// <summary>The table of where the positions begin that the output has.</summary>
    public static ReadOnlySpan<int> OfOutput(NetworkInfo info, ReadOnlySpan<int> offsets)
    {
        var size = offsets.Length / info.SequenceCount;
        return offsets.Slice(info.Sequence!.Index * size, size);
    }

    /// <summary>Checks that the ids of all inputs are of their vocabularies.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't.</exception>
    public static void CheckIds(NetworkInfo info, ReadOnlySpan<float> x, ReadOnlySpan<int> offsets, string name)
    {
        if (info.Vocabulary == 0) return;
        var ids = MemoryMarshal.Cast<float, int>(x);
        if (info.Inputs.IsEmpty)
        {
            CheckTokens(ids, offsets, info.Vocabulary, name);
            return;
        }
        var size = offsets.Length / info.SequenceCount;
        var (first, sequence) = (0, 0);
        foreach (var input in info.Inputs)
        {
            var table = input.Max > 0 ? offsets.Slice(sequence++ * size, size) : default;
            var values = ids.Slice(first, (input.Max > 0 ? table[^1] : size - 1) * input.Size);
            first += values.Length;
            if (input.Vocabulary == 0) continue;
            if (input.Max > 0) CheckTokens(values, table, input.Vocabulary, input.Name);
            else Guard.Tokens(values, input.Size, input.Vocabulary, input.Name);
        }
    }

    /// <summary>Checks how many values there are for the samples, or for their positions.</summary>
    /// <param name="values">How many there are.</param>
    /// <param name="offsets">Where the positions of each sample begin.</param>
    /// <param name="ofPosition">How many a position needs; 0 where it is the sample that needs some.</param>
    /// <param name="ofSample">How many a sample needs, then.</param>
    /// <param name="name">What the caller calls the values.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public static void Check(int values, ReadOnlySpan<int> offsets, int ofPosition, int ofSample, string name)
    {
        var (samples, positions) = (offsets.Length - 1, offsets[^1]);
        var needed = ofPosition > 0 ? (long)positions * ofPosition : (long)samples * ofSample;
        if (values == needed) return;
        throw new ArgumentException(Invariant(
            $"{name} has {Guard.Values(values)}; {samples:N0} {(samples == 1 ? "sample" : "samples")} of {positions:N0} positions {(samples == 1 ? "needs" : "together need")} {needed:N0}."), name);
    }

    /// <summary>Checks that ids are of a vocabulary.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't.</exception>
    public static void CheckTokens(ReadOnlySpan<int> tokens, ReadOnlySpan<int> offsets, int vocabulary, string name)
    {
        var place = Guard.FirstForeign(tokens, vocabulary);
        if (place < 0) return;
        var sample = SampleOf(offsets, place);
        Guard.ThrowToken(tokens[place], place - offsets[sample], sample, vocabulary, name);
    }

    /// <summary>The sample that a position is of.</summary>
    public static int SampleOf(ReadOnlySpan<int> offsets, int position)
    {
        var found = offsets.BinarySearch(position);
        return found >= 0 ? found : ~found - 1;
    }
}
