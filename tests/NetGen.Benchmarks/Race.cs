using System.Diagnostics;

namespace NetGen.Benchmarks;

/// <summary>What a contender reached.</summary>
/// <param name="Name">Who.</param>
/// <param name="Rounds">Seconds a call in each round, in order.</param>
/// <param name="AllocatedBytes">Managed bytes that the calling thread allocated per call.</param>
/// <param name="ArenaBytes">Working memory, where it is known.</param>
public sealed record Result(string Name, double[] Rounds, double AllocatedBytes, long? ArenaBytes)
{
    /// <summary>The fastest round, in seconds a call.</summary>
    public double Best => Rounds.Min();

    /// <summary>The median round, in seconds a call.</summary>
    public double Median => Race.Median(Rounds);

    /// <summary>How many times as fast this was as another: the median over the rounds of the two times' quotient.</summary>
    public double SpeedOver(Result other) => Race.Median([.. other.Rounds.Zip(Rounds, (theirs, mine) => theirs / mine)]);
}

/// <summary>Times contenders in turns, A B C, C B A, …, in slices of a few milliseconds, so that a drift of the machine meets all of them alike.</summary>
/// <param name="Rounds">How many slices each gets.</param>
/// <param name="Slice">The length of a slice, at least one call.</param>
/// <param name="Longest">About how long all slices of a race may take; where calls are slow there are fewer rounds, but at least ten.</param>
public sealed record Race(int Rounds, TimeSpan Slice, TimeSpan Longest)
{
    const int FewestRounds = 10, WarmUpCalls = 3;

    /// <summary>How long each runs before anything counts: past the JIT's tiers and the first touch of every page.</summary>
    static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(600);

    /// <summary>
    /// Whoever ran before has left the caches full of its own data, and, with more than one thread, workers that spin, some for tens of milliseconds, and would
    /// share the cores with the next slice. What is timed are calls that follow each other, as those of a training run do: each slice begins with an untimed
    /// run, with several threads after the process has been idle for a while.
    /// </summary>
    static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(10), LongestWait = TimeSpan.FromSeconds(2), Settling = TimeSpan.FromMilliseconds(2);

    /// <summary>Runs the race.</summary>
    /// <param name="contenders">Who takes part.</param>
    /// <param name="threads">How many threads the contenders were told to use.</param>
    public Result[] Run(IReadOnlyList<Contender> contenders, int threads)
    {
        (int Calls, double Seconds)[] slices = [.. contenders.Select(contender => Calibrate(contender.Run))];
        double[] allocated = [.. contenders.Select((contender, i) => AllocatedBytes(contender.Run, slices[i].Calls))];
        int rounds = Math.Clamp((int)(Longest.TotalSeconds / slices.Sum(slice => slice.Seconds)), Math.Min(FewestRounds, Rounds), Rounds);
        double[][] times = [.. contenders.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
            for (int turn = 0; turn < contenders.Count; turn++)
            {
                int i = round % 2 == 0 ? turn : contenders.Count - 1 - turn;
                if (threads > 1) WaitUntilIdle();
                Settle(contenders[i].Run, slices[i].Calls);
                times[i][round] = Time(contenders[i].Run, slices[i].Calls);
            }
        return [.. contenders.Select((contender, i) => new Result(contender.Name, times[i], allocated[i], contender.ArenaBytes))];
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    /// <returns>How many calls make a slice, and how long it takes.</returns>
    (int Calls, double Seconds) Calibrate(Action<int> run)
    {
        int calls = 1;
        double best = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        for (int runs = 0; runs < WarmUpCalls || Stopwatch.GetElapsedTime(start) < WarmUp; runs++)
        {
            best = Math.Min(best, Time(run, calls));
            calls = Calls(best, Slice);
        }
        return (calls, calls * best);
    }

    static void Settle(Action<int> run, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        do run(Math.Max(1, calls / 10));
        while (Stopwatch.GetElapsedTime(start) < Settling);
    }

    /// <summary>Waits for a time in which no thread of this process did anything worth mentioning.</summary>
    static void WaitUntilIdle()
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan before, used;
        do
        {
            before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(Quiet);
            used = Environment.CpuUsage.TotalTime - before;
        }
        while (used > Quiet / 10 && Stopwatch.GetElapsedTime(start) < LongestWait);
    }

    static int Calls(double secondsPerCall, TimeSpan time) => (int)Math.Clamp(time.TotalSeconds / secondsPerCall, 1, 10_000_000);

    static double Time(Action<int> run, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        run(calls);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    static double AllocatedBytes(Action<int> run, int calls)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        run(calls);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / calls;
    }
}
