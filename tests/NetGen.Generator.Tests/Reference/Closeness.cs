using System.Globalization;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Compares numbers with those of a reference.</summary>
static class Closeness
{
    /// <summary>How far outputs may be from their reference, relative to the reference's largest magnitude.</summary>
    public const double Forward = 1e-5;

    /// <summary>How far gradients may be.</summary>
    public const double Gradient = 1e-4;

    /// <summary>
    /// Asserts that no number differs from its reference by more than a part of the reference's largest magnitude. Where the reference is NaN it says nothing.
    /// </summary>
    /// <returns>The largest difference, relative to the largest magnitude.</returns>
    public static double AssertClose(this double[] actual, double[] reference, double tolerance, string what)
    {
        Assert.Equal(reference.Length, actual.Length);
        // A reference of nothing but zeros, or nearly, asks for numbers of the size of rounding errors.
        var largest = Math.Max(reference.Where(r => !double.IsNaN(r)).DefaultIfEmpty().Max(Math.Abs), 1e-3);
        var worst = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (double.IsNaN(reference[i])) continue;
            var error = Math.Abs(actual[i] - reference[i]) / largest;
            if (!(error <= tolerance))
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture,
                    $"{what}: element {i} of {reference.Length} is {actual[i]:R} rather than {reference[i]:R}; {error:E1} of the largest, {largest:R}."));
            }
            worst = Math.Max(worst, error);
        }
        return worst;
    }

    /// <summary>Asserts the same of what another network computed, which has no NaN.</summary>
    /// <param name="actual">The numbers.</param>
    /// <param name="expected">Those of the other network.</param>
    /// <param name="tolerance">The part of the largest magnitude that they may differ by.</param>
    /// <param name="what">What they are.</param>
    /// <param name="largest">The largest magnitude of numbers that these are some of.</param>
    public static void AssertClose(this float[] actual, float[] expected, double tolerance, string what, float largest = 0)
    {
        Assert.Equal(expected.Length, actual.Length);
        largest = Math.Max(largest, expected.Max(MathF.Abs));
        for (var i = 0; i < expected.Length; i++) Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance * largest, $"{what}[{i}] is {actual[i]}, not {expected[i]}");
    }

    /// <summary>Asserts that loss, output and all gradients are those of the reference.</summary>
    /// <returns>The largest relative differences.</returns>
    public static (double Forward, double Gradient) AssertClose(this Outcome actual, Outcome reference, string what)
    {
        var forward = Math.Max(
            AssertClose([actual.Loss, Math.Max(1, reference.LossMagnitude)], [reference.Loss, Math.Max(1, reference.LossMagnitude)], Forward, $"{what}, loss"),
            actual.Output.AssertClose(reference.Output, Forward, $"{what}, training output"));
        Assert.Equal(reference.RunningStatistics.Keys.Order(StringComparer.Ordinal), actual.RunningStatistics.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, values) in reference.RunningStatistics)
        {
            forward = Math.Max(forward, actual.RunningStatistics[name].AssertClose(values, Forward, $"{what}, {name}"));
        }
        var gradient = 0.0;
        if (reference.InputGradient is { } dx) gradient = actual.InputGradient!.AssertClose(dx, Gradient, $"{what}, gradient of the input");
        Assert.Equal(reference.Gradients.Keys.Order(StringComparer.Ordinal), actual.Gradients.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, values) in reference.Gradients)
        {
            gradient = Math.Max(gradient, actual.Gradients[name].AssertClose(values, Gradient, $"{what}, gradient of {name}"));
        }
        return (forward, gradient);
    }
}
