using NetGen.Generator.Ops;
using NetGen.Generator.Tests.Parsing;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Convolutions that are pooled while their pixels are in the lanes of vectors against the interpreter, which convolves and pools.</summary>
public sealed class PooledConvolutionTests(NetworkFixture<PooledConvolutionTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<PooledConvolutionTests>>, INetworkCases
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    // Rows of one and of several vectors with a rest, odd sizes, kernels too wide to be written out, outputs that take one tile and several, of which
    // the last has fewer, results with a border and without channels that a kernel would read as a vector.
    public static IReadOnlyDictionary<string, string> Cases { get; } = NetworkCases.Select(
    [
        Case("LeNet", "1, 28, 28", "Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2), Flatten, Linear(10)"),
        Case("Odd", "1, 27, 31", "Conv2d(3, 2, Bias = false), Tanh, MaxPool2d(2), Conv2d(5, 3, Padding = 1)"),
        Case("Last", "1, 31, 34", "Conv2d(7, 3), MaxPool2d(2)"),
        Case("Wide", "1, 9, 75", "Conv2d(11, 3, 11, Padding = 5), LeakyReLU(0.1f), MaxPool2d(2), Sigmoid, Flatten, Linear(3)"),
        Case("Rolled", "1, 24, 39", "Conv2d(5, 13), Softplus, MaxPool2d(2), MaxPool2d(2), Conv2d(4, 1)"),
        Case("Scaled", "1, 18, 32", "Conv2d(17, 3, Padding = 1), MaxPool2d(2), BatchNorm, PReLU(17), PReLU, Conv2d(33, 3, Padding = 1)"),
        Case("Added", "1, 16, 64", "Conv2d(4, 1), MaxPool2d(2, Name = \"a\"), Sigmoid, Add(\"a\"), AdaptiveAvgPool2d"),
        Case("Single", "1, 2, 30", "Conv2d(1, 1), ReLU, MaxPool2d(2), Flatten, Linear(2)"),
    ]);

    private protected override IEnumerable<int> BatchSizes => [1, 3, 13];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Cases_ArePooled(string network) => Assert.True(IsPooled(Cases[network]));

    [Theory]
    // Several channels don't follow each other by pixels, and enough outputs fill vectors.
    [InlineData("[Input(3, 28, 28), Conv2d(6, 5), ReLU, MaxPool2d(2)]"), InlineData("[Input(1, 28, 28), Conv2d(16, 5), ReLU, MaxPool2d(2)]")]
    // Rows are too short to fill them.
    [InlineData("[Input(1, 12, 12), Conv2d(6, 3), ReLU, MaxPool2d(2)]")]
    // What isn't monotonic can't change places, and what others read has to be there.
    [InlineData("[Input(1, 28, 28), Conv2d(6, 5), GELU, MaxPool2d(2)]")]
    [InlineData("[Input(1, 28, 28), Conv2d(6, 1, Name = \"a\"), MaxPool2d(2), Upsample(2), Add(\"a\")]")]
    // Other strides and windows.
    [InlineData("[Input(1, 57, 57), Conv2d(6, 5, Stride = 2), ReLU, MaxPool2d(2)]"), InlineData("[Input(1, 28, 28), Conv2d(6, 5), ReLU, MaxPool2d(3, Stride = 2)]")]
    [InlineData("[Input(1, 28, 28), Conv2d(6, 5), ReLU, MaxPool2d(2, Padding = 1)]"), InlineData("[Input(1, 27, 27), Conv2d(6, 5), ReLU, MaxPool2d(2, CeilMode = true)]")]
    public void Others_AreNot(string layers) => Assert.False(IsPooled(layers));

    [Theory, MemberData(nameof(Names))]
    public void Predict_OfNaN_IsNaNWhereThatIsSeen(string network)
    {
        var (subject, reference) = networks.Set[network];
        subject.Randomize(seed: 7);
        var batch = Batch.Random(subject.Info, reference.Loss, samples: 1, seed: 1);
        batch.X[batch.X.Length / 2] = double.NaN;
        Assert.Equal(reference.Predict(batch, subject.ParameterValues).Select(double.IsNaN), subject.Predict(batch.SinglesOfX).Select(float.IsNaN));
    }

    static bool IsPooled(string layers) =>
        Compiler.Plan(Models.Single($"[Network] {layers} public partial class N;"), TestContext.Current.CancellationToken).Inference.Values.Any(v => v.Op is PooledConvolution);

    static KeyValuePair<string, string> Case(string name, string input, string layers) => new($"Pooled_{name}", $"[Input({input}, Gradient = true), {layers}]");
}
