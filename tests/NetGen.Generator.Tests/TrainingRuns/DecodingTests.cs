using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>Decoders that take a text id by id, against the same networks on the whole text.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed partial class DecodingTests(DecodingTests.Networks networks) : IClassFixture<DecodingTests.Networks>, IDisposable
{
    readonly int threads = NetGenOptions.Threads;

    static readonly Dictionary<string, string> Cases = new(StringComparer.Ordinal)
    {
        ["Decode_Plain"] = "[Input(20), Embedding(17, 32), PositionalEmbedding, MultiheadAttention(4, Causal = true), Linear(17)]",
        ["Decode_PreNorm"] = "[Input(70), Embedding(33, 48, Name = \"e\"), PositionalEmbedding, TransformerDecoderLayer(4, 80, NormFirst = true, " +
            "Activation = FeedForwardActivation.GELU), TransformerDecoderLayer(4, 80, NormFirst = true, Dropout = 0.1f), LayerNorm, TiedLinear(\"e\"), " +
            "Loss(Loss.CrossEntropy)]",
        ["Decode_PostNorm"] = "[Input(33), Embedding(50, 40), PositionalEmbedding, Dropout(0.1f), TransformerDecoderLayer(5, 64), " +
            "TransformerDecoderLayer(2, 64, Bias = false, Activation = FeedForwardActivation.SiLU), Linear(50), Loss(Loss.CrossEntropy)]",
        ["Decode_Grouped"] = "[Input(41), Embedding(20, 48), PositionalEmbedding, TransformerDecoderLayer(6, 32, KeyValueHeads = 2, NormFirst = true), " +
            "MultiheadAttention(6, KeyValueHeads = 3, Causal = true, Bias = false), GELU, Linear(20), LogSoftmax, Loss(Loss.NLL)]",
        ["Decode_OneKey"] = "[Input(37), Embedding(19, 160), MultiheadAttention(32, KeyValueHeads = 1, Causal = true), LayerNorm, Linear(19)]",
        ["Decode_WideHeads"] = "[Input(35), Embedding(12, 106), RMSNorm, MultiheadAttention(2, Causal = true), PReLU, Linear(12)]",
        ["Decode_Blocks"] = "[Input(64), Embedding(30, 64, Name = \"tokens\"), PositionalEmbedding, Repeat(typeof(DecodeLayer), 3), RMSNorm, TiedLinear(\"tokens\")]",
        ["Decode_Scaled"] = "[Input(30), Embedding(15, 24), Linear(48), ScaledDotProductAttention(2, KeyValueHeads = 1, Causal = true), Tanh, Linear(15)]",
        ["Decode_Llama"] = "[Input(70), Embedding(40, 48), TransformerDecoderLayer(4, 96, KeyValueHeads = 2, NormFirst = true, Norm = Norm.RMSNorm, " +
            "Activation = FeedForwardActivation.SwiGLU, Rotary = true, Bias = false), MultiheadAttention(2, Causal = true, Rotary = true, RotaryBase = 500), RMSNorm, Linear(40)]",
        ["Decode_Experts"] = "[Input(70), Embedding(40, 48), TransformerDecoderLayer(4, 60, Experts = 4, NormFirst = true, Norm = Norm.RMSNorm, " +
            "Activation = FeedForwardActivation.SwiGLU, Rotary = true, Bias = false), MixtureOfExperts(3, 20, TopK = 1), RMSNorm, Linear(40), Loss(Loss.CrossEntropy)]",
        ["Decode_Sinusoids"] = "[Input(70), Embedding(20, 36), SinusoidalPositions, TransformerDecoderLayer(2, 50), Linear(20)]",
        ["Decode_Forward"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(20, 24)] readonly Layer tokens;
                [Parameter(30, 24)] readonly Tensor positions;
                [Parameter(24)] readonly Tensor scale;
                [Parameter(24, 48)] readonly Tensor up;
                [MultiheadAttention(3, Causal = true)] readonly Layer attention;
                [TransformerDecoderLayer(2, 32, NormFirst = true), Count(2)] readonly Layer[] layers;
                [TiedLinear("tokens")] readonly Layer head;
                Tensor Forward([Shape(30)] Tensor ids)
                {
                    var x = tokens(ids) + positions;
                    x += attention((x - Mean(x, -1, keep: true)) * scale);
                    var (gate, value) = Split(MatMul(x, up), 2, axis: -1);
                    x += Sigmoid(gate) * value * Max(x, 1, keep: true);
                    foreach (var layer in layers) x = layer(x);
                    return head(x);
                }
            }
            """,
        ["Decode_Products"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(20, 16)] readonly Layer tokens;
                [Parameter(16, 48)] readonly Tensor up;
                [Parameter(48, 16)] readonly Tensor down;
                [MultiheadAttention(2, Causal = true, Rotary = true)] readonly Layer attention;
                [Linear(20)] readonly Layer head;
                Tensor Forward([Shape(70)] Tensor ids)
                {
                    var x = tokens(ids);
                    x += MatMul(ReLU(MatMul(x, up)), down);
                    return head(x + attention(x));
                }
            }
            """,
        ["Decode_OnePosition"] = "[Input(1), Embedding(5, 8), PositionalEmbedding, MultiheadAttention(2, Causal = true), Linear(5)]",
        ["Decode_Large"] = "[Input(48), Embedding(300, 192, Name = \"e\"), PositionalEmbedding, TransformerDecoderLayer(6, 512, NormFirst = true), " +
            "LayerNorm, TiedLinear(\"e\"), Loss(Loss.CrossEntropy)]",
    };

    const string Blocks = """
        using static NetGen.Functions;
        [Block, RMSNorm, MultiheadAttention(4, KeyValueHeads = 2, Causal = true, Bias = false)]
        class DecodeAttention;
        [Block, RMSNorm, SwiGLU(96)]
        class DecodeFeedForward;
        [Block, Residual(typeof(DecodeAttention)), Residual(typeof(DecodeFeedForward))]
        class DecodeLayer;

        """;

    public static TheoryData<string> Names => [.. Cases.Keys];

    LanguageSubject Subject(string network)
    {
        var subject = LanguageSubject.Create(networks.Set.TypeOf(network));
        Reference.Subject.Randomize(subject.Parameters, seed: 5);
        return subject;
    }

    [Theory, MemberData(nameof(Names))]
    public void Logits_AreThoseOfTheWholeText(string network)
    {
        var subject = Subject(network);
        foreach (var workers in new[] { 1, 2 })
        {
            NetGenOptions.Threads = workers;
            var tokens = subject.Text(subject.Info.Positions, seed: workers);
            AssertClose(subject.Predict(tokens), subject.Decode(tokens));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Logits_OfAnyNumberOfWorkers_AreTheSameBits(string network)
    {
        NetGenOptions.Threads = 7;
        var subject = Subject(network);
        var tokens = subject.Text(subject.Info.Positions, seed: 3);
        var alone = subject.DecodeShared(tokens, 1);
        Assert.All(alone, logit => Assert.True(float.IsFinite(logit)));
        Assert.Equal(alone, subject.Decode(tokens));
        foreach (var workers in new[] { 2, 3, 7 }) Assert.Equal(alone, subject.DecodeShared(tokens, workers));
    }

    [Theory, MemberData(nameof(Names))]
    public void Token_AllocatesNothing(string network)
    {
        var subject = Subject(network);
        using var decoder = subject.StartDecoding();
        var tokens = subject.Text(subject.Info.Positions, seed: 1);
        var sampler = new Sampler(new SamplingOptions { TopK = 4, TopP = 0.9f, Temperature = 0.8f }, subject.Info.Vocabulary);
        AssertNoAllocation(() =>
        {
            decoder.Reset();
            foreach (var token in tokens) sampler.Sample(decoder.Next(token));
        });
    }

    [Fact]
    public void Reset_BeginsATextThatKnowsNothingOfTheOneBefore()
    {
        var subject = Subject("Decode_Grouped");
        using var decoder = subject.StartDecoding();
        decoder.Prompt(subject.Text(decoder.Capacity, seed: 1));
        decoder.Reset();
        Assert.Equal(0, decoder.Position);
        var tokens = subject.Text(7, seed: 2);
        AssertClose(subject.Decode(tokens)[^subject.Info.Vocabulary..], decoder.Prompt(tokens));
    }

    [Fact]
    public void Slide_GoesOnWithTheEndOfTheText()
    {
        var subject = Subject("Decode_PostNorm");
        using var decoder = subject.StartDecoding();
        var tokens = subject.Text(decoder.Capacity, seed: 1);
        decoder.Prompt(tokens);
        decoder.Slide(10);
        Assert.Equal(tokens[^10..], decoder.Tokens.ToArray());
        AssertClose(subject.Decode(tokens[^10..])[^subject.Info.Vocabulary..], decoder.Logits);
    }

    [Fact]
    public void Decoders_OfOneNetwork_DontMeet()
    {
        var subject = Subject("Decode_Blocks");
        var (one, other) = (subject.Text(40, seed: 1), subject.Text(40, seed: 2));
        var (expectedOne, expectedOther) = (subject.Decode(one), subject.Decode(other));
        using var first = subject.StartDecoding();
        using var second = subject.StartDecoding();
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(expectedOne[(i * 30)..((i + 1) * 30)], first.Next(one[i]).ToArray());
            Assert.Equal(expectedOther[(i * 30)..((i + 1) * 30)], second.Next(other[i]).ToArray());
        }
    }

    [Fact]
    public void Id_ThatIsNotOfTheVocabulary_IsNamed()
    {
        using var decoder = Subject("Decode_Plain").StartDecoding();
        foreach (var token in new[] { -1, 17, int.MinValue })
        {
            var exception = Assert.Throws<ArgumentOutOfRangeException>("token", () => decoder.Append(token));
            Assert.Contains($"The id is {token}; the vocabulary has 17 ids, from 0 to 16.", exception.Message, StringComparison.Ordinal);
        }
        var second = Assert.Throws<ArgumentOutOfRangeException>("tokens", () => decoder.Prompt([1, 99, 2]).Length);
        Assert.Contains("The id at position 1 is 99", second.Message, StringComparison.Ordinal);
        Assert.Equal(0, decoder.Position);
    }

    [Fact]
    public void Text_WithoutRoom_IsToldWithPositionAndCapacity()
    {
        var subject = Subject("Decode_Plain");
        using var decoder = subject.StartDecoding();
        Assert.Throws<InvalidOperationException>(() => decoder.Logits.Length);
        decoder.Prompt(subject.Text(18, seed: 1));
        var tooLong = Assert.Throws<ArgumentException>("tokens", () => decoder.Prompt([1, 2, 3]).Length);
        Assert.Contains("tokens has 3 ids; a text at position 18 of 20 has room for 2.", tooLong.Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<ArgumentException>("tokens", () => decoder.Prompt([]).Length).Message, StringComparison.Ordinal);
        decoder.Prompt([1, 2]);
        Assert.Contains("at position 20 of 20", Assert.Throws<InvalidOperationException>(() => decoder.Append(1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("tokens", () => decoder.Slide(21));
    }

    [Fact]
    public void Decoder_ThatWasDisposed_SaysSo()
    {
        var decoder = Subject("Decode_Plain").StartDecoding();
        decoder.Append(1);
        decoder.Dispose();
        decoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => decoder.Append(1));
        Assert.Throws<ObjectDisposedException>(() => decoder.Prompt([1]).Length);
        Assert.Throws<ObjectDisposedException>(() => decoder.Logits.Length);
        Assert.Throws<ObjectDisposedException>(decoder.Reset);
        Assert.Throws<ObjectDisposedException>(() => decoder.Slide(0));
        Assert.Throws<ObjectDisposedException>(() => decoder.Generate());
    }

    [Theory]
    [InlineData("[Input(8), Embedding(9, 16), TransformerEncoderLayer(2, 16), Linear(9)]")]
    [InlineData("[Input(8), Embedding(9, 16), TransformerDecoderLayer(2, 16), Linear(7)]")]
    [InlineData("[Input(8), Embedding(9, 16), TransformerDecoderLayer(2, 16), SelectPosition, Linear(9)]")]
    [InlineData("[Input(8), Embedding(9, 16), TransformerDecoderLayer(2, 16), LayerNorm(8, 16), Linear(9)]")]
    [InlineData("[Input(8), Embedding(9, 16), TransformerDecoderLayer(2, 16), PReLU(8), Linear(9)]")]
    [InlineData("[Input(8), Embedding(9, 16), TransformerDecoderLayer(2, 16), BatchNorm, Linear(9)]")]
    [InlineData("[Input(8), Embedding(9, 16), TransformerDecoderLayer(2, 16), Conv1d(8, 3, Padding = 1), Linear(9)]")]
    [InlineData("[Input(8), Embedding(9, 16), TransformerDecoderLayer(2, 16), Linear(9), Softmax]")]
    [InlineData("[Input(8), Embedding(9, 16), LayerNorm, Linear(9)]")]
    [InlineData("[Input(8, 16), TransformerDecoderLayer(2, 16), Linear(9)]")]
    public void Network_ThatIsNoDecoder_GetsNothing(string declaration)
    {
        var build = (Consumer.Of($"[Network] {declaration} public partial class Other;") with { CompilesKernels = false }).Build().AssertClean();
        Assert.DoesNotContain("Other.Decoding.g.cs", build.FileNames);
        Assert.DoesNotContain("ILanguageModel", build.File("Other.g.cs"), StringComparison.Ordinal);
    }

    internal static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0f;
        foreach (var value in expected) largest = MathF.Max(largest, MathF.Abs(value));
        for (var i = 0; i < expected.Length; i++) Assert.InRange(MathF.Abs(expected[i] - actual[i]), 0, 1e-4f * MathF.Max(1, largest));
    }

    internal static void AssertNoAllocation(Action action)
    {
        var bytes = new List<long>();
        for (var round = 0; round < 24; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            bytes.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }
        // The first rounds start threads, and the runtime may do something once in the process: what allocates would in all rounds.
        Assert.Equal(0, bytes[^8..].Order().ElementAt(4));
    }

    public void Dispose() => NetGenOptions.Threads = threads;

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(Cases, Blocks, predictsOnly: true);

        public void Dispose() => Set.Dispose();
    }
}
