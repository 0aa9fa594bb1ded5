using System.Globalization;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>What a network computes, beside what the interpreter does with the same random parameters and samples.</summary>
/// <param name="subject">The network.</param>
/// <param name="reference">Its reference.</param>
/// <param name="number">What numbers are drawn from.</param>
/// <param name="device">What computes in the network's place, with the same parameters; null for itself.</param>
sealed class Comparison(Subject subject, ReferenceNetwork reference, int number, IComputer? device = null)
{
    /// <summary>The most samples; a device's emulation takes its time.</summary>
    readonly int mostSamples = device is null ? 17 : 3;

    readonly IComputer computer = device ?? subject;

    /// <summary>What rounding changes a number by at most, as a part of it.</summary>
    public const double Rounding = 1.2e-7;

    /// <summary>How often the reference is computed with roundings before a number counts as wrong.</summary>
    const int MostRoundings = 8;

    double forward, gradient;

    /// <summary>Fails where a number is wrong.</summary>
    /// <returns>The largest errors, as parts of what is allowed.</returns>
    public (double Forward, double Gradient) Run()
    {
        subject.Randomize(number);
        // Two samples, normalised over the batch, are 1 and -1 whatever they were.
        var samples = (subject.LeastSamples > 1 ? 3 : 1) + number * 7 % mostSamples;
        var batch = Batch.Random(subject.Info, reference.Loss, samples, number);
        Predict(batch);
        // A larger batch before leaves its numbers where smaller ones have their padding, and moves running statistics.
        computer.Backward(Batch.Random(subject.Info, reference.Loss, samples + 5, number + 1));
        Train(batch);
        return (forward, gradient);
    }

    void Predict(Batch batch)
    {
        var parameters = computer.ParameterValues;
        var outputs = Remembered(seed => reference.Predict(batch, parameters, seed == 0 ? 0 : Rounding, seed));
        Check(ref forward, Batch.Doubles(computer.Predict(batch.SinglesOfX)), outputs, Closeness.Forward, "output");
        if (device is null) Check(ref forward, Batch.Doubles(subject.PredictEach(batch.SinglesOfX)), outputs, Closeness.Forward, "output of single samples");
    }

    void Train(Batch batch)
    {
        var parameters = computer.ParameterValues;
        var outcomes = Remembered(seed => reference.Backward(batch, parameters, rounding: seed == 0 ? 0 : Rounding, roundingSeed: seed));
        var (actual, expected) = (computer.Backward(batch), outcomes(0));
        // A loss is as exact as the samples' losses that cancel in it, and the logits that nearly do in those.
        var magnitude = Math.Max(1, expected.LossMagnitude);
        Check(ref forward, [actual.Loss, magnitude], seed => [outcomes(seed).Loss, magnitude], Closeness.Forward, "loss");
        Check(ref forward, actual.Output, seed => outcomes(seed).Output, Closeness.Forward, "training output");
        if (expected.InputGradient is not null)
        {
            Check(ref gradient, actual.InputGradient!, seed => outcomes(seed).InputGradient!, Closeness.Gradient, "gradient of the input");
        }
        Assert.Equal(expected.Gradients.Keys.Order(StringComparer.Ordinal), actual.Gradients.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, values) in actual.Gradients)
        {
            Check(ref gradient, values, seed => outcomes(seed).Gradients[name], Closeness.Gradient, $"gradient of {name}");
        }
        Assert.Equal(expected.RunningStatistics.Keys.Order(StringComparer.Ordinal), actual.RunningStatistics.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, values) in actual.RunningStatistics)
        {
            Check(ref forward, values, seed => outcomes(seed).RunningStatistics[name], Closeness.Forward, name);
        }
    }

    /// <summary>
    /// Compares numbers with those of the reference. What rounding errors come to isn't the kernels' fault: where terms cancel, as in the gradient of a
    /// LayerNorm of two, little else is left, and where two values of a window are nearly equal, rounding decides which is the largest.
    /// </summary>
    /// <param name="worst">The largest error so far, as a part of what is allowed.</param>
    /// <param name="actual">The numbers.</param>
    /// <param name="expected">The reference's: exact for 0, and with roundings by chance for others.</param>
    /// <param name="tolerance">What is allowed, as a part of the largest number.</param>
    /// <param name="what">What the numbers are.</param>
    public static void Check(ref double worst, double[] actual, Func<int, double[]> expected, double tolerance, string what)
    {
        var exact = expected(0);
        Assert.Equal(exact.Length, actual.Length);
        var (at, error) = Largest(actual, exact);
        var (usual, rounding) = (tolerance * Math.Max(exact.Select(Math.Abs).DefaultIfEmpty().Max(), 1e-3), 0.0);
        for (var seed = 1; seed <= MostRoundings; seed++)
        {
            rounding = Math.Max(rounding, Largest(expected(seed), exact).Distance);
            var allowed = usual + 16 * rounding;
            if (!(error <= allowed)) continue;
            worst = Math.Max(worst, error / allowed);
            return;
        }
        Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{what}: element {at} of {exact.Length} is {actual[at]:R} rather than {exact[at]:R}, "
            + $"{error:E1} away where {usual:E1} is allowed, and for rounding {16 * rounding:E1}."));
    }

    /// <summary>The largest distance of two numbers, or NaN.</summary>
    static (int At, double Distance) Largest(double[] one, double[] other)
    {
        var (at, distance) = (0, 0.0);
        for (var i = 0; i < one.Length && !double.IsNaN(distance); i++)
        {
            if (!(Math.Abs(one[i] - other[i]) <= distance)) (at, distance) = (i, Math.Abs(one[i] - other[i]));
        }
        return (at, distance);
    }

    public static Func<int, T> Remembered<T>(Func<int, T> compute)
    {
        var known = new Dictionary<int, T>();
        return seed => known.TryGetValue(seed, out var value) ? value : known[seed] = compute(seed);
    }
}
