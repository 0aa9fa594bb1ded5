using System.Runtime.ExceptionServices;
using NetGen.Runtime;

namespace NetGen.Optimization;

/// <summary>A batch, valid until the next one is asked for.</summary>
readonly ref struct Batch<TTarget>(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, int count)
{
    public ReadOnlySpan<float> X { get; } = x;

    /// <summary>
    /// How many positions each sample has, of several inputs all of the first and then those of the second; empty where all samples have the same shape.
    /// </summary>
    public ReadOnlySpan<int> Lengths { get; } = lengths;

    public ReadOnlySpan<TTarget> Target { get; } = target;

    /// <summary>How many samples there are.</summary>
    public int Count => count;
}

/// <summary>
/// Memory that batches of a dataset are read to. Samples that have as many positions as they like are read with places for the most of them, and are then moved
/// together, each input by itself where there are several.
/// </summary>
/// <param name="info">The network that the batches are for.</param>
/// <param name="data">The dataset.</param>
/// <param name="samples">The samples of the largest batch.</param>
sealed class BatchBuffer<TTarget>(NetworkInfo info, IDataset<TTarget> data, int samples) where TTarget : unmanaged
{
    readonly float[] _x = new float[checked(samples * data.InputSize)];
    readonly float[] _inputs = info.Inputs.IsEmpty ? [] : new float[checked(samples * data.InputSize)];
    readonly TTarget[] _target = new TTarget[checked(samples * data.TargetSize)];
    readonly int[] _lengths = info.Sequence is null ? [] : new int[checked(samples * info.SequenceCount)];
    int _count, _values, _targets;

    /// <summary>What went wrong when the batch was read.</summary>
    public ExceptionDispatchInfo? Error { get; set; }

    /// <summary>The batch that was read last.</summary>
    public Batch<TTarget> Batch => new((info.Inputs.IsEmpty ? _x : _inputs).AsSpan(0, _values),
        _lengths.AsSpan(0, info.Sequence is null ? 0 : _count * info.SequenceCount), _target.AsSpan(0, _targets), _count);

    /// <summary>Reads a batch, and checks it.</summary>
    /// <param name="epoch">The epoch of a training; null for samples as they are.</param>
    /// <param name="indices">Which samples.</param>
    /// <param name="check">Looks for what no network can learn from.</param>
    public void Fill(int? epoch, ReadOnlySpan<int> indices, SampleCheck check)
    {
        _count = indices.Length;
        var x = _x.AsSpan(0, _count * data.InputSize);
        var target = _target.AsSpan(0, _count * data.TargetSize);
        if (epoch is { } number) data.Read(number, indices, x, target);
        else data.Read(indices, x, target);
        if (info.Sequence is not { } sequence)
        {
            check.Batch<TTarget>(indices, x, target);
            (_values, _targets) = (x.Length, target.Length);
            return;
        }
        if (info.Inputs.IsEmpty)
        {
            for (int i = 0; i < _count; i++) _lengths[i] = Length(indices[i], data.LengthOf(indices[i]), sequence.Max, null, check);
        }
        else
        {
            var s = 0;
            foreach (var input in info.Inputs)
            {
                if (input.Max == 0) continue;
                for (int i = 0; i < _count; i++) _lengths[s * _count + i] = Length(indices[i], data.LengthOf(indices[i], s), input.Max, input.Name, check);
                s++;
            }
        }
        check.Batch<TTarget>(indices, x, target);
        _values = info.Inputs.IsEmpty ? MoveTogether(_x, sequence.InputSize, data.InputSize) : SequenceBatch.TakeApart(info, x, _lengths, _count, _inputs);
        _targets = sequence.TargetSize == 0 ? target.Length : MoveTogether(_target, sequence.TargetSize, data.TargetSize);
    }

    static int Length(int index, int length, int most, string? input, SampleCheck check)
    {
        if (length < 0) return most;
        check.Length(index, length, most, input);
        return length;
    }

    /// <summary>Closes the gaps behind samples that have fewer positions than the most.</summary>
    int MoveTogether<T>(T[] values, int ofPosition, int ofSample)
    {
        var end = 0;
        for (int i = 0; i < _count; i++)
        {
            var size = _lengths[info.Sequence!.Index * _count + i] * ofPosition;
            if (end != i * ofSample) values.AsSpan(i * ofSample, size).CopyTo(values.AsSpan(end));
            end += size;
        }
        return end;
    }
}
