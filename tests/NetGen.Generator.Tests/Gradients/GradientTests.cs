using System.Globalization;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Generated code against the interpreter in double precision, and the interpreter's gradients against finite differences.</summary>
public abstract class GradientTests
{
    readonly NetworkSet networks;
    readonly ITestOutputHelper output;

    private protected GradientTests(NetworkSet networks, ITestOutputHelper output) => (this.networks, this.output) = (networks, output);

    private protected virtual IEnumerable<int> BatchSizes => NetworkCases.BatchSizes;

    protected void Predict_OfEachBatchSize_MatchesInterpreter(string network)
    {
        var (subject, reference) = networks[network];
        subject.Randomize(seed: 7);
        var parameters = subject.ParameterValues;
        var worst = 0.0;
        foreach (var samples in BatchSizes)
        {
            var batch = Batch.Random(subject.Info, reference.Loss, samples, seed: samples);
            var expected = reference.Predict(batch, parameters);
            worst = Math.Max(worst, Batch.Doubles(subject.Predict(batch.SinglesOfX)).AssertClose(expected, Closeness.Forward, $"{samples} samples"));
            var each = Batch.Doubles(subject.PredictEach(batch.SinglesOfX));
            worst = Math.Max(worst, each.AssertClose(expected, Closeness.Forward, $"{samples} samples, one at a time"));
        }
        output.WriteLine($"{worst:E1}");
    }

    protected void Gradient_OfEachBatchSize_MatchesInterpreter(string network)
    {
        var (subject, reference) = networks[network];
        subject.Randomize(seed: 7);
        var (forward, gradient) = (0.0, 0.0);
        // Two samples, normalised over the batch, are 1 and -1 whatever they were: what is left of gradients then are rounding errors.
        foreach (var samples in BatchSizes.Where(n => n > 2 || subject.LeastSamples == 1))
        {
            var parameters = subject.ParameterValues;
            var batch = Batch.Random(subject.Info, reference.Loss, samples, seed: samples);
            var (f, g) = subject.Backward(batch).AssertClose(reference.Backward(batch, parameters), $"{samples} samples");
            (forward, gradient) = (Math.Max(forward, f), Math.Max(gradient, g));
        }
        output.WriteLine($"{forward:E1} {gradient:E1}");
    }

    protected void InterpretedGradient_MatchesFiniteDifferences(string network)
    {
        var (subject, reference) = networks[network];
        subject.Randomize(seed: 8);
        var parameters = subject.ParameterValues;
        var batch = Batch.Random(subject.Info, reference.Loss, samples: 3, seed: 8);
        var gradients = reference.Backward(batch, parameters);
        // Ids have no gradient.
        if (gradients.InputGradient is { } dx) AssertDifferences("the input", batch.X, dx, batch.IsId);
        foreach (var (name, values) in gradients.Gradients) AssertDifferences(name, parameters[name], values, _ => false);

        void AssertDifferences(string name, double[] values, double[] gradient, Func<int, bool> isFixed)
        {
            Assert.All(gradient, (g, i) => Assert.True(g == 0 || !isFixed(i)));
            Assert.Equal(values.Length, gradient.Length);
            // Of central differences with h = 1e-5 in double precision some nine digits are good.
            // Where it is zero, there is the rounding of the loss, some 1e-15, divided by 2h.
            var allowed = 1e-7 * Math.Max(gradient.Max(Math.Abs), 1e-2);
            foreach (var (which, every) in Directions(values.Length))
            {
                double[] direction = [.. every.Select((d, i) => isFixed(i) ? 0 : d)];
                var expected = reference.DerivativeAlong(batch, parameters, values, direction);
                var actual = gradient.Zip(direction, (g, d) => g * d).Sum();
                Assert.True(Math.Abs(actual - expected) <= allowed, string.Create(CultureInfo.InvariantCulture,
                    $"The gradient of {name} is {actual:R} rather than {expected:R} along {which}; {allowed:E1} off is allowed."));
            }
        }
    }

    /// <summary>
    /// Directions of length 1: along some of the elements, or each where there are few, and two random ones, in which all elements have a part.
    /// </summary>
    static IEnumerable<(string Which, double[] Direction)> Directions(int size)
    {
        const int Most = 8;
        // A step coprime to most sizes, so that the elements chosen don't lie in one column.
        for (var i = 0; i < size; i += size <= Most ? 1 : size / Most | 1)
        {
            var along = new double[size];
            along[i] = 1;
            yield return ($"element {i}", along);
        }
        for (var seed = 0; seed < 2 && size > Most; seed++)
        {
            var direction = Batch.Doubles(Batch.Normal(new(seed), size));
            var length = Math.Sqrt(direction.Sum(d => d * d));
            yield return ("a random direction", [.. direction.Select(d => d / length)]);
        }
    }

    [Fact]
    public void PaddingOfGradients_IsZero()
    {
        foreach (var network in networks.Names)
        {
            var (subject, reference) = networks[network];
            subject.Randomize(seed: 9);
            subject.Backward(Batch.Random(subject.Info, reference.Loss, 13, seed: 9));
            var nonzero = subject.GradientValues.Sum(p => p.Value.LongCount(v => v != 0));
            Assert.Equal(nonzero, subject.Results[..(int)subject.Info.Learned.ParameterFloats].LongCount(v => v != 0));
        }
    }
}

/// <summary>Predictions and gradients of all networks of a class against the interpreter, and the interpreter's gradients against finite differences.</summary>
public abstract class GradientTests<TCases>(NetworkFixture<TCases> networks, ITestOutputHelper output) : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<TCases>>
    where TCases : INetworkCases
{
    public static TheoryData<string> Names => [.. TCases.Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Gradient_MatchesInterpreter(string network) => Gradient_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Interpreter_MatchesFiniteDifferences(string network) => InterpretedGradient_MatchesFiniteDifferences(network);
}

/// <summary>The networks of <see cref="NetworkCases.OfRows"/>.</summary>
public sealed class RowGradientTests(NetworkFixture<RowGradientTests> networks, ITestOutputHelper output) : GradientTests<RowGradientTests>(networks, output), INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases => NetworkCases.OfRows;
}

/// <summary>The networks of <see cref="NetworkCases.OfBlocks"/>.</summary>
public sealed class BlockGradientTests(NetworkFixture<BlockGradientTests> networks, ITestOutputHelper output) : GradientTests<BlockGradientTests>(networks, output), INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases => NetworkCases.OfBlocks;

    public static string Blocks => StructureCases.Blocks;
}

/// <summary>The networks of <see cref="NetworkCases.OfImages"/>.</summary>
public sealed class ImageGradientTests(NetworkFixture<ImageGradientTests> networks, ITestOutputHelper output) : GradientTests<ImageGradientTests>(networks, output), INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases => NetworkCases.OfImages;

    public static string Blocks => StructureCases.Blocks;

    // An image has a matrix's rows by itself, and the last size is more than a block of inference.
    private protected override IEnumerable<int> BatchSizes => [1, 2, 14, 65];
}
