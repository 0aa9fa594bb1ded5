using NetGen.Generator.Algorithms;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Convolutions by Winograd's algorithm against the interpreter, which knows the direct way only.</summary>
public sealed class WinogradTests(NetworkFixture<WinogradTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<WinogradTests>>, INetworkCases
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    // Tiles of both sizes, images that are and aren't whole tiles, several groups of tiles in an image and several images in a group.
    public static IReadOnlyDictionary<string, string> Cases { get; } = NetworkCases.Select(
    [
        Case("Tiles2", "16, 6, 5", "Conv2d(32, 3, Padding = 1)"),
        Case("Tiles4", "32, 8, 8", "Conv2d(32, 3, Padding = 1), ReLU, Conv2d(32, 3, Padding = 1, Bias = false)"),
        Case("PartOfTile", "32, 4, 3", "Conv2d(64, 3, Padding = 1), ReLU"),
        Case("Edges", "32, 11, 14", "Conv2d(32, 3, Padding = 1), PReLU"),
        Case("OtherBorders", "32, 9, 8", "Conv2d(32, 3), SiLU, Conv2d(32, 3, Padding = 2)"),
        Case("Groups", "16, 33, 36", "Conv2d(32, 3, Padding = 1), ReLU, AdaptiveAvgPool2d(1)"),
        Case("Residual", "32, 7, 6", "Conv2d(32, 3, Padding = 1, Name = \"a\"), ReLU, Conv2d(32, 3, Padding = 1, Bias = false), BatchNorm, Add(\"a\"), ReLU"),
        // Weights that are brought to the points in two parts.
        Case("Parts", "256, 6, 6", "Conv2d(96, 3, Padding = 1), SiLU"),
        // Tiles' values that don't stay in the cache, a part of which three panels at a time are multiplied with.
        Case("PartsOfPanels", "400, 4, 4", "Conv2d(192, 3, Padding = 1), SiLU"),
        Case("Transposed", "32, 7, 8", "ConvTranspose2d(32, 3, Padding = 1)"),
        // Kernels of 3 × 3 that move by two, of whole tiles, of parts of them with all borders, with inputs in parts and with several panels at a time.
        Case("ByTwo", "32, 16, 16", "Conv2d(32, 3, Stride = 2, Padding = 1), ReLU"),
        Case("ByTwoEdges", "64, 27, 18", "Conv2d(64, 3, Stride = 2), SiLU, Conv2d(32, 3, Stride = 2, Padding = 2, Bias = false)"),
        Case("ByTwoParts", "80, 13, 10", "Conv2d(96, 3, Stride = 2, Padding = 1, Bias = false), PReLU"),
        Case("ByTwoPanels", "144, 8, 7", "Conv2d(96, 3, Stride = 2, Padding = 1), SiLU"),
        // Kernels of 5 × 5, whose products stay in registers, with a pooling that is a tile, and without one.
        Case("Small", "6, 14, 14", "Conv2d(16, 5), ReLU, MaxPool2d(2)"),
        Case("SmallOddPooled", "3, 17, 27", "Conv2d(16, 5, Padding = 1, Bias = false), ReLU, MaxPool2d(2)"),
        Case("SmallOddSizes", "5, 9, 18", "Conv2d(48, 5, Padding = 2), GELU"),
        Case("SmallLowImage", "20, 5, 40", "Conv2d(32, 5, Padding = 1), SiLU"),
        Case("SmallOneRow", "7, 5, 9", "Conv2d(16, 5), PReLU"),
        Case("SmallResidual", "16, 9, 7", "Conv2d(16, 5, Padding = 2, Name = \"a\"), ReLU, Conv2d(16, 5, Padding = 2, Bias = false), BatchNorm, Add(\"a\"), ReLU"),
        // Kernels that move by two, with phases of three places and of four, some of which have less.
        Case("Phases7", "3, 19, 24", "Conv2d(16, 7, Stride = 2, Padding = 3), ReLU, MaxPool2d(2)"),
        Case("Phases5", "2, 16, 37", "Conv2d(32, 5, Stride = 2, Padding = 2, Bias = false), SiLU"),
        Case("Phases8", "1, 21, 18", "Conv2d(48, 8, Stride = 2, Padding = 1), Tanh"),
        Case("Phases6", "4, 12, 15", "Conv2d(16, 6, Stride = 2), GELU"),
    ]);

    private protected override IEnumerable<int> BatchSizes => [1, 3, 9, 17];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Gradient_MatchesInterpreter(string network) => Gradient_OfEachBatchSize_MatchesInterpreter(network);

    [Theory]
    [InlineData(64, 56, 64, false, 4, false), InlineData(32, 5, 32, false, 2, false)]
    // Weights of 9 MB at the points of the larger tiles come as fast as they are multiplied with, those of 38 MB take longer than the smaller tiles' products.
    [InlineData(256, 14, 256, false, 4, false), InlineData(512, 7, 512, false, 2, false)]
    // Samples of a batch share what is brought to the points, and weights that are new for each batch are not read often enough to be written first.
    [InlineData(512, 4, 512, true, 4, true), InlineData(128, 16, 128, true, 4, false)]
    // A single pixel uses one of a tile's results.
    [InlineData(16, 1, 32, false, null, null)]
    public void Choice_IsWhatTakesLeast(int inputs, int size, int outputs, bool training, int? results, bool? transformsWeights)
    {
        var choice = WinogradChoice.Of(inputs, outputs, size, size, training);
        Assert.Equal((results, transformsWeights), (choice?.Transform.Results, choice?.TransformsWeights));
    }

    [Theory]
    [InlineData("Input(6, 14, 14), Conv2d(16, 5), ReLU, MaxPool2d(2)", "PooledWinograd2x5_6x14x14_16x5x5_ReLU")]
    [InlineData("Input(6, 14, 14), Conv2d(16, 5), ReLU, AvgPool2d(2)", "Winograd2x5_6x14x14_16x10x10_ReLU")]
    // A kernel that moves by two is one of half the size on phases.
    [InlineData("Input(3, 32, 32), Conv2d(64, 7, Stride = 2, Padding = 3)", "Winograd3x4_12x16x16_64x16x16")]
    [InlineData("Input(3, 32, 32), Conv2d(64, 5, Stride = 2, Padding = 2)", "Winograd4_12x16x16_64x16x16")]
    // Those that another layer gives have too many channels, and of a kernel of 3 × 3 too few places meet.
    [InlineData("Input(3, 32, 32), Conv2d(16, 1), Conv2d(64, 7, Stride = 2, Padding = 3)", null), InlineData("Input(3, 32, 32), Conv2d(64, 3, Stride = 2, Padding = 1)", null)]
    // Overlapping poolings aren't tiles.
    [InlineData("Input(6, 14, 14), Conv2d(16, 5), ReLU, MaxPool2d(3, Stride = 2)", "Winograd2x5_6x14x14_16x10x10_ReLU")]
    // One channel is brought to the points for nothing, outputs that don't fill a vector are as much work as those that do, and phases are to be a vector.
    [InlineData("Input(1, 14, 14), Conv2d(16, 5)", null), InlineData("Input(6, 14, 14), Conv2d(12, 5)", null), InlineData("Input(6, 14, 14), Conv2d(16, 5, Stride = 2)", null)]
    public void Kernel_OfFewChannels_IsWinogradsWhereThatIsLessWork(string layers, string? kernel)
    {
        var forward = (Consumer.Of($"[Network, {layers}] public partial class N;") with { CompilesKernels = false }).Build().File("N.Forward.g.cs");
        if (kernel is null) Assert.DoesNotContain("Winograd", forward, StringComparison.Ordinal);
        else Assert.Contains($" {kernel}(", forward, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Input(32, 16, 16), Conv2d(32, 3, Stride = 2, Padding = 1)", true), InlineData("Input(64, 9, 7), Conv2d(96, 3, Stride = 2)", true)]
    // Three channels, and a single pixel, are less work the direct way; kernels with other places have other phases.
    [InlineData("Input(3, 32, 32), Conv2d(32, 3, Stride = 2, Padding = 1)", false), InlineData("Input(32, 3, 3), Conv2d(32, 3, Stride = 2)", false)]
    [InlineData("Input(32, 16, 16), Conv2d(32, 5, Stride = 2, Padding = 2)", false)]
    public void KernelThatMovesByTwo_IsWinogradsInTraining_WhereThatIsLessWork(string layers, bool isWinograds)
    {
        var build = (Consumer.Of($"[Network, {layers}, AdaptiveAvgPool2d(1), Loss(Loss.MSE)] public partial class N;") with { CompilesKernels = false }).Build();
        Assert.Equal(isWinograds, build.File("N.Backward.g.cs").Contains(" Winograd4By2_", StringComparison.Ordinal));
        Assert.Equal(isWinograds, build.File("N.Backward.g.cs").Contains(" Winograd4By2WeightGradient_", StringComparison.Ordinal));
        Assert.DoesNotContain("By2", build.File("N.Forward.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Choice_OfParts_TransformsWeights() => Assert.True(WinogradChoice.Of(256, 96, 6, 6, training: true)?.TransformsWeights);

    static KeyValuePair<string, string> Case(string name, string input, string layers) => new($"Winograd_{name}", $"[Input({input}, Gradient = true), {layers}]");
}
