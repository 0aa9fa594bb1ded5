using static System.FormattableString;

namespace NetGen.Runtime;

/// <summary>
/// Brings the inputs of a batch together whose samples have lengths of their own: the first input of all samples, then the second, and so on. Its memory is the
/// thread's, until another one is made.
/// </summary>
public ref struct SequencePacking
{
    [ThreadStatic]
    static int[]? t_lengths;

    readonly NetworkInfo _info;
    readonly Span<float> _x;
    readonly Span<int> _lengths;
    readonly int _samples;
    readonly string _name;
    int _input, _sequence, _end;

    /// <summary>An empty batch.</summary>
    /// <param name="info">The network.</param>
    /// <param name="values">The values of all inputs.</param>
    /// <param name="samples">How many samples it has.</param>
    /// <param name="name">What the caller calls the lengths that there are as many of.</param>
    /// <exception cref="ArgumentException">There are no samples, or more values than an array can have.</exception>
    public SequencePacking(NetworkInfo info, long values, int samples, string name)
    {
        if (samples == 0) throw new ArgumentException($"{name} is empty; a batch has at least one sample.", name);
        if (values > Array.MaxLength / 2) throw new ArgumentException(Invariant($"{values:N0} values are too many at a time."), name);
        (_info, _samples, _name) = (info, samples, name);
        _x = Packing.Of(1, (int)values);
        var size = checked(samples * info.SequenceCount);
        if (t_lengths is null || t_lengths.Length < size) t_lengths = new int[size];
        _lengths = t_lengths.AsSpan(0, size);
    }

    /// <summary>The inputs that were added, one after the other.</summary>
    public readonly ReadOnlySpan<float> X => _x[.._end];

    /// <summary>How many positions each sample has of the first input that has some, then of the second, and so on.</summary>
    public readonly ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>Adds the next input, whose samples have lengths of their own.</summary>
    /// <param name="values">What all positions of the first sample have, then those of the second, and so on.</param>
    /// <param name="lengths">How many positions each sample has.</param>
    /// <param name="name">What the caller calls the lengths.</param>
    /// <exception cref="ArgumentException">There are not as many lengths as samples, or not as many values as the lengths say.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no positions, or more than the most.</exception>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<int> lengths, string name)
    {
        var input = _info.Inputs[_input++];
        if (lengths.Length != _samples)
            throw new ArgumentException(Invariant($"{name} has {lengths.Length:N0} lengths; {_name} has {_samples:N0}, and each sample needs one of both."), name);
        var positions = SequenceBatch.FillOne(input, lengths, [], name);
        if (values.Length != positions * input.Size)
            throw new ArgumentException(Invariant($"{input.Name} has {Guard.Values(values.Length)}; samples of these lengths have {positions * input.Size:N0}."), input.Name);
        lengths.CopyTo(_lengths[(_sequence++ * _samples)..]);
        Put(values);
    }

    /// <summary>Adds the next input, whose samples have one shape.</summary>
    /// <param name="values">Those of the first sample, then those of the second, and so on.</param>
    /// <exception cref="ArgumentException">There are not as many values as the samples need.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        var input = _info.Inputs[_input++];
        Packing.Check(values.Length, input.Size, _samples, input.Name);
        Put(values);
    }

    /// <summary>Adds the next input of one sample, which has as many positions as there are values for.</summary>
    /// <param name="values">What its positions have.</param>
    /// <exception cref="ArgumentException">It has no positions, more than the most, or a part of one.</exception>
    public void AddSample(ReadOnlySpan<float> values)
    {
        var input = _info.Inputs[_input++];
        var length = values.Length / input.Size;
        if (length < 1 || length > input.Max || values.Length % input.Size != 0)
        {
            throw new ArgumentException(Invariant(
                $"{input.Name} has {Guard.Values(values.Length)}; a sample has {(input.Size == 1 ? "" : Invariant($"{input.Size:N0} for each of "))}1 to {input.Max:N0} positions")
                + ", and of several samples the lengths have to be given.", input.Name);
        }
        _lengths[_sequence++] = length;
        Put(values);
    }

    /// <summary>A batch of samples that have the most positions.</summary>
    /// <param name="info">The network.</param>
    /// <param name="x">The samples, each with its inputs one after the other.</param>
    /// <param name="name">What the caller calls them.</param>
    /// <exception cref="ArgumentException">It isn't a whole number of samples.</exception>
    internal static SequencePacking OfMost(NetworkInfo info, ReadOnlySpan<float> x, string name)
    {
        var batch = new SequencePacking(info, x.Length, Packing.Samples(x.Length, info.InputSize, name), name);
        SequenceBatch.FillMost(info, batch._lengths);
        batch._end = SequenceBatch.TakeApart(info, x, batch._lengths, batch._samples, batch._x);
        return batch;
    }

    void Put(ReadOnlySpan<float> values)
    {
        values.CopyTo(_x[_end..]);
        _end += values.Length;
    }
}
