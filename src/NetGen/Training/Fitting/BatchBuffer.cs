using System.Runtime.ExceptionServices;

namespace NetGen.Optimization;

/// <summary>A batch, valid until the next one is asked for.</summary>
readonly ref struct Batch<TTarget>(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, int count)
{
    public ReadOnlySpan<float> X { get; } = x;

    /// <summary>How many positions each sample has; empty where all samples have the same shape.</summary>
    public ReadOnlySpan<int> Lengths { get; } = lengths;

    public ReadOnlySpan<TTarget> Target { get; } = target;

    /// <summary>How many samples there are.</summary>
    public int Count => count;
}

/// <summary>
/// Memory that batches of a dataset are read to. Samples that have as many positions as they like are read with places for the most of them, and are then moved
/// together.
/// </summary>
/// <param name="info">The network that the batches are for.</param>
/// <param name="data">The dataset.</param>
/// <param name="samples">The samples of the largest batch.</param>
sealed class BatchBuffer<TTarget>(NetworkInfo info, IDataset<TTarget> data, int samples) where TTarget : unmanaged
{
    readonly float[] _x = new float[checked(samples * data.InputSize)];
    readonly TTarget[] _target = new TTarget[checked(samples * data.TargetSize)];
    readonly int[] _lengths = info.Sequence is null ? [] : new int[samples];
    int _count, _values, _targets;

    /// <summary>What went wrong when the batch was read.</summary>
    public ExceptionDispatchInfo? Error { get; set; }

    /// <summary>The batch that was read last.</summary>
    public Batch<TTarget> Batch => new(_x.AsSpan(0, _values), _lengths.AsSpan(0, info.Sequence is null ? 0 : _count), _target.AsSpan(0, _targets), _count);

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
        for (int i = 0; i < _count; i++)
        {
            var length = data.LengthOf(indices[i]);
            _lengths[i] = length < 0 ? sequence.Max : length;
            check.Length(indices[i], _lengths[i]);
        }
        check.Batch<TTarget>(indices, x, target);
        _values = MoveTogether(_x, sequence.InputSize, data.InputSize);
        _targets = sequence.TargetSize == 0 ? target.Length : MoveTogether(_target, sequence.TargetSize, data.TargetSize);
    }

    /// <summary>Closes the gaps behind samples that have fewer positions than the most.</summary>
    int MoveTogether<T>(T[] values, int ofPosition, int ofSample)
    {
        var end = 0;
        for (int i = 0; i < _count; i++)
        {
            var size = _lengths[i] * ofPosition;
            if (end != i * ofSample) values.AsSpan(i * ofSample, size).CopyTo(values.AsSpan(end));
            end += size;
        }
        return end;
    }
}
