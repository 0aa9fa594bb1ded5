namespace NetGen.Gpu.Tests;

/// <summary>The functions of kernels, where they are plain C#, against those in double precision.</summary>
public sealed class GpuMathTests
{
    static readonly Dictionary<string, (Func<float, float> Of, Func<double, double> Reference)> Functions = new()
    {
        ["exp"] = (GpuMath.Exp, Math.Exp),
        ["expm1"] = (GpuMath.Expm1, x => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1),
        ["log"] = (GpuMath.Log, Math.Log),
        ["softplus"] = (GpuMath.Softplus, x => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)))),
        ["tanh"] = (GpuMath.Tanh, Math.Tanh),
        ["sigmoid"] = (GpuMath.Sigmoid, x => 1 / (1 + Math.Exp(-x))),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_FromTheSmallestToTheLargestNumber_IsRight(string name)
    {
        var (function, reference) = Functions[name];
        foreach (var size in Enumerable.Range(0, 4000).Select(i => MathF.Pow(10, -42 + (80 * i / 4000f))).Concat([0, 17, 87, 88, 88.5f, 88.7f, 88.75f, 89, 95, 103, 103.9f, 104, 105, float.MaxValue, float.PositiveInfinity]))
        {
            foreach (var x in new[] { size, -size })
            {
                var (actual, expected) = (function(x), (float)reference(x));
                if (!float.IsFinite(expected)) Assert.Equal(expected, actual);
                else Assert.True(Math.Abs(actual - expected) <= (4e-7f * Math.Abs(expected)) + 3e-45f, $"{name}({x}) = {actual}, not {expected}");
            }
        }
        Assert.True(float.IsNaN(function(float.NaN)));
    }

    [Fact]
    public void NormalCdf_OfAnyNumber_IsRight()
    {
        for (var x = -8f; x <= 8; x += 1 / 256f)
        {
            // ½ + ∫ φ by Simpson's rule.
            double Density(double t) => Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
            const int Steps = 400;
            var sum = Enumerable.Range(0, Steps + 1).Sum(i => (i is 0 or Steps ? 1 : i % 2 == 0 ? 2 : 4) * Density((double)x * i / Steps));
            Assert.Equal(0.5 + (sum * x / Steps / 3), GpuMath.NormalCdf(x), 3e-7);
        }
        Assert.Equal((0f, 1f, true), (GpuMath.NormalCdf(float.NegativeInfinity), GpuMath.NormalCdf(float.PositiveInfinity), float.IsNaN(GpuMath.NormalCdf(float.NaN))));
    }

    static double Log1p(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);
}
