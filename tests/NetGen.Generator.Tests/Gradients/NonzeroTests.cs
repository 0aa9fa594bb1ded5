using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Parsing;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>One sample with many zeros, whose product with the weights leaves them out, against the interpreter.</summary>
public sealed class NonzeroTests(NetworkFixture<NonzeroTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<NonzeroTests>>, INetworkCases
{
    // Outputs that fill panels, leave one, and end in a narrow or a partial one; few and many inputs; a hidden layer, whose zeros are those of an activation.
    public static IReadOnlyDictionary<string, string> Cases { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Nonzeros_784_128"] = "[Input(784), Linear(128), ReLU, Linear(10)]",
        ["Nonzeros_257_96"] = "[Input(257), Linear(96, Bias = false)]",
        ["Nonzeros_190_100"] = "[Input(190), Linear(100), Tanh]",
        ["Nonzeros_Hidden"] = "[Input(20), Linear(301), ReLU6, Linear(72), Sigmoid]",
        ["Nonzeros_Image"] = "[Input(2, 14, 14), Conv2d(8, 3, Padding = 1), ReLU, MaxPool2d(2), Flatten, Linear(80), Linear(3)]",
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Predict_OfAnyNumberOfZeros_MatchesInterpreter(string network)
    {
        var (subject, reference) = networks.Set[network];
        subject.Randomize(seed: 7);
        var (size, most) = (subject.Info.InputSize, subject.Info.InputSize * 3 / 4);
        foreach (var nonzeros in new[] { 0, 1, 2, 3, size / 2, most, most + 1, size })
        {
            var batch = Batch.Random(subject.Info, reference.Loss, samples: 1, seed: nonzeros);
            int[] places = [.. Enumerable.Range(0, size)];
            new Random(nonzeros).Shuffle(places);
            foreach (var place in places[nonzeros..]) batch.X[place] = 0;
            Batch.Doubles(subject.Predict(batch.SinglesOfX)).AssertClose(reference.Predict(batch, subject.ParameterValues), Closeness.Forward, $"{nonzeros} nonzeros");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Predict_OfNaNBesideZeros_IsNaN(string network)
    {
        var (subject, reference) = networks.Set[network];
        subject.Randomize(seed: 7);
        var batch = Batch.Random(subject.Info, reference.Loss, samples: 1, seed: 1);
        Array.Clear(batch.X);
        batch.X[batch.X.Length / 2] = double.NaN;
        Assert.Equal(reference.Predict(batch, subject.ParameterValues).Select(double.IsNaN), subject.Predict(batch.SinglesOfX).Select(float.IsNaN));
    }

    [Theory]
    [InlineData("Input(784), Linear(128)", true), InlineData("Input(784), Linear(32), ReLU, Linear(512)", true), InlineData("Input(1, 28, 28), Flatten, Linear(64)", true)]
    // Too few weights for each input, or in all, and activations whose results are never zero.
    [InlineData("Input(784), Linear(32)", false), InlineData("Input(100), Linear(100)", false), InlineData("Input(20), Linear(784), GELU, Linear(128)", false)]
    [InlineData("Input(20), Linear(784), ReLU, LayerNorm, Linear(128)", false)]
    // Rows of a sample are a batch by themselves.
    [InlineData("Input(16, 256), Linear(256)", false)]
    public void Products_LookForZeros_WhereTheyAreLikely(string layers, bool expected)
    {
        var network = Compiler.Lower(Models.Single($"[Network, {layers}] public partial class N;"), VectorWidths.All, TestContext.Current.CancellationToken);
        Assert.Equal(expected, network.Single.Any(call => call.Kernel.Name.EndsWith("OfNonzeros", StringComparison.Ordinal)));
    }
}
