using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Mixtures of experts, whose kernels take the positions of each expert together.</summary>
public sealed class MixtureTests(NetworkFixture<MixtureTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<MixtureTests>>, INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases => NetworkCases.OfMixtures;

    public static string Blocks => NetworkCases.SequenceBlocks;

    readonly NetworkSet set = networks.Set;

    public static TheoryData<string> Names => [.. NetworkCases.OfMixtures.Keys];

    /// <summary>What the interpreter does with those doesn't depend on their size, and each difference takes two of its passes.</summary>
    public static TheoryData<string> SmallOnes => [.. NetworkCases.OfMixtures.Keys.Except(["Mixture_17_33_5", "Mixture_5_34_9"])];

    private protected override IEnumerable<int> BatchSizes => [1, 2, 5, 13];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Gradient_MatchesInterpreter(string network) => Gradient_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(SmallOnes))]
    public void Interpreter_MatchesFiniteDifferences(string network) => InterpretedGradient_MatchesFiniteDifferences(network);

    [Fact]
    public void ExpertsThatNoPositionChooses_ChangeNothingAndGetNoGradient()
    {
        // Of narrower vectors there are only some of the networks.
        Assert.SkipUnless(set.Names.Contains("Mixture_6_16_4"), "The network isn't among those of this width.");
        var (subject, reference) = set["Mixture_6_16_4"];
        subject.Randomize(seed: 3);
        var batch = Batch.Random(subject.Info, reference.Loss, 5, seed: 3);
        // Of equal logits the first experts' count.
        subject.Parameters["0.gate.weight"].CopyFrom(new float[4 * 16]);
        var y = subject.Predict(batch.SinglesOfX);
        subject.Backward(batch);
        foreach (var (name, gradient) in subject.GradientValues.Where(g => g.Key.Contains("experts", StringComparison.Ordinal)))
        {
            Assert.Equal(name.Contains("experts.2.", StringComparison.Ordinal) || name.Contains("experts.3.", StringComparison.Ordinal), gradient.All(g => g == 0));
        }
        subject.Parameters["0.experts.3.w1.weight"].CopyFrom([.. Enumerable.Repeat(1e9f, 32 * 16)]);
        Assert.Equal(y, subject.Predict(batch.SinglesOfX));
    }

    [Theory]
    [InlineData("Input(4, 2, 2), {|NG0007:MixtureOfExperts(4, 8)|}", null)]
    [InlineData("Input(4, 2), {|NG0005:MixtureOfExperts(4, 0)|}", null)]
    [InlineData("Input(4, 2), {|NG0018:MixtureOfExperts(1, 8)|}", "'MixtureOfExperts(1, 8)' sets experts to 1: it must be at least 2")]
    [InlineData("Input(4, 2), {|NG0018:MixtureOfExperts(4, 8, TopK = 5)|}", "'MixtureOfExperts(4, 8)' sets TopK to 5: it must be from 1 to 4, the experts that there are")]
    [InlineData("Input(4, 2), {|NG0018:MixtureOfExperts(4, 8, BalanceLoss = -1f)|}", "'MixtureOfExperts(4, 8)' sets BalanceLoss to -1: it must be at least 0")]
    [InlineData("Input(4, 2), {|NG0018:MixtureOfExperts(4, 8, Activation = (FeedForwardActivation)9)|}", null)]
    [InlineData("Input(4, 20000), {|NG0006:MixtureOfExperts(4, 1000000)|}", null)]
    [InlineData("Input(4, 8), {|NG0018:TransformerEncoderLayer(2, 4, Experts = 4)|}",
        "'TransformerEncoderLayer(2, 4)' sets Experts to 4: it must be left out but with Bias = false: experts have no biases")]
    [InlineData("Input(4, 8), {|NG0018:TransformerDecoderLayer(2, 4, Experts = 4, ExpertsPerToken = 0, Bias = false)|}", null)]
    public void Layer_RefusesWhatDoesNotFit(string elements, string? message)
    {
        var source = $"[Network, {elements}] public partial class Net;";
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }
}
