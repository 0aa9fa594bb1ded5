using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// Attention to more keys than its gradient takes at a time, against the interpreter, whose own gradient doesn't depend on how many there are.
/// </summary>
public sealed class AttentionBlockTests(NetworkFixture<AttentionBlockTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<AttentionBlockTests>>, INetworkCases
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    public static IReadOnlyDictionary<string, string> Cases { get; } = new Dictionary<string, string>
    {
        ["One"] = "[Input(257, 15, Gradient = true), ScaledDotProductAttention(1)]",
        ["Causal"] = "[Input(300, 24, Gradient = true), ScaledDotProductAttention(2, KeyValueHeads = 1, Causal = true)]",
        ["Dropout"] = "[Input(290, 51, Gradient = true), ScaledDotProductAttention(1, Causal = true, Dropout = 0.3f)]",
        ["Memory"] = "{ [TransformerDecoderLayer(2, 9)] readonly Layer layer; Tensor Forward([Shape(20, 6, Gradient = true)] Tensor x, [Shape(530, 5)] Tensor memory) => layer(x, memory); }",
    };

    private protected override IEnumerable<int> BatchSizes => [1, 2];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Gradient_MatchesInterpreter(string network) => Gradient_OfEachBatchSize_MatchesInterpreter(network);

    [Theory]
    [InlineData(false, 257)]
    [InlineData(true, 300)]
    [InlineData(true, 514)]
    public void SamplesOfAnyLength_HaveTheGradientOfThoseOfTheLength(bool causal, int length)
    {
        var layer = $"ScaledDotProductAttention(2, Causal = {(causal ? "true" : "false")}), Loss(Loss.MSE)]";
        using var set = new NetworkSet(new Dictionary<string, string>
        {
            ["Declared"] = $"[Input({length}, 18, Gradient = true), {layer}", ["Free"] = $"[Sequence(18, Max = 600, Gradient = true), {layer}",
        });
        var (free, declared) = (SequenceSubject.Create(set.TypeOf("Free")), SequenceSubject.Create(set.TypeOf("Declared")));
        var random = new Random(6);
        var (x, target) = (Batch.Normal(random, 18 * length), Batch.Normal(random, 6 * length));
        var (ofFree, ofDeclared) = (free.Gradient(x, [length], target), declared.Gradient(x, target));
        Assert.Equal(ofDeclared.Loss, ofFree.Loss, 1e-5f);
        ofFree.Gradients["x"].AssertClose(ofDeclared.Gradients["x"], Closeness.Gradient, "∂x");
    }
}
