using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>The shares of attention that training drops, of which nothing is stored.</summary>
public sealed class AttentionDropoutTests(NetworkFixture<AttentionDropoutTests> networks, ITestOutputHelper output)
    : GradientTests<AttentionDropoutTests>(networks, output), INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases { get; } = new Dictionary<string, string>
    {
        ["Few"] = "[Input(3, 30, Gradient = true), ScaledDotProductAttention(2, Dropout = 0.3f)]",
        ["Causal"] = "[Input(33, 56, Gradient = true), ScaledDotProductAttention(4, KeyValueHeads = 2, Causal = true, Dropout = 0.3f)]",
        ["Many"] = "[Input(65, 60, Gradient = true), ScaledDotProductAttention(1, Dropout = 0.6f)]",
        ["Layers"] = "[Input(9, 12, Gradient = true), TransformerEncoderLayer(3, 17, Dropout = 0.2f, AttentionDropout = 0.4f), MultiheadAttention(2, Dropout = 0.1f)]",
        ["Memory"] = "{ [TransformerDecoderLayer(2, 12, AttentionDropout = 0.3f)] readonly Layer layer; "
            + "Tensor Forward([Shape(18, 8, Gradient = true)] Tensor x, [Shape(7, 5)] Tensor memory) => layer(x, memory); }",
    };

    private protected override IEnumerable<int> BatchSizes => [1, 2, 5];

    const int Positions = 64, Samples = 40;
    const double Probability = 0.3;

    [Fact]
    public void Shares_AreDroppedWithTheProbability_AndTheOthersScaled()
    {
        using var set = new NetworkSet(new Dictionary<string, string> { ["Alone"] = $"[Input({Positions}, {3 * Positions}), ScaledDotProductAttention(1, Dropout = 0.3f)]" });
        var (subject, _) = set["Alone"];
        // All scores are equal, and the values are a unit matrix: a position's result is the shares of a head.
        var sample = new float[Positions * 3 * Positions];
        for (var t = 0; t < Positions; t++) sample[t * 3 * Positions + 2 * Positions + t] = 1;
        var batch = Batch.Of([.. Enumerable.Repeat(sample, Samples).SelectMany(x => x)], new float[Samples * Positions * Positions], Samples);
        Assert.All(subject.Predict(sample), share => Assert.Equal(1f / Positions, share, 1e-6f));
        var first = subject.Backward(batch).Output;
        var kept = first.Where(share => share != 0).ToList();
        Assert.All(kept, share => Assert.Equal(1 / (1 - Probability) / Positions, share, 1e-6));
        // Five standard deviations of a binomial distribution, of all shares and of those of each place.
        Assert.Equal(Probability, Dropped(first), 5 * Math.Sqrt(Probability * (1 - Probability) / first.Length));
        for (var place = 0; place < Positions * Positions; place += 97)
            Assert.Equal(Probability, Dropped([.. Enumerable.Range(0, Samples).Select(i => first[i * Positions * Positions + place])]), 5 * Math.Sqrt(Probability * (1 - Probability) / Samples));
        // A pass without an update draws the same numbers again; the next step draws others.
        Assert.Equal(first, subject.Backward(batch).Output);
        subject.Step(batch);
        Assert.NotEqual(first, subject.Backward(batch).Output);

        static double Dropped(double[] shares) => shares.Count(share => share == 0) / (double)shares.Length;
    }

    [Fact]
    public void SamplesOfAnyLength_DropWhatThoseOfTheLengthDo_WhereTheyAreTheLongest()
    {
        const string Layer = "TransformerEncoderLayer(2, 12, AttentionDropout = 0.4f), Loss(Loss.MSE)]";
        using var set = new NetworkSet(new Dictionary<string, string> { ["Declared"] = "[Input(9, 8, Gradient = true), " + Layer, ["Free"] = "[Sequence(8, Max = 9, Gradient = true), " + Layer });
        var (free, declared) = (SequenceSubject.Create(set.TypeOf("Free")), SequenceSubject.Create(set.TypeOf("Declared")));
        free.Randomize(seed: 5);
        declared.Randomize(seed: 5);
        var random = new Random(6);
        var (x, target) = (Batch.Normal(random, 8 * 9), Batch.Normal(random, 8 * 9));
        var (ofFree, ofDeclared) = (free.Gradient(x, [9], target), declared.Gradient(x, target));
        Assert.Equal(ofDeclared.Loss, ofFree.Loss, 1e-5f);
        foreach (var (name, values) in ofDeclared.Gradients) Assert.All(values.Zip(ofFree.Gradients[name]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData("Input(4, 8), {|NG0012:MultiheadAttention(2, Dropout = 1f)|}", "'MultiheadAttention(2)' drops values with probability 1: it must be at least 0 and less than 1")]
    [InlineData("Input(4, 8), {|NG0012:TransformerEncoderLayer(2, 8, AttentionDropout = -1f)|}", null)]
    [InlineData("Input(4, 6), {|NG0012:ScaledDotProductAttention(2, Dropout = float.NaN)|}", null)]
    public void Layer_RefusesWhatIsNoProbability(string elements, string? message)
    {
        var source = $"[Network, {elements}] public partial class Net;";
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }
}
