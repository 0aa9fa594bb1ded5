namespace NetGen.Tests.Training;

public class ScheduleTests
{
    static double[] Rates(Schedule schedule, double rate, int steps)
    {
        var state = new double[schedule.StateSize];
        schedule.Start(state);
        return [.. Enumerable.Range(0, steps).Select(step => schedule.Rate(rate, step, state))];
    }

    static void Near(IEnumerable<double> expected, IEnumerable<double> actual) => Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) <= 1e-9 * Math.Max(1, Math.Abs(a)));

    [Fact]
    public void Constant_Rate_IsTheOptimizers() => Near([0.1, 0.1, 0.1], Rates(Schedule.Constant, 0.1, 3));

    [Fact]
    public void Step_Rate_FallsEveryFewSteps() => Near([1, 1, 0.1, 0.1, 0.01, 0.01, 0.001], Rates(Schedule.StepEvery(2), 1, 7));

    [Fact]
    public void Step_OfEpochs_CountsTheRunsSteps() => Near([1, 1, 1, 1, 1, 1, 0.5, 0.5], Rates(Schedule.Step(2, 0.5).For(3, 100), 1, 8));

    [Fact]
    public void Cosine_WithoutWarmup_FollowsPyTorchsRecursion()
    {
        // CosineAnnealingLR.get_lr, which is written as a recursion.
        var expected = new List<double> { 0.5 };
        for (int t = 1; t <= 20; t++)
            expected.Add((1 + Math.Cos(Math.PI * t / 20)) / (1 + Math.Cos(Math.PI * (t - 1) / 20)) * (expected[^1] - 0.01) + 0.01);
        Near([.. expected, 0.01, 0.01], Rates(Schedule.Cosine(20, 0, 0.01), 0.5, 23));
    }

    [Fact]
    public void Cosine_WithWarmup_RisesLinearlyFirst() =>
        Near([0.25, 0.5, 0.75, 1, 1, 0.75, 0.25, 0], Rates(Schedule.Cosine(7, 4), 1, 8));

    [Fact]
    public void Cosine_WithoutLength_TakesTheRuns() => Near(Rates(Schedule.Cosine(30), 1, 30), Rates(Schedule.Cosine().For(10, 30), 1, 30));

    [Fact]
    public void OneCycle_Rates_ArePyTorchs()
    {
        // OneCycleLR(max_lr=1, total_steps=10, pct_start=0.3): phases end at steps 2 and 9.
        static double Between(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
        var (first, last) = (1 / 25.0, 1 / 25.0 / 1e4);
        Near([first, (first + 1) / 2, 1, .. Enumerable.Range(1, 7).Select(t => Between(1, last, t / 7.0)), last], Rates(Schedule.OneCycle(10), 1, 11));
    }

    [Fact]
    public void OneCycle_ShortAndLong_StaysWithinItsRange()
    {
        foreach (var steps in new[] { 1, 2, 3, 4, 7, 100 })
        {
            var rates = Rates(Schedule.OneCycle(steps), 2, steps + 3);
            Assert.All(rates, rate => Assert.InRange(rate, 2 / 25.0 / 1e4 * 0.999, 2));
            Assert.Equal(2 / 25.0 / 1e4, rates[steps - 1], 1e-12);
        }
    }

    [Fact]
    public void Schedule_WithoutLengthOutsideOfFit_SaysHowToGiveOne()
    {
        Assert.Contains("totalSteps", Assert.Throws<InvalidOperationException>(() => Rates(Schedule.Cosine(), 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("totalSteps", Assert.Throws<InvalidOperationException>(() => Rates(Schedule.OneCycle(), 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("StepEvery", Assert.Throws<InvalidOperationException>(() => Rates(Schedule.Step(3), 1, 1)).Message, StringComparison.Ordinal);
    }

    static double[] Plateau(Schedule schedule, params double[] metrics)
    {
        var state = new double[schedule.StateSize];
        schedule.Start(state);
        var rates = new List<double>();
        foreach (var metric in metrics)
        {
            schedule.Report(1, metric, state);
            rates.Add(schedule.Rate(1, rates.Count, state));
        }
        return [.. rates];
    }

    [Fact]
    public void Plateau_AfterPatience_ReducesTheRate() =>
        // Two bad reports are tolerated, the third reduces, and counting starts anew.
        Near([1, 1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01], Plateau(Schedule.ReduceOnPlateau(0.1, 2), 5, 4, 4, 4, 4, 4, 4, 4, 3));

    [Fact]
    public void Plateau_Threshold_IsRelative() =>
        Near([1, 0.5, 0.5], Plateau(Schedule.ReduceOnPlateau(0.5, 0, threshold: 0.1), 10, 9.5, 8.9)); // needed: below 9, in both

    [Fact]
    public void Plateau_Cooldown_IgnoresReports() =>
        Near([1, 0.5, 0.5, 0.5, 0.25], Plateau(Schedule.ReduceOnPlateau(0.5, 0, cooldown: 2), 1, 1, 1, 1, 1));

    [Fact]
    public void Plateau_Minimum_IsKept() => Near([1, 0.1, 0.05, 0.05], Plateau(Schedule.ReduceOnPlateau(0.1, 0, minimum: 0.05), 1, 1, 1, 1));

    [Fact]
    public void Plateau_NaN_IsNoImprovement() => Near([1, 0.1, 0.01], Plateau(Schedule.ReduceOnPlateau(0.1, 0), 1, double.NaN, double.NaN));

    [Fact]
    public void Schedule_ArgumentsOutOfRange_AreNamed()
    {
        Assert.Equal("factor", Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.ReduceOnPlateau(1)).ParamName);
        Assert.Equal("epochs", Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Step(0)).ParamName);
        Assert.Equal("warmupSteps", Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(5, 6)).ParamName);
        Assert.Equal("warmup", Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.OneCycle(5, 1.5)).ParamName);
    }
}
