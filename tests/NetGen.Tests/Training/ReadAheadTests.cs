namespace NetGen.Tests.Training;

[Collection(nameof(Runtime.AloneInTheProcess))] // the number of threads, and what is allocated, are the process's
public class ReadAheadTests
{
    static readonly Dataset<int> s_samples = Classifier.Samples(500, 1);

    /// <summary>Samples that are different in each epoch. It notes who asks for what, and throws or waits where it is told to.</summary>
    sealed class Watched(IDataset<int> data, bool readsAhead = true) : IDataset<int>
    {
        public List<(int Epoch, int[] Samples)> Batches { get; } = [];
        public HashSet<Thread> Threads { get; } = [];
        public Action<int>? BeforeBatch { get; init; }
        public int Reads;
        public int Count => data.Count;
        public int InputSize => data.InputSize;
        public int TargetSize => data.TargetSize;
        public bool ReadsAhead => readsAhead;

        public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<int> target) => throw new NotSupportedException("Fit tells the epoch.");

        public void Read(int epoch, ReadOnlySpan<int> indices, Span<float> x, Span<int> target)
        {
            BeforeBatch?.Invoke(Reads);
            Threads.Add(Thread.CurrentThread);
            Batches.Add((epoch, indices.ToArray()));
            data.Read(indices, x, target);
            foreach (ref var value in x)
                value *= 1 + 0.125f * epoch;
            Interlocked.Increment(ref Reads);
        }
    }

    static FitOptions Options(bool? ahead = null, int epochs = 3) =>
        new() { Epochs = epochs, BatchSize = 64, Optimizer = new AdamW(0.01), Seed = 3, ReadAhead = ahead };

    static int[] Train(IDataset<int> data, FitOptions options)
    {
        var network = Classifier.Create(7);
        NetGen.Training.Fit<Classifier, int>(network, data, null, options);
        return Bits.Of(network.Parameters);
    }

    [Fact]
    public void Fit_AheadOrNot_OneThreadOrTwo_EndsWithTheSameBits()
    {
        try
        {
            int[]? expected = null;
            foreach (var (ahead, threads) in new[] { (false, 1), (false, 2), (true, 1), (true, 2) })
            {
                NetGenOptions.Threads = threads;
                var data = new Watched(s_samples);
                var bits = Train(data, Options(ahead));
                expected ??= bits;
                Assert.Equal(expected, bits);
                Assert.Equal(Enumerable.Range(0, 24).Select(i => i / 8), data.Batches.Select(b => b.Epoch));
                var thread = Assert.Single(data.Threads);
                Assert.Equal(ahead, thread != Thread.CurrentThread);
                Assert.Equal(ahead, !thread.IsAlive);
            }
        }
        finally
        {
            NetGenOptions.Threads = Environment.ProcessorCount;
        }
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Fit_UnlessToldOtherwise_ReadsAheadWhereTheDatasetSays(bool readsAhead)
    {
        var data = new Watched(s_samples, readsAhead);
        Train(data, Options(epochs: 1));
        Assert.Equal(readsAhead, !data.Threads.Contains(Thread.CurrentThread));
    }

    [Fact]
    public void Fit_ReadsOneBatchAheadOfTheStep_AndNoMore()
    {
        var data = new Watched(s_samples);
        var reports = 0;
        Train(data, Options(epochs: 2) with
        {
            ProgressInterval = TimeSpan.Zero,
            Progress = new FitCallback(p =>
            {
                // The step's own batch is still held: one buffer is left to read into.
                var expected = (p.Epoch - 1) * 8 + Math.Min(p.Batch + 1, 8);
                Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref data.Reads) >= expected, TimeSpan.FromSeconds(30)));
                if (++reports == 3)
                    Thread.Sleep(50);
                Assert.Equal(expected, Volatile.Read(ref data.Reads));
            }),
        });
        Assert.Equal(16, reports);
    }

    [Theory]
    [InlineData(2, 3), InlineData(2, 8), InlineData(1, 1)]
    public void Fit_ResumedWithinAnEpoch_SeesTheSameBatches(int epoch, int batch)
    {
        using var folder = new TemporaryFolder();
        var whole = new Watched(s_samples);
        var expected = Train(whole, Options());
        using var cancellation = new CancellationTokenSource();
        var first = new Watched(s_samples);
        Train(first, Options() with
        {
            CheckpointPath = folder["run"],
            CancellationToken = cancellation.Token,
            ProgressInterval = TimeSpan.Zero,
            Progress = new FitCallback(p =>
            {
                if (p.Epoch == epoch && p.Batch == batch)
                    cancellation.Cancel();
            }),
        });
        Assert.All(first.Threads, thread => Assert.False(thread.IsAlive));
        var rest = new Watched(s_samples);
        Assert.Equal(expected, Train(rest, Options() with { CheckpointPath = folder["run"], Resume = true }));
        var done = (epoch - 1) * 8 + batch;
        Assert.Equal(whole.Batches[done..].Select(b => b.Epoch), rest.Batches.Select(b => b.Epoch));
        Assert.Equal(whole.Batches[done..].SelectMany(b => b.Samples), rest.Batches.SelectMany(b => b.Samples));
    }

    [Fact]
    public void Fit_ExceptionInARead_SurfacesWhereItsBatchIsDue()
    {
        var data = new Watched(s_samples) { BeforeBatch = read => { if (read == 10) throw new TimeoutException("disk"); } };
        var network = Classifier.Create(7);
        var steps = 0;
        var options = Options() with { ProgressInterval = TimeSpan.Zero, Progress = new FitCallback(_ => steps++) };
        var e = Assert.Throws<TimeoutException>(() => NetGen.Training.Fit<Classifier, int>(network, data, null, options));
        Assert.Equal(10, steps);
        Assert.Contains(nameof(Watched), e.StackTrace, StringComparison.Ordinal); // where it was thrown
        Assert.False(Assert.Single(data.Threads).IsAlive);
    }

    [Fact]
    public void Fit_StoppedEarlyOrByAnException_EndsTheThread()
    {
        var data = new Watched(s_samples);
        Train(data, Options(epochs: 50) with { EarlyStopping = new(1), Optimizer = new SGD(50) });
        Assert.False(Assert.Single(data.Threads).IsAlive);

        var other = new Watched(s_samples);
        Assert.Throws<TimeoutException>(() => Train(other, Options() with
        {
            ProgressInterval = TimeSpan.Zero,
            Progress = new FitCallback(p => { if (p.Batch == 5) throw new TimeoutException(); }),
        }));
        Assert.False(Assert.Single(other.Threads).IsAlive);
    }

    /// <summary>Notes how much the thread that reads has allocated by each batch.</summary>
    sealed class Measured(IDataset<int> data) : IDataset<int>
    {
        public long[] Allocated { get; } = new long[1000];
        public int Reads;
        public int Count => data.Count;
        public int InputSize => data.InputSize;
        public int TargetSize => data.TargetSize;
        public bool ReadsAhead => true;

        public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<int> target)
        {
            Allocated[Reads++] = GC.GetAllocatedBytesForCurrentThread();
            data.Read(indices, x, target);
        }
    }

    sealed class Meter : IProgress<FitProgress>
    {
        public long[] Allocated { get; } = new long[1000];
        public int Steps;

        public void Report(FitProgress value) => Allocated[Steps++] = GC.GetAllocatedBytesForCurrentThread();
    }

    [Fact]
    public void Fit_OnBothThreads_AllocatesNothingForABatch()
    {
        var (data, meter) = (new Measured(s_samples), new Meter());
        Train(data, Options(epochs: 4) with { BatchSize = 10, Progress = meter, ProgressInterval = TimeSpan.Zero });
        Assert.Equal((200, 200), (data.Reads, meter.Steps));
        Assert.Equal(data.Allocated[1], data.Allocated[199]);
        for (var batch = 1; batch < 200; batch++)
        {
            if (batch % 50 is not (0 or 49)) // an epoch's order, and its result
                Assert.Equal(meter.Allocated[batch - 1], meter.Allocated[batch]);
        }
    }
}
