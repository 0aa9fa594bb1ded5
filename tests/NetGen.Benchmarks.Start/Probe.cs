using System.Diagnostics;
using System.Globalization;

namespace NetGen.Benchmarks.Start;

/// <summary>What a program that has just made its first prediction says of itself.</summary>
static class Probe
{
    const int Rounds = 40, Calls = 50;

    /// <summary>The sample that is predicted.</summary>
    public static float[] Sample(int size) => [.. Enumerable.Range(0, size).Select(i => i * 37 % 101 / 50f - 1)];

    /// <summary>
    /// Prints the milliseconds from when the process was started to now, the megabytes that it has resident, the microseconds of a prediction (that of the
    /// best round), and the outputs of the first.
    /// </summary>
    /// <param name="args">What the clock, which all processes share, said when the process was started.</param>
    /// <param name="first">The first prediction.</param>
    /// <param name="predict">Predicts again.</param>
    public static void Report(string[] args, float[] first, Action predict)
    {
        var started = Stopwatch.GetElapsedTime(long.Parse(args[0], CultureInfo.InvariantCulture));
        var resident = Environment.WorkingSet;
        var outputs = string.Join(' ', first.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        var best = double.PositiveInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            for (var call = 0; call < Calls; call++) predict();
            best = Math.Min(best, Stopwatch.GetElapsedTime(begun).TotalMicroseconds / Calls);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{started.TotalMilliseconds} {resident / 1e6} {best} {outputs}"));
    }
}
