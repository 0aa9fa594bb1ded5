using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>Decoders of texts about a source, against the same networks on source and whole text.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class EncoderDecoderTests(EncoderDecoderTests.Networks networks) : IClassFixture<EncoderDecoderTests.Networks>, IDisposable
{
    readonly int threads = NetGenOptions.Threads;

    static readonly Dictionary<string, string> Cases = new(StringComparer.Ordinal)
    {
        // That of 2017: one embedding for both languages and for the output, and norms after everything.
        ["Translate_PostNorm"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(30, 32)] readonly Layer embedding;
                [SinusoidalPositions] readonly Layer positions;
                [TransformerEncoderLayer(4, 48, Dropout = 0.1f), Count(2)] readonly Layer[] encoder;
                [TransformerDecoderLayer(4, 48, Dropout = 0.1f), Count(2)] readonly Layer[] decoder;
                [TiedLinear("embedding")] readonly Layer head;
                Tensor Forward([Shape(40)] Tensor source, [Shape(40)] Tensor target)
                {
                    var memory = Embedded(source);
                    foreach (var layer in encoder) memory = layer(memory);
                    var x = Embedded(target);
                    foreach (var layer in decoder) x = layer(x, memory);
                    return head(x);
                }
                Tensor Embedded(Tensor text) => Dropout(positions(embedding(text) * 5.656854f), 0.1f);
            }
            """,
        ["Translate_PreNorm"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(25, 48)] readonly Layer english;
                [Embedding(33, 48)] readonly Layer german;
                [PositionalEmbedding] readonly Layer sourcePositions, targetPositions;
                [TransformerEncoderLayer(6, 64, NormFirst = true, Activation = FeedForwardActivation.GELU)] readonly Layer encoder;
                [LayerNorm] readonly Layer encoded, decoded;
                [TransformerDecoderLayer(6, 64, NormFirst = true, KeyValueHeads = 2), Count(2)] readonly Layer[] decoder;
                [Linear(33)] readonly Layer head;
                Tensor Forward([Shape(37)] Tensor source, [Shape(70)] Tensor target)
                {
                    var memory = encoded(encoder(sourcePositions(english(source))));
                    var x = targetPositions(german(target));
                    foreach (var layer in decoder) x = layer(x, memory);
                    return LogSoftmax(head(decoded(x)));
                }
            }
            """,
        // Attention alone, to a memory of another width, whose text is the first input.
        ["Translate_TextOfAnyLength"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(21, 32)] readonly Layer embedding;
                [PositionalEmbedding] readonly Layer read, written;
                [TransformerEncoderLayer(4, 48)] readonly Layer encoder;
                [TransformerDecoderLayer(4, 48)] readonly Layer decoder;
                [TiedLinear("embedding")] readonly Layer head;
                Tensor Forward([Shape(24)] Tensor source, [Sequence(Max = 37)] Tensor target) =>
                    head(decoder(written(embedding(target)), encoder(read(embedding(source)))));
            }
            """,
        ["Translate_AnyLengths"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(23, 80)] readonly Layer english;
                [Embedding(31, 80)] readonly Layer german;
                [SinusoidalPositions] readonly Layer positions;
                [TransformerEncoderLayer(2, 48, Dropout = 0.1f)] readonly Layer encoder;
                [TransformerDecoderLayer(2, 48, NormFirst = true, KeyValueHeads = 1), Count(2)] readonly Layer[] decoder;
                [Linear(31)] readonly Layer head;
                Tensor Forward([Sequence(Max = 70)] Tensor source, [Sequence(Max = 45)] Tensor target)
                {
                    var memory = encoder(positions(english(source)));
                    var x = positions(german(target));
                    foreach (var layer in decoder) x = layer(x, memory);
                    return head(x);
                }
            }
            """,
        ["Transcribe_SignalOfAnyLength"] = """
            {
                [LSTM(10, Bidirectional = true)] readonly Layer listener;
                [Embedding(17, 24)] readonly Layer tokens;
                [MultiheadAttention(3)] readonly Layer cross;
                [MultiheadAttention(2, Causal = true)] readonly Layer self;
                [Linear(17)] readonly Layer head;
                Tensor Forward([Sequence(6, Max = 50)] Tensor signal, [Shape(20)] Tensor text)
                {
                    var x = tokens(text);
                    return head(cross(x + self(x), listener(signal)));
                }
            }
            """,
        ["Translate_TextFirst"] = """
            {
                [Embedding(19, 40)] readonly Layer tokens;
                [Embedding(11, 24)] readonly Layer words;
                [MultiheadAttention(5, Causal = true)] readonly Layer self;
                [MultiheadAttention(4, KeyValueHeads = 2)] readonly Layer cross;
                [RMSNorm] readonly Layer norm;
                [Linear(19)] readonly Layer head;
                Tensor Forward([Shape(33)] Tensor target, [Shape(70)] Tensor source)
                {
                    var x = tokens(target);
                    x += self(x);
                    return head(norm(x + cross(x, words(source))));
                }
            }
            """,
        // No position sees another one of the text, and the last layer attends to the source.
        ["Translate_CrossAlone"] = """
            {
                [Embedding(28, 24)] readonly Layer tokens;
                [MultiheadAttention(4, KeyValueHeads = 1)] readonly Layer cross;
                [TiedLinear("tokens")] readonly Layer head;
                Tensor Forward([Shape(10)] Tensor source, [Shape(6)] Tensor target) => head(cross(tokens(target), tokens(source)));
            }
            """,
        // A position sees the source up to its own place, in texts that are longer and shorter.
        ["Translate_CausalShort"] = Causal(50, 35),
        ["Translate_CausalLong"] = Causal(35, 50),
        ["Translate_Llama"] = """
            {
                [Embedding(40, 48)] readonly Layer tokens;
                [TransformerEncoderLayer(4, 64, Norm = Norm.RMSNorm, Rotary = true)] readonly Layer encoder;
                [TransformerDecoderLayer(4, 64, KeyValueHeads = 2, NormFirst = true, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Rotary = true,
                    Bias = false), Count(2)] readonly Layer[] decoder;
                [TransformerDecoderLayer(4, 40, Experts = 3, NormFirst = true, Bias = false)] readonly Layer experts;
                [Linear(40)] readonly Layer head;
                Tensor Forward([Shape(21)] Tensor source, [Shape(66)] Tensor target)
                {
                    var memory = encoder(tokens(source));
                    var x = tokens(target);
                    foreach (var layer in decoder) x = layer(x, memory);
                    return head(experts(x, memory));
                }
            }
            """,
        // An image's patches are the memory, by convolutions with normalisations, which follow from parameters in part.
        ["Caption_Image"] = """
            {
                [Conv2d(32, 3, Padding = 1, Bias = false)] readonly Layer first;
                [BatchNorm] readonly Layer norm;
                [Conv2d(32, 3, Padding = 1)] readonly Layer second;
                [MaxPool2d(2)] readonly Layer pool;
                [Embedding(20, 32)] readonly Layer tokens;
                [PositionalEmbedding] readonly Layer positions;
                [TransformerDecoderLayer(4, 40, NormFirst = true)] readonly Layer decoder;
                [TiedLinear("tokens")] readonly Layer head;
                Tensor Forward([Shape(3, 12, 16)] Tensor image, [Shape(20)] Tensor text)
                {
                    var patches = pool(ReLU(second(ReLU(norm(first(image))))));
                    return head(decoder(positions(tokens(text)), Transpose(Reshape(patches, 32, 48))));
                }
            }
            """,
        // Several sources, of ids and of numbers: a memory, one vector for all positions, and a row for each.
        ["Tell_Everything"] = """
            {
                [Embedding(9, 24)] readonly Layer words;
                [Embedding(17, 24)] readonly Layer tokens;
                [Linear(24)] readonly Layer style, gate;
                [TransformerDecoderLayer(3, 30)] readonly Layer decoder;
                [MultiheadAttention(2)] readonly Layer again;
                [Linear(17)] readonly Layer head;
                Tensor Forward([Shape(5)] Tensor mood, [Shape(13)] Tensor topic, [Shape(30, 10)] Tensor rhythm, [Shape(30)] Tensor text)
                {
                    var memory = words(topic);
                    var x = tokens(text) + style(mood);
                    x = decoder(x * Sigmoid(gate(rhythm)), memory);
                    return head(x + again(x, gate(rhythm)) + style(mood));
                }
            }
            """,
        // A memory by a recurrence and experts, and an input as it is for each position, with the text between the two.
        ["Tell_TextBetween"] = """
            {
                [Embedding(9, 20)] readonly Layer words;
                [Embedding(17, 24)] readonly Layer tokens;
                [LSTM(24, Bidirectional = true)] readonly Layer recurrence;
                [MixtureOfExperts(3, 30)] readonly Layer experts;
                [TransformerDecoderLayer(3, 30, NormFirst = true), Count(2)] readonly Layer[] decoder;
                [Linear(17)] readonly Layer head;
                Tensor Forward([Shape(13)] Tensor topic, [Shape(30)] Tensor text, [Shape(30, 24)] Tensor rhythm)
                {
                    var memory = experts(recurrence(words(topic)));
                    var x = tokens(text) + rhythm;
                    foreach (var layer in decoder) x = layer(x, memory);
                    return head(Concat(1, x, rhythm));
                }
            }
            """,
        ["Translate_Large"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Embedding(300, 128)] readonly Layer embedding;
                [SinusoidalPositions] readonly Layer positions;
                [TransformerEncoderLayer(4, 256)] readonly Layer encoder;
                [TransformerDecoderLayer(4, 256), Count(2)] readonly Layer[] decoder;
                [TiedLinear("embedding")] readonly Layer head;
                Tensor Forward([Shape(48)] Tensor source, [Shape(48)] Tensor target)
                {
                    var memory = encoder(positions(embedding(source)));
                    var x = positions(embedding(target));
                    foreach (var layer in decoder) x = layer(x, memory);
                    return head(x);
                }
            }
            """,
    };

    static string Causal(int source, int text) => $$"""
        {
            [Embedding(15, 32)] readonly Layer tokens;
            [PositionalEmbedding] readonly Layer positions;
            [MultiheadAttention(4, Causal = true)] readonly Layer cross;
            [MultiheadAttention(2, Causal = true)] readonly Layer self;
            [Linear(15)] readonly Layer head;
            Tensor Forward([Shape({{source}}, 20)] Tensor signal, [Shape({{text}})] Tensor text) => head(self(cross(positions(tokens(text)), signal)));
        }
        """;

    public static TheoryData<string> Names => [.. Cases.Keys];

    EncoderDecoderSubject Subject(string network)
    {
        var subject = EncoderDecoderSubject.Create(networks.Set.TypeOf(network));
        Reference.Subject.Randomize(subject.Parameters, seed: 5);
        return subject;
    }

    static float[] Whole(EncoderDecoderSubject subject, string network, float[] source, int[] text) =>
        subject.Predict(source, text, place: network switch { "Translate_TextFirst" => 0, "Tell_TextBetween" => 13, _ => source.Length });

    [Theory, MemberData(nameof(Names))]
    public void Logits_AreThoseOfTheWholeText(string network)
    {
        var subject = Subject(network);
        foreach (var workers in new[] { 1, 2 })
        {
            NetGenOptions.Threads = workers;
            var (source, text) = (subject.Source(seed: workers), subject.Text(seed: workers));
            AssertClose(Whole(subject, network, source, text), subject.Decode(source, text));
        }
    }

    [Theory]
    [InlineData("Translate_AnyLengths", true), InlineData("Transcribe_SignalOfAnyLength", false)]
    public void Source_OfAnyLength_HasTheLogitsOfTheWholeText(string network, bool isTextFree)
    {
        var subject = Subject(network);
        var (all, text, info) = (subject.Source(seed: 6), subject.Text(seed: 6), subject.Info.Source!);
        using var decoder = subject.StartDecoding(all);
        foreach (var positions in new[] { 1, 3, 31, 32, 33, info.MaxPositions, 2 })
        {
            var source = all[..(positions * info.Size / info.MaxPositions)];
            var whole = subject.Predict(source, text, isTextFree ? [positions, text.Length] : [positions]);
            AssertClose(whole, subject.Decode(source, text));
            // What is left of a longer source before it isn't seen.
            if (info.Ids.IsEmpty) decoder.Reset(source);
            else decoder.Reset(System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(source));
            var half = text.Length / 2;
            AssertClose(whole.AsSpan((half - 1) * decoder.Vocabulary, decoder.Vocabulary), decoder.Prompt(text.AsSpan(0, half)));
            for (var i = half; i < text.Length; i++) AssertClose(whole.AsSpan(i * decoder.Vocabulary, decoder.Vocabulary), decoder.Next(text[i]));
        }
    }

    [Theory]
    [InlineData("Translate_AnyLengths", new[] { 0, 71, 140 }, "source has {0} values; the network takes 1 to 70 positions.")]
    [InlineData("Transcribe_SignalOfAnyLength", new[] { 0, 5, 13, 306 }, "source has {0} values; the network takes 6 for each of 1 to 50 positions.")]
    public void Source_OfAWrongLength_IsNamed(string network, int[] lengths, string message)
    {
        var subject = Subject(network);
        foreach (var length in lengths)
        {
            var exception = Assert.Throws<ArgumentException>("source", () => subject.StartDecoding(new float[length]));
            Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, message, length), exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Prompt_OfAnyLength_LeavesWhatTheWholeTextGives(string network)
    {
        var subject = Subject(network);
        var (source, text) = (subject.Source(seed: 4), subject.Text(seed: 4));
        var whole = Whole(subject, network, source, text);
        using var decoder = subject.StartDecoding(source);
        foreach (var length in new[] { 1, 2, 5, 30, text.Length }.Where(length => length <= text.Length))
        {
            decoder.Reset();
            AssertClose(Row(whole, length - 1), decoder.Prompt(text.AsSpan(0, length)));
            for (var i = length; i < text.Length; i++) AssertClose(Row(whole, i), decoder.Next(text[i]));
        }

        ReadOnlySpan<float> Row(float[] logits, int position) => logits.AsSpan(position * decoder.Vocabulary, decoder.Vocabulary);
    }

    [Theory, MemberData(nameof(Names))]
    public void Source_OfAnyNumberOfWorkers_LeavesTheSameBits(string network)
    {
        NetGenOptions.Threads = 7;
        var subject = Subject(network);
        var source = subject.Source(seed: 3);
        var alone = subject.EncodeShared(source, 1);
        Assert.All(alone, value => Assert.True(float.IsFinite(value)));
        Assert.Contains(alone, value => value != 0);
        foreach (var workers in new[] { 2, 3, 7 }) Assert.Equal(alone, subject.EncodeShared(source, workers));
    }

    [Theory, MemberData(nameof(Names))]
    public void Text_OnAnyNumberOfThreads_HasTheSameBits(string network)
    {
        var subject = Subject(network);
        var (source, text) = (subject.Source(seed: 8), subject.Text(seed: 8));
        var logits = new[] { 1, 2, 7 }.Select(count =>
        {
            NetGenOptions.Threads = count;
            // The first texts of a network have one thread each, until it is known what they take.
            for (var i = 0; i < 5; i++) subject.Decode(source, text);
            using var decoder = subject.StartDecoding(source);
            return (Ids: subject.Decode(source, text), Prompt: decoder.Prompt(text).ToArray());
        }).ToList();
        Assert.All(logits, others => Assert.Equal(logits[0].Ids, others.Ids));
        Assert.All(logits, others => Assert.Equal(logits[0].Prompt, others.Prompt));
    }

    [Theory, MemberData(nameof(Names))]
    public void TextAndSource_AllocateNothing(string network)
    {
        var subject = Subject(network);
        var (source, text) = (subject.Source(seed: 1), subject.Text(seed: 1));
        using var decoder = subject.StartDecoding(source);
        var areIds = subject.Info.Source!.Ids.Sum(ids => ids.Count) == source.Length;
        var sampler = new Sampler(new SamplingOptions { TopK = 4 }, subject.Info.Vocabulary);
        DecodingTests.AssertNoAllocation(() =>
        {
            if (areIds) decoder.Reset(System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(source));
            else decoder.Reset(source);
            decoder.Prompt(text.AsSpan(0, text.Length / 2));
            foreach (var token in text.AsSpan(text.Length / 2)) sampler.Sample(decoder.Next(token));
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void Reset_WithAnotherSource_KnowsNothingOfTheOneBefore(string network)
    {
        var subject = Subject(network);
        var (first, second, text) = (subject.Source(seed: 1), subject.Source(seed: 2), subject.Text(seed: 2));
        using var decoder = subject.StartDecoding(first);
        decoder.Prompt(text);
        decoder.Reset();
        Assert.Equal(0, decoder.Position);
        Assert.Equal(subject.Decode(first, text)[..decoder.Vocabulary], decoder.Next(text[0]).ToArray());
        if (subject.Info.Source!.Ids.Sum(ids => ids.Count) == first.Length) decoder.Reset(System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(second));
        else decoder.Reset(second);
        Assert.Equal(0, decoder.Position);
        var logits = new List<float>();
        foreach (var token in text) logits.AddRange(decoder.Next(token));
        Assert.Equal(subject.Decode(second, text), logits);
        Assert.NotEqual(subject.Decode(first, text), logits);
    }

    [Theory, MemberData(nameof(Names))]
    public void Slide_GoesOnWithTheEndOfTheTextAndTheSameSource(string network)
    {
        var subject = Subject(network);
        var (source, text) = (subject.Source(seed: 1), subject.Text(seed: 1));
        using var decoder = subject.StartDecoding(source);
        decoder.Prompt(text);
        decoder.Slide(5);
        Assert.Equal(text[^5..], decoder.Tokens.ToArray());
        AssertClose(subject.Decode(source, text[^5..])[^decoder.Vocabulary..], decoder.Logits);
    }

    [Fact]
    public async Task Decoders_OnSeveralThreads_DontMeet()
    {
        var subject = Subject("Translate_PreNorm");
        var expected = Enumerable.Range(0, 4).Select(i => subject.Decode(subject.Source(i), subject.Text(i))).ToArray();
        var texts = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => subject.Decode(subject.Source(i % 4), subject.Text(i % 4)))));
        for (var i = 0; i < texts.Length; i++) Assert.Equal(expected[i % 4], texts[i]);
    }

    [Fact]
    public async Task Text_IsTheSameByAllWays()
    {
        var subject = Subject("Translate_PostNorm");
        var source = subject.Source(seed: 1);
        var options = new SamplingOptions { Seed = 3, Overlap = 7, MaxTokens = 70 };
        var text = subject.Generate(source, [4, 2], options);
        var expected = text.ToArray();
        Assert.Equal(70, expected.Length);
        Assert.Equal(expected, text);
        var stream = new List<int>();
        await foreach (var token in subject.GenerateAsync(source, [4, 2], options, TestContext.Current.CancellationToken)) stream.Add(token);
        Assert.Equal(expected, stream);
        using var decoder = subject.StartDecoding(source);
        decoder.Prompt([4, 2]);
        Assert.Equal(expected, decoder.Generate(options));
        // It is the source's, also where that changes before the text is asked for.
        var copy = (float[])source.Clone();
        var later = subject.Generate(copy, [4, 2], options);
        copy.AsSpan().Clear();
        Assert.Equal(expected, later);
        Assert.NotEqual(expected, subject.Generate(copy, [4, 2], options));
    }

    [Fact]
    public void Source_ThatIsNone_IsNamed()
    {
        var subject = Subject("Translate_PreNorm");
        var source = subject.Source(seed: 1);
        foreach (var wrong in new[] { source[1..], [.. source, 0], [] })
        {
            var exception = Assert.Throws<ArgumentException>("source", () => subject.StartDecoding(wrong));
            Assert.Contains($"source has {wrong.Length} values; the network takes 37.", exception.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>("source", () => subject.Generate(wrong, [1]));
            Assert.Throws<ArgumentException>("source", () => subject.GenerateAsync(wrong, [1], cancellation: TestContext.Current.CancellationToken));
        }
        foreach (var id in new[] { -1, 25, int.MinValue })
        {
            var foreign = (float[])source.Clone();
            foreign[3] = BitConverter.Int32BitsToSingle(id);
            var exception = Assert.Throws<ArgumentOutOfRangeException>("source", () => subject.StartDecoding(foreign));
            Assert.Contains($"The id at position 3 of source is {id}; its vocabulary has 25 ids, from 0 to 24.", exception.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>("source", () => subject.Generate(foreign, [1]));
        }
    }

    [Fact]
    public void Id_OfOneOfSeveralInputs_IsNamedWithTheInput()
    {
        var subject = Subject("Tell_Everything");
        var source = subject.Source(seed: 1);
        source[5 + 2] = BitConverter.Int32BitsToSingle(9);
        var exception = Assert.Throws<ArgumentOutOfRangeException>("source", () => subject.StartDecoding(source));
        Assert.Contains("The id at position 2 of topic is 9; its vocabulary has 9 ids, from 0 to 8.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reset_WithAFault_ChangesNothing()
    {
        var subject = Subject("Translate_PreNorm");
        var (source, text) = (subject.Source(seed: 1), subject.Text(seed: 1));
        using var decoder = subject.StartDecoding(source);
        var logits = decoder.Prompt(text.AsSpan(0, 9)).ToArray();
        Assert.Throws<ArgumentException>("source", () => decoder.Reset(new int[36]));
        Assert.Throws<ArgumentOutOfRangeException>("source", () => decoder.Reset([.. Enumerable.Repeat(25, 37)]));
        var numbers = Assert.Throws<ArgumentException>("source", () => decoder.Reset(new float[37]));
        Assert.Contains("The network's sources are ids, and no numbers.", numbers.Message, StringComparison.Ordinal);
        Assert.Equal(logits, decoder.Logits.ToArray());
        AssertClose(subject.Decode(source, text.AsSpan(0, 10)).AsSpan()[^decoder.Vocabulary..], decoder.Next(text[9]));
        decoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => decoder.Reset(new int[37]));
        using var other = Subject("Caption_Image").StartDecoding(Subject("Caption_Image").Source(seed: 1));
        Assert.Contains("The network's sources are numbers.", Assert.Throws<ArgumentException>("source", () => other.Reset(new int[3 * 12 * 16])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompt_ThatIsNone_IsNamed()
    {
        var subject = Subject("Translate_PreNorm");
        var source = subject.Source(seed: 1);
        Assert.Throws<ArgumentException>("prompt", () => subject.Generate(source, []));
        Assert.Contains("prompt has 71 ids; a text at position 0 of 70 has room for 70.",
            Assert.Throws<ArgumentException>("prompt", () => subject.Generate(source, new int[71])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("prompt", () => subject.Generate(source, [33]));
        using var decoder = subject.StartDecoding(source);
        Assert.Throws<ArgumentOutOfRangeException>("token", () => decoder.Append(33));
        decoder.Prompt(subject.Text(seed: 1));
        Assert.Throws<InvalidOperationException>(() => decoder.Append(1));
    }

    const string Inputs = "[Linear(9)] readonly Layer head; Tensor Forward([Shape(6)] Tensor source, [Shape(6)] Tensor target) =>";

    const string Two = "[TransformerDecoderLayer(2, 16)] readonly Layer decoder; " + Inputs;

    [Theory]
    // A position sees later ones, or the source sees the text.
    [InlineData($"[TransformerEncoderLayer(2, 16)] readonly Layer around; {Two} head(around(decoder(tokens(target), tokens(source))));")]
    [InlineData($"{Two} head(decoder(tokens(target), tokens(source)) + Mean(tokens(target), 0, keep: true));")]
    [InlineData($"{Two} head(decoder(tokens(target), decoder(tokens(source), tokens(target))));")]
    // What comes out are no logits of each position.
    [InlineData($"{Two} Softmax(head(decoder(tokens(target), tokens(source))));")]
    [InlineData($"{Two} head(Mean(decoder(tokens(target), tokens(source)), 0, keep: true));")]
    [InlineData($"{Two} Concat(1, head(decoder(tokens(target), tokens(source))), tokens(target));")]
    // Either input could be the text.
    [InlineData($"[MultiheadAttention(2, Causal = true)] readonly Layer self; {Inputs} head(self(tokens(target) + tokens(source)));")]
    // There is no attention.
    [InlineData($"{Inputs} head(tokens(target) + Mean(tokens(source), 0, keep: true));")]
    // A source that has as many positions as it likes is one input, and attention sees all of it.
    [InlineData("""
        [TransformerDecoderLayer(2, 16)] readonly Layer decoder;
        [Linear(9)] readonly Layer head;
        Tensor Forward([Sequence(Max = 5)] Tensor source, [Shape(8)] Tensor style, [Sequence(Max = 6)] Tensor target) => head(decoder(tokens(target) + style, tokens(source)));
        """)]
    [InlineData("""
        [MultiheadAttention(2, Causal = true)] readonly Layer cross;
        [Linear(9)] readonly Layer head;
        Tensor Forward([Sequence(Max = 5)] Tensor source, [Sequence(Max = 6)] Tensor target) => head(cross(tokens(target), tokens(source)));
        """)]
    [InlineData("""
        [TransformerDecoderLayer(2, 16)] readonly Layer decoder;
        [MeanPositions] readonly Layer mean;
        [Linear(9)] readonly Layer head;
        Tensor Forward([Sequence(Max = 5)] Tensor source, [Sequence(Max = 6)] Tensor target) => head(decoder(tokens(target) + mean(tokens(source)), tokens(source)));
        """)]
    // There is a second output.
    [InlineData("""
        [MultiheadAttention(2)] readonly Layer cross;
        [Linear(9)] readonly Layer head;
        (Tensor Logits, Tensor Memory) Forward([Shape(6, 8)] Tensor source, [Shape(6)] Tensor target) => (head(cross(tokens(target), source)), source * 2);
        """)]
    public void Network_ThatIsNoDecoder_GetsNothing(string body)
    {
        var build = (Consumer.Of($$"""
            using static NetGen.Functions;
            [Network] public partial class Other
            {
                [Embedding(9, 8)] readonly Layer tokens;
                {{body}}
            }
            """) with { CompilesKernels = false }).Build().AssertClean();
        Assert.DoesNotContain("Other.Decoding.g.cs", build.FileNames);
        Assert.DoesNotContain("IEncoderDecoder", build.File("Other.g.cs"), StringComparison.Ordinal);
    }

    static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) => DecodingTests.AssertClose(expected, actual);

    public void Dispose() => NetGenOptions.Threads = threads;

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(Cases, "using static NetGen.Functions;\n", predictsOnly: true);

        public void Dispose() => Set.Dispose();
    }
}
