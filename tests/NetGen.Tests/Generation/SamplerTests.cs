namespace NetGen.Tests.Generation;

/// <summary>Distributions that were computed by hand, in the order temperature, top-k, top-p.</summary>
public sealed class SamplerTests
{
    /// <summary>Logits of the probabilities 0.1, 0.5, 0.15, 0.25.</summary>
    static readonly float[] Logits = [.. new[] { 0.1, 0.5, 0.15, 0.25 }.Select(p => (float)Math.Log(p) + 3)];

    static float[] Distribution(SamplingOptions options, params float[] logits)
    {
        var probabilities = new float[logits.Length];
        new Sampler(options, logits.Length).Distribution(logits, probabilities);
        return probabilities;
    }

    static void AssertEqual(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6);
    }

    [Fact]
    public void Default_IsSoftmax() => AssertEqual([0.1f, 0.5f, 0.15f, 0.25f], Distribution(new(), Logits));

    [Fact]
    public void Temperature_DividesLogits()
    {
        // Squares of the probabilities, 0.01, 0.25, 0.0225 and 0.0625, and roots of them.
        AssertEqual([0.01f / 0.345f, 0.25f / 0.345f, 0.0225f / 0.345f, 0.0625f / 0.345f], Distribution(new() { Temperature = 0.5f }, Logits));
        var roots = Logits.Select(l => MathF.Exp((l - 3) / 2)).ToArray();
        AssertEqual([.. roots.Select(r => r / roots.Sum())], Distribution(new() { Temperature = 2 }, Logits));
    }

    [Fact]
    public void Temperature_OfZero_TakesTheFirstOfTheHighest()
    {
        AssertEqual([0, 1, 0, 0], Distribution(new() { Temperature = 0, TopK = 3, TopP = 0.2f }, Logits));
        AssertEqual([0, 1, 0, 0], Distribution(new() { Temperature = 0 }, 1, 2, 2, 2));
        Assert.Equal(1, new Sampler(new() { Temperature = 0 }, 4).Sample([1, 2, 2, 2]));
    }

    [Fact]
    public void TopK_KeepsTheHighest()
    {
        AssertEqual([0, 2 / 3f, 0, 1 / 3f], Distribution(new() { TopK = 2 }, Logits));
        AssertEqual([0, 1, 0, 0], Distribution(new() { TopK = 1 }, Logits));
        AssertEqual([0.1f, 0.5f, 0.15f, 0.25f], Distribution(new() { TopK = 9 }, Logits));
    }

    [Fact]
    public void TopK_KeepsWhatIsEqualToTheLast() => AssertEqual([0.25f, 0, 0.25f, 0.25f, 0.25f], Distribution(new() { TopK = 2 }, 1, 0, 1, 1, 1));

    [Fact]
    public void TopP_KeepsTheFewestThatMakeItUp()
    {
        AssertEqual([0, 2 / 3f, 0, 1 / 3f], Distribution(new() { TopP = 0.7f }, Logits));
        AssertEqual([0, 1, 0, 0], Distribution(new() { TopP = 0.3f }, Logits));
        AssertEqual([0, 1, 0, 0], Distribution(new() { TopP = 1e-9f }, Logits));
        AssertEqual([0, 0.5f / 0.9f, 0.15f / 0.9f, 0.25f / 0.9f], Distribution(new() { TopP = 0.8f }, Logits));
        AssertEqual([0.1f, 0.5f, 0.15f, 0.25f], Distribution(new() { TopP = 0.95f }, Logits));
    }

    [Fact]
    public void TopP_TakesEqualLogitsInTheOrderOfTheirIds() => AssertEqual([1 / 3f, 1 / 3f, 1 / 3f, 0], Distribution(new() { TopP = 0.6f }, -1, -1, -1, -1));

    [Fact]
    public void TopP_IsOfWhatTopKLeaves()
    {
        // Of 0.5, 0.25 and 0.15 the first two are 0.83; of all they would be 0.75.
        AssertEqual([0, 2 / 3f, 0, 1 / 3f], Distribution(new() { TopK = 3, TopP = 0.8f }, Logits));
        // After a temperature of one half the highest is 0.72.
        AssertEqual([0, 1, 0, 0], Distribution(new() { TopP = 0.7f, Temperature = 0.5f }, Logits));
    }

    [Fact]
    public void Logits_OfMinusInfinity_AreNeverDrawn()
    {
        const float No = float.NegativeInfinity;
        AssertEqual([0, 0.5f, 0, 0.5f], Distribution(new(), No, 1, No, 1));
        AssertEqual([0, 0.5f, 0, 0.5f], Distribution(new() { TopK = 3, TopP = 0.9f }, No, 1, No, 1));
    }

    [Theory]
    [InlineData(1, 0, 1), InlineData(0.7, 40, 1), InlineData(1, 0, 0.9), InlineData(1.3, 200, 0.5), InlineData(0.4, 0, 0.999), InlineData(1, 0, 0.001), InlineData(5, 0, 0.7)]
    public void Distribution_OfManyIds_IsThatOfTheDefinition(double temperature, int topK, double topP)
    {
        const int Vocabulary = 1000;
        var random = new Random(7);
        float[] logits = [.. Enumerable.Range(0, Vocabulary).Select(_ => 6 * random.NextSingle() - 3)];
        var actual = Distribution(new() { Temperature = (float)temperature, TopK = topK, TopP = (float)topP }, logits);
        var weights = logits.Select(l => Math.Exp(l / (float)temperature)).ToArray();
        var order = Enumerable.Range(0, Vocabulary).OrderByDescending(i => logits[i]).Take(topK == 0 ? Vocabulary : topK).ToArray();
        var total = order.Sum(i => weights[i]);
        var (before, kept) = (0.0, new HashSet<int>());
        foreach (var id in order.TakeWhile(_ => kept.Count == 0 || before < (float)topP * total))
        {
            kept.Add(id);
            before += weights[id];
        }
        for (var i = 0; i < Vocabulary; i++) Assert.Equal(kept.Contains(i) ? weights[i] / before : 0, actual[i], 1e-6);
    }

    [Theory]
    [InlineData(0, 1), InlineData(3, 1), InlineData(0, 0.8)]
    public void Samples_AreAsFrequentAsTheDistributionSays(int topK, double topP)
    {
        const int Draws = 100_000;
        var options = new SamplingOptions { TopK = topK, TopP = (float)topP, Seed = 11 };
        var (sampler, counts) = (new Sampler(options, Logits.Length), new int[Logits.Length]);
        for (var i = 0; i < Draws; i++) counts[sampler.Sample(Logits)]++;
        var expected = Distribution(options, Logits);
        for (var i = 0; i < counts.Length; i++) Assert.InRange(counts[i], Draws * expected[i] - 700, Draws * expected[i] + 700);
        Assert.All(expected.Zip(counts).Where(p => p.First == 0), p => Assert.Equal(0, p.Second));
    }

    [Fact]
    public void Samples_FollowFromTheSeed()
    {
        int[] Draw(ulong seed)
        {
            var sampler = new Sampler(new() { Seed = seed, TopP = 0.99f }, Logits.Length);
            return [.. Enumerable.Range(0, 40).Select(_ => sampler.Sample(Logits))];
        }
        Assert.Equal(Draw(3), Draw(3));
        Assert.NotEqual(Draw(3), Draw(4));
    }

    [Fact]
    public void Faults_NameTheArgument()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Temperature", () => new Sampler(new() { Temperature = -0.1f }, 4));
        Assert.Throws<ArgumentOutOfRangeException>("Temperature", () => new Sampler(new() { Temperature = float.NaN }, 4));
        Assert.Throws<ArgumentOutOfRangeException>("TopK", () => new Sampler(new() { TopK = -1 }, 4));
        Assert.Throws<ArgumentOutOfRangeException>("TopP", () => new Sampler(new() { TopP = 0 }, 4));
        Assert.Throws<ArgumentOutOfRangeException>("TopP", () => new Sampler(new() { TopP = 1.01f }, 4));
        Assert.Throws<ArgumentOutOfRangeException>("TopP", () => new Sampler(new() { TopP = float.NaN }, 4));
        Assert.Throws<ArgumentOutOfRangeException>("vocabulary", () => new Sampler(new(), 0));
        var sampler = new Sampler(new(), 3);
        Assert.Contains("logits has 2 values; the vocabulary has 3 ids.", Assert.Throws<ArgumentException>("logits", () => sampler.Sample([1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("The logit of id 1 is NaN", Assert.Throws<ArgumentException>("logits", () => sampler.Sample([1, float.NaN, 2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("logits", () => sampler.Sample([1, float.PositiveInfinity, 2]));
        Assert.Throws<ArgumentException>("logits", () => sampler.Sample([float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity]));
        Assert.Throws<ArgumentException>("probabilities", () => sampler.Distribution([1, 2, 3], new float[2]));
    }
}
