using NetGen.Generator.Tests.Parsing;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks that train with samples in the lanes of vectors against the interpreter, which knows nothing of layouts.</summary>
public sealed class SampleLanesTests(NetworkFixture<SampleLanesTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<SampleLanesTests>>, INetworkCases
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    // Kernels with and without borders, even ones, ones that reach beyond the image on all sides, a row of pixels, outputs that don't fill a tile.
    public static IReadOnlyDictionary<string, string> Cases { get; } = NetworkCases.Select(
    [
        Case("LeNet", "1, 28, 28", "Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(16, 5), ReLU, MaxPool2d(2), Flatten, Linear(10)"),
        Case("Odd", "2, 19, 23", "Conv2d(7, 3, Padding = 1, Bias = false), Tanh, MaxPool2d(3, Stride = 2), Conv2d(5, 4, Padding = 1), GELU, Flatten, Linear(3)"),
        Case("Borders", "3, 16, 21", "Conv2d(9, 3, Padding = 2), LeakyReLU(0.1f), AvgPool2d(2), Conv2d(3, 7, Padding = 3)"),
        Case("Points", "1, 22, 23", "Conv2d(10, 5), SiLU, Conv2d(4, 1, Padding = 1), AdaptiveAvgPool2d(3)"),
        Case("Sequence", "4, 300", "Conv1d(8, 9, Padding = 4), ReLU, MaxPool1d(4), Conv1d(6, 3), Softplus, Flatten, Linear(4)"),
        Case("Residual", "6, 16, 14", "Conv2d(6, 3, Padding = 1, Name = \"a\"), ReLU, Conv2d(6, 3, Padding = 1), Add(\"a\"), ReLU, AdaptiveAvgPool2d(1), Flatten, Linear(2)"),
        Case("Transposed", "6, 18, 17", "ConvTranspose2d(5, 4), ReLU, ConvTranspose2d(3, 3, Padding = 1, Bias = false)"),
        Case("Wide", "20, 8, 7", "Conv2d(21, 3, Padding = 1), ReLU, Upsample(2), Conv2d(20, 2)"),
    ]);

    private protected override IEnumerable<int> BatchSizes => [1, 15, 16, 19];

    [Theory, MemberData(nameof(Names))]
    public void Gradient_MatchesInterpreter(string network) => Gradient_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Training_HasSamplesTogether(string network) => Assert.Equal(16, networks.Set[network].Subject.TrainingInfo.SamplesTogether);

    [Theory]
    [InlineData("[Input(1, 28, 28), Conv2d(6, 5), ReLU, MaxPool2d(2), Conv2d(16, 5), Flatten, Linear(10)]", true)]
    // Vectors of channels are whole.
    [InlineData("[Input(16, 28, 28), Conv2d(16, 3, Padding = 1), ReLU, Conv2d(16, 3, Padding = 1)]", false)]
    // The work is too little to matter, or the images of several samples don't stay in the cache.
    [InlineData("[Input(1, 8, 8), Conv2d(6, 3), Flatten, Linear(2)]", false)]
    [InlineData("[Input(3, 96, 96), Conv2d(6, 3)]", false)]
    // Statistics of channels, strides and quotients of zero.
    [InlineData("[Input(1, 28, 28), Conv2d(6, 5), BatchNorm, Conv2d(6, 5)]", false)]
    [InlineData("[Input(1, 28, 28), Conv2d(6, 5), ReLU, Conv2d(6, 5, Stride = 2)]", false)]
    public void Choice_IsForFewChannels(string layers, bool together)
    {
        var graph = Compiler.Plan(Models.Single($"[Network] {layers} public partial class N;"), TestContext.Current.CancellationToken).Training.Graph;
        Assert.Equal(together, graph.Values.Any(v => v.Layout is { InLanes: true }));
    }

    static KeyValuePair<string, string> Case(string name, string input, string layers) => new($"Lanes_{name}", $"[Input({input}, Gradient = true), {layers}]");
}
