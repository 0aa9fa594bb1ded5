using System.Runtime.ExceptionServices;
using NetGen.Runtime;

namespace NetGen.Optimization;

/// <summary>
/// The batches of a run in their order. They are read as they are asked for, or by a thread that fills one of two buffers while the trainer is at work on the
/// other. Nothing is allocated for a batch.
/// </summary>
sealed class BatchLoader<TTarget> : IDisposable where TTarget : unmanaged
{
    /// <summary>The shuffles' streams of random numbers are after those of initial parameters and layers.</summary>
    const ulong ShuffleStream = 1UL << 32;

    readonly IDataset<TTarget> _data;
    readonly FitOptions _options;
    readonly SampleCheck _check;
    readonly int _batches;
    readonly int[] _order;
    readonly BatchBuffer<TTarget>[] _buffers;
    readonly Thread? _reader;
    readonly SemaphoreSlim _start = new(0), _free = new(2), _filled = new(0);
    volatile bool _ended;
    int _epoch, _first;
    int _next;
    bool _holds;

    public BatchLoader(NetworkInfo info, IDataset<TTarget> data, FitOptions options, SampleCheck check)
    {
        (_data, _options, _check) = (data, options, check);
        _batches = (data.Count - 1) / options.BatchSize + 1;
        _order = new int[data.Count];
        var largest = Math.Min(options.BatchSize, data.Count);
        var ahead = options.ReadAhead ?? data.ReadsAhead;
        _buffers = [.. Enumerable.Range(0, ahead ? 2 : 1).Select(_ => new BatchBuffer<TTarget>(info, data, largest))];
        if (!ahead)
            return;
        _reader = new(ReadEpochs) { IsBackground = true, Name = "NetGen batches" };
        _reader.Start();
    }

    /// <summary>Goes to a batch of an epoch. All batches of the epoch before were asked for.</summary>
    public void StartEpoch(int epoch, int batch)
    {
        GiveBack();
        (_epoch, _first, _next) = (epoch, batch, batch);
        Shuffle(epoch);
        if (_reader is not null && batch < _batches)
            _start.Release();
    }

    /// <summary>The epoch's next batch.</summary>
    /// <exception cref="Exception">Whatever the dataset threw as the batch was read, or what is wrong with its data.</exception>
    public Batch<TTarget> Next()
    {
        var batch = _next++;
        var buffer = _buffers[batch % _buffers.Length];
        if (_reader is null)
        {
            Fill(buffer, batch);
        }
        else
        {
            GiveBack();
            _filled.Wait();
            buffer.Error?.Throw();
            _holds = true;
        }
        return buffer.Batch;
    }

    /// <summary>Ends the thread, after the batch that it is reading.</summary>
    public void Dispose()
    {
        if (_reader is not null)
        {
            _ended = true;
            _start.Release();
            _free.Release();
            _reader.Join();
        }
        _start.Dispose();
        _free.Dispose();
        _filled.Dispose();
    }

    void GiveBack()
    {
        if (_holds)
            _free.Release();
        _holds = false;
    }

    void ReadEpochs()
    {
        while (true)
        {
            _start.Wait();
            for (var batch = _first; batch < _batches; batch++)
            {
                _free.Wait();
                if (_ended)
                    return;
                var buffer = _buffers[batch % 2];
                try
                {
                    Fill(buffer, batch);
                }
                catch (Exception e)
                {
                    // It belongs to the thread that asks for the batch.
                    buffer.Error = ExceptionDispatchInfo.Capture(e);
                    _filled.Release();
                    return;
                }
                _filled.Release();
            }
            if (_ended)
                return;
        }
    }

    void Fill(BatchBuffer<TTarget> buffer, int batch) => buffer.Fill(_epoch, _order.AsSpan(batch * _options.BatchSize, Count(batch)), _check);

    int Count(int batch) => Math.Min(_options.BatchSize, _data.Count - batch * _options.BatchSize);

    /// <summary>An epoch's order follows from seed and epoch alone. Fisher and Yates; Durstenfeld 1964.</summary>
    void Shuffle(int epoch)
    {
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        if (!_options.Shuffle)
            return;
        var random = new PhiloxGenerator(_options.Seed, ShuffleStream + (ulong)epoch);
        for (int i = _order.Length - 1; i > 0; i--)
        {
            var other = random.NextInt(i + 1);
            (_order[i], _order[other]) = (_order[other], _order[i]);
        }
    }
}
