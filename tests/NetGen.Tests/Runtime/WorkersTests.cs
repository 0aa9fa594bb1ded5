using System.Diagnostics;
using NetGen.Runtime;

namespace NetGen.Tests.Runtime;

/// <summary>Tests that change <see cref="NetGenOptions.Threads"/> or want the worker threads for themselves: nothing else runs at the same time.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(AloneInTheProcess))]
public sealed unsafe class WorkersTests : IDisposable
{
    const int MostThreads = 16;

    readonly int _threads = NetGenOptions.Threads;

    public void Dispose() => NetGenOptions.Threads = _threads;

    struct Shared
    {
        public fixed int Calls[MostThreads];
        public fixed int Progress[MostThreads];
        public int Workers;
        public int Rounds;
        public int Errors;
        public int Throws;
    }

    static void Count(void* state, int worker, int workers)
    {
        var shared = (Shared*)state;
        shared->Calls[worker]++;
        if (worker == 0) shared->Workers = workers;
    }

    /// <summary>After each barrier everyone has made the step before it, and nobody one more: the second barrier of a round keeps them from it.</summary>
    static void Meet(void* state, int worker, int workers)
    {
        var shared = (Shared*)state;
        if (worker == 0) shared->Workers = workers;
        for (var round = 1; round <= shared->Rounds; round++)
        {
            shared->Progress[worker] = round;
            Workers.Barrier(worker, workers);
            for (var i = 0; i < workers; i++)
                if (shared->Progress[i] != round) Interlocked.Increment(ref shared->Errors);
            Workers.Barrier(worker, workers);
        }
    }

    static void Nest(void* state, int worker, int workers)
    {
        Shared inner = default;
        Workers.Run(&Count, &inner, MostThreads);
        if (inner.Workers != 1 || inner.Calls[0] != 1) Interlocked.Increment(ref ((Shared*)state)->Errors);
        Count(state, worker, workers);
    }

    static void Throw(void* state, int worker, int workers)
    {
        var shared = (Shared*)state;
        Workers.Barrier(worker, workers);
        if (worker == shared->Throws) throw new InvalidOperationException("As the test wants it.");
        Workers.Barrier(worker, workers);
        Workers.Barrier(worker, workers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(16)]
    public void Run_CallsTheBodyOncePerWorker(int workers)
    {
        NetGenOptions.Threads = workers;
        for (var repeat = 0; repeat < 300; repeat++)
        {
            Shared shared = default;
            Workers.Run(&Count, &shared, MostThreads);
            Assert.Equal(workers, shared.Workers);
            for (var i = 0; i < MostThreads; i++) Assert.Equal(i < workers ? 1 : 0, shared.Calls[i]);
        }
    }

    [Fact]
    public void Run_UsesNoMoreWorkersThanAskedFor_OrAllowed()
    {
        NetGenOptions.Threads = 3;
        Shared shared = default;
        Workers.Run(&Count, &shared, 2);
        Assert.Equal(2, shared.Workers);
        Workers.Run(&Count, &shared, 100);
        Assert.Equal(3, shared.Workers);
        Workers.Run(&Count, &shared, 1);
        Assert.Equal(1, shared.Workers);
    }

    [Theory]
    [InlineData(2, 20_000)]
    [InlineData(3, 1000)]
    [InlineData(4, 1000)]
    [InlineData(5, 1000)]
    [InlineData(7, 1000)]
    public void Barrier_HoldsEveryoneUntilAllHaveCome(int workers, int rounds)
    {
        NetGenOptions.Threads = workers;
        Shared shared = new() { Rounds = rounds };
        Workers.Run(&Meet, &shared, workers);
        Assert.Equal(workers, shared.Workers);
        Assert.Equal(0, shared.Errors);
    }

    [Fact]
    public void Run_WorksWithAnyNumberOfWorkers_FromCallToCall_AndAfterPauses()
    {
        var random = new Random(1);
        for (var call = 0; call < 2000; call++)
        {
            NetGenOptions.Threads = random.Next(1, 8);
            Shared shared = new() { Rounds = random.Next(3) };
            Workers.Run(&Meet, &shared, MostThreads);
            Assert.Equal(NetGenOptions.Threads, shared.Workers);
            Assert.Equal(0, shared.Errors);

            // Around the moment at which waiting workers go to sleep.
            if (call % 4 == 0) Pause(random.Next(120));
        }
    }

    [Fact]
    public void Run_FromSeveralThreads_RunsEachBodyWhole()
    {
        NetGenOptions.Threads = 3;
        var errors = 0;
        var together = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var call = 0; call < 2000; call++)
            {
                Shared shared = new() { Rounds = 2 };
                Workers.Run(&Meet, &shared, 3);
                Shared counts = default;
                Workers.Run(&Count, &counts, 3);
                if (shared.Workers is not (1 or 3) || shared.Errors != 0) Interlocked.Increment(ref errors);
                for (var i = 0; i < 3; i++)
                    if (counts.Calls[i] != (i < counts.Workers ? 1 : 0)) Interlocked.Increment(ref errors);
                if (shared.Workers == 3) Interlocked.Increment(ref together);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(0, errors);
        Assert.True(together > 0);
    }

    [Fact]
    public void Run_WithinABody_RunsAlone()
    {
        NetGenOptions.Threads = 3;
        Shared shared = default;
        Workers.Run(&Nest, &shared, 3);
        Assert.Equal(3, shared.Workers);
        Assert.Equal(0, shared.Errors);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 2)]
    [InlineData(7, 0)]
    [InlineData(7, 5)]
    public void Run_ThrowsWhatABodyThrew_AndWorksAfterwards(int workers, int throws)
    {
        NetGenOptions.Threads = workers;
        var exception = Assert.Throws<InvalidOperationException>(() =>
        {
            Shared throwing = new() { Throws = throws };
            Workers.Run(&Throw, &throwing, workers);
        });
        Assert.Equal("As the test wants it.", exception.Message);
        Shared shared = new() { Rounds = 100 };
        Workers.Run(&Meet, &shared, workers);
        Assert.Equal(workers, shared.Workers);
        Assert.Equal(0, shared.Errors);
    }

    [Fact]
    public void Run_AllocatesNothing_OnceItsThreadsRun()
    {
        NetGenOptions.Threads = 7;
        Shared shared = new() { Rounds = 2 };
        for (var i = 0; i < 50; i++) Workers.Run(&Meet, &shared, 7);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
        {
            Workers.Run(&Meet, &shared, 7);
            if (i % 10 == 0) Pause(200);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Workers_Sleep_WhenThereIsNothingToDo()
    {
        NetGenOptions.Threads = 7;
        Shared shared = default;
        Workers.Run(&Count, &shared, 7);
        using var process = Process.GetCurrentProcess();

        // The JIT may still be compiling in the background what earlier tests ran often; a spinning thread would take most of every half second.
        var least = double.PositiveInfinity;
        for (var i = 0; i < 10 && least > 150; i++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            Thread.Sleep(500);
            process.Refresh();
            least = Math.Min(least, (process.TotalProcessorTime - before).TotalMilliseconds);
        }
        Assert.InRange(least, 0, 150);
    }

    [Fact]
    public void Split_CoversAllItemsInOrder_WithPartsThatDifferByAtMostOne()
    {
        foreach (var count in (int[])[0, 1, 2, 5, 64, 1000, int.MaxValue])
        {
            for (var workers = 1; workers <= 9; workers++)
            {
                var next = 0;
                for (var worker = 0; worker < workers; worker++)
                {
                    Workers.Split(count, worker, workers, out var first, out var last);
                    Assert.Equal(next, first);
                    Assert.InRange(last - first, count / workers, (int)(((long)count + workers - 1) / workers));
                    next = last;
                }

                Assert.Equal(count, next);
            }
        }
    }

    [Fact]
    public void Threads_AreAtLeastOne() => Assert.Throws<ArgumentOutOfRangeException>("value", () => NetGenOptions.Threads = 0);

    static void Pause(int microseconds)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds) Thread.SpinWait(1);
    }

    /// <summary>Some milliseconds of work in all, of which each worker does its part.</summary>
    static void Work(void* state, int worker, int workers)
    {
        Count(state, worker, workers);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(4.0 / workers);) { }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void SampleThreads_ShareLongPredictions_ThoughThreadsSleepBetweenThem(int threads)
    {
        NetGenOptions.Threads = threads;
        SampleThreads sample = new();
        Shared shared = default;
        var most = 0;
        for (var i = 0; i < 8; i++)
        {
            sample.Run(&Work, &shared);
            most = Math.Max(most, shared.Workers);
            Thread.Sleep(2);
        }
        Assert.Equal(threads, most);
        Assert.Equal(8, shared.Calls[0]);
    }
}
