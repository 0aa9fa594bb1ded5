using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Generated code against the interpreter in double precision, and the interpreter's gradients against finite differences.</summary>
public sealed class GradientTests(GradientTests.Networks networks, ITestOutputHelper output) : IClassFixture<GradientTests.Networks>
{
    public static TheoryData<string> Names => [.. NetworkCases.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Predict_OfEachBatchSize_MatchesInterpreter(string network)
    {
        var (subject, reference) = networks.Set[network];
        subject.Randomize(seed: 7);
        var parameters = subject.ParameterValues;
        var worst = 0.0;
        foreach (var samples in NetworkCases.BatchSizes)
        {
            var batch = Batch.Random(subject.Info, reference.Loss, samples, seed: samples);
            var expected = reference.Predict(batch, parameters);
            worst = Math.Max(worst, Batch.Doubles(subject.Predict(batch.SinglesOfX)).AssertClose(expected, Closeness.Forward, $"{samples} samples"));
            var each = Batch.Doubles(subject.PredictEach(batch.SinglesOfX));
            worst = Math.Max(worst, each.AssertClose(expected, Closeness.Forward, $"{samples} samples, one at a time"));
        }
        output.WriteLine($"{worst:E1}");
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_OfEachBatchSize_MatchesInterpreter(string network)
    {
        var (subject, reference) = networks.Set[network];
        subject.Randomize(seed: 7);
        var (forward, gradient) = (0.0, 0.0);
        // Two samples, normalised over the batch, are 1 and -1 whatever they were: what is left of gradients then are rounding errors.
        foreach (var samples in NetworkCases.BatchSizes.Where(n => n > 2 || subject.LeastSamples == 1))
        {
            var parameters = subject.ParameterValues;
            var batch = Batch.Random(subject.Info, reference.Loss, samples, seed: samples);
            var (f, g) = subject.Backward(batch).AssertClose(reference.Backward(batch, parameters), $"{samples} samples");
            (forward, gradient) = (Math.Max(forward, f), Math.Max(gradient, g));
        }
        output.WriteLine($"{forward:E1} {gradient:E1}");
    }

    [Theory, MemberData(nameof(Names))]
    public void InterpretedGradient_MatchesFiniteDifferences(string network)
    {
        var (subject, reference) = networks.Set[network];
        subject.Randomize(seed: 8);
        var parameters = subject.ParameterValues;
        var batch = Batch.Random(subject.Info, reference.Loss, samples: 3, seed: 8);
        var expected = reference.Differences(batch, parameters, most: 40);
        var actual = reference.Backward(batch, parameters);
        // Of central differences with h = 1e-5 in double precision some nine digits are good.
        const double Tolerance = 1e-7;
        if (actual.InputGradient is { } dx) dx.AssertClose(expected.InputGradient!, Tolerance, "gradient of the input");
        foreach (var (name, values) in actual.Gradients) values.AssertClose(expected.Gradients[name], Tolerance, $"gradient of {name}");
    }

    [Fact]
    public void PaddingOfGradients_IsZero()
    {
        foreach (var network in NetworkCases.All.Keys)
        {
            var (subject, reference) = networks.Set[network];
            subject.Randomize(seed: 9);
            subject.Backward(Batch.Random(subject.Info, reference.Loss, 13, seed: 9));
            var nonzero = subject.GradientValues.Sum(p => p.Value.LongCount(v => v != 0));
            Assert.Equal(nonzero, subject.Results[..subject.Info.Learned.ParameterFloats].LongCount(v => v != 0));
        }
    }

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(NetworkCases.All);

        public void Dispose() => Set.Dispose();
    }
}
