using NetGen.Generator.Tests.Parsing;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Convolutions and poolings that are taken through large images together, a band of rows at a time, against the interpreter.</summary>
public sealed class BandTests(NetworkFixture<BandTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<BandTests>>, INetworkCases
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    // Bands of one row and of several, windows that move, strides, distances, paddings that are wider than the kernel or on one side, groups, channels that don't
    // fill vectors, and blocks of pixels that end within a row.
    public static IReadOnlyDictionary<string, string> Cases { get; } = NetworkCases.Select(
    [
        Case("Stem", "3, 133, 140", "Conv2d(24, 3, Stride = 2, Padding = 1), BatchNorm, ReLU6, Conv2d(24, 3, Padding = 1, Groups = 24), ReLU6, Conv2d(16, 1), BatchNorm"),
        Case("InvertedResidual", "8, 61, 53", "Conv2d(8, 1, Name = \"a\"), Conv2d(48, 1), ReLU6, Conv2d(48, 5, Padding = 2, Groups = 48), SiLU, Conv2d(8, 1), Add(\"a\")"),
        Case("Strides", "5, 83, 47", "Conv2d(40, 1, Bias = false), Tanh, Conv2d(40, 3, Stride = 2, Padding = 1, Groups = 40), Conv2d(20, 1)"),
        Case("Distances", "4, 70, 61", "Conv2d(32, 1), Conv2d(32, 3, Padding = 3, Dilation = 3, Groups = 32), ReLU, Conv2d(17, 3, Dilation = 2, Padding = 1)"),
        Case("NoPadding", "2, 90, 41", "Conv2d(37, 1), Conv2d(21, 2, 3, Stride = 2), ReLU, Conv2d(9, 1)"),
        Case("MuchPadding", "2, 69, 70", "Conv2d(32, 1), ReLU, Conv2d(32, 2, Padding = 2, Groups = 32), Conv2d(6, 3, Stride = 3, Padding = 3)"),
        Case("PaddingOnOneSide", "2, 75, 71", "Conv2d(32, 1), Conv2d(32, 4, Padding = Padding.Same, Groups = 32), Conv2d(11, 2, Padding = Padding.Same)"),
        Case("StrideBeyondKernel", "3, 91, 52", "Conv2d(32, 1), Sigmoid, Conv2d(13, 2, Stride = 3), Conv2d(4, 1)"),
        Case("Groups", "6, 66, 50", "Conv2d(48, 1, Groups = 2), Conv2d(64, 3, Stride = 2, Groups = 2, Padding = 1), PReLU, Conv2d(5, 1)"),
        Case("LongRows", "3, 9, 1500", "Conv2d(16, 1), ReLU, Conv2d(16, 3, Padding = 1, Groups = 16), Conv2d(3, 1)"),
        Case("OneRow", "8, 9001", "Conv1d(16, 1), ReLU, Conv1d(16, 3, Padding = 1, Groups = 16), Conv1d(2, 1)"),
        // Poolings as last, in between and as first, and convolutions by Winograd's algorithm, whose blocks are rows of tiles, behind phases, which are computed
        // before or by bands, and behind another convolution.
        Case("PooledStem", "3, 99, 90", "Conv2d(64, 7, Stride = 2, Padding = 3, Bias = false), BatchNorm, ReLU, MaxPool2d(3, Stride = 2, Padding = 1)"),
        Case("PhasesOfStem", "3, 181, 183", "Conv2d(16, 7, Stride = 2, Padding = 3, Bias = false), ReLU, MaxPool2d(3, Stride = 2, Padding = 1)"),
        Case("PoolBetween", "4, 77, 58", "Conv2d(32, 1), MaxPool2d(3, Stride = 1, Padding = 1), SiLU, Conv2d(8, 3, Padding = 1)"),
        Case("PoolFirst", "32, 70, 63", "MaxPool2d(2, Stride = 1), Conv2d(32, 3, Padding = 1, Groups = 32), MaxPool2d(3, Stride = 3, Padding = 1, Dilation = 2)"),
        Case("SmallTiles", "2, 93, 91", "Conv2d(16, 1), SiLU, Conv2d(16, 5, Padding = 2), ReLU, MaxPool2d(5, Stride = 2)"),
        Case("ShortRows", "4, 2101, 5", "Conv2d(16, 1), ReLU, Conv2d(16, 3, Stride = 2, Padding = 1, Groups = 16), Conv2d(3, 1)"),
    ]);

    private protected override IEnumerable<int> BatchSizes => [1, 2];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    /// <summary>The images between them aren't in the arena.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Arena_HasNoneOfTheImagesBetween(string network)
    {
        var plan = Compiler.Plan(Models.Single($"[Network, {Cases[network].Trim('[', ']')}] public partial class N;"), TestContext.Current.CancellationToken);
        var bands = Assert.Single(plan.Groups.Groups, group => group.Members.Length > 0);
        Assert.All(bands.Members.SkipLast(1), member => Assert.DoesNotContain(member.Last, plan.InferenceArena.Offsets.Keys));
    }

    [Theory]
    // Images that stay in the cache, one that is read twice, one that is the output, and weights that are too many to be read for each band.
    [InlineData("Input(8, 40, 40), Conv2d(16, 1), Conv2d(16, 3, Padding = 1, Groups = 16)")]
    [InlineData("Input(8, 80, 80), Conv2d(32, 1, Name = \"a\"), Conv2d(32, 3, Padding = 1, Groups = 32), Add(\"a\")")]
    [InlineData("Input(8, 80, 80), Conv2d(32, 1), ReLU")]
    [InlineData("Input(8, 80, 80), Conv2d(160, 1), Conv2d(160, 1)")]
    public void Others_AreTakenWhole(string layers) => Assert.All(
        Compiler.Plan(Models.Single($"[Network, {layers}] public partial class N;"), TestContext.Current.CancellationToken).Groups.Groups, group => Assert.Empty(group.Members));

    static KeyValuePair<string, string> Case(string name, string input, string layers) => new($"Bands_{name}", $"[Input({input}), {layers}]");
}
