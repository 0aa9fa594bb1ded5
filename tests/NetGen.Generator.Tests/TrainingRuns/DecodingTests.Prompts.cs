namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>Prompts, which are read in blocks.</summary>
public sealed partial class DecodingTests
{
    [Theory, MemberData(nameof(Names))]
    public void Prompt_OfAnyLength_LeavesWhatTheWholeTextGives(string network)
    {
        var subject = Subject(network);
        var (capacity, block) = (subject.Info.Positions, subject.Info.BlockPositions);
        var text = subject.Text(capacity, seed: 4);
        var whole = subject.Predict(text);
        using var decoder = subject.StartDecoding();
        // The last id is no part of a block.
        foreach (var length in new[] { 1, 2, 5, block, block + 1, block + 2, capacity }.Where(length => length <= capacity))
        {
            decoder.Reset();
            AssertClose(Row(whole, length - 1), decoder.Prompt(text.AsSpan(0, length)));
            Assert.Equal(text[..length], decoder.Tokens.ToArray());
            for (var i = length; i < capacity; i++) AssertClose(Row(whole, i), decoder.Next(text[i]));
        }

        ReadOnlySpan<float> Row(float[] logits, int position) => logits.AsSpan(position * decoder.Vocabulary, decoder.Vocabulary);
    }

    [Theory, MemberData(nameof(Names))]
    public void Prompts_AndIds_TakeTurns(string network)
    {
        var subject = Subject(network);
        var text = subject.Text(subject.Info.Positions, seed: 6);
        var expected = subject.Predict(text).AsSpan()[^subject.Info.Vocabulary..];
        using var decoder = subject.StartDecoding();
        float[]? first = null;
        for (var round = 0; round < 2; round++)
        {
            for (var part = 1; decoder.Position < decoder.Capacity; part = part * 2 % 11)
            {
                decoder.Append(text[decoder.Position]);
                if (decoder.Position < decoder.Capacity) decoder.Prompt(text.AsSpan(decoder.Position, Math.Min(part, decoder.Capacity - decoder.Position)));
            }
            AssertClose(expected, decoder.Logits);
            Assert.Equal(text, decoder.Tokens.ToArray());
            Assert.Equal(first ??= decoder.Logits.ToArray(), decoder.Logits.ToArray());
            decoder.Reset();
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Block_OfAnyNumberOfWorkers_LeavesTheSameBits(string network)
    {
        NetGenOptions.Threads = 7;
        var subject = Subject(network);
        var tokens = subject.Text(subject.Info.Positions, seed: 3);
        var alone = subject.BlockShared(tokens, 1);
        Assert.All(alone, value => Assert.True(float.IsFinite(value)));
        foreach (var workers in new[] { 2, 3, 7 }) Assert.Equal(alone, subject.BlockShared(tokens, workers));
    }

    [Fact]
    public void Prompt_OnAnyNumberOfThreads_GivesTheSameBits()
    {
        var subject = Subject("Decode_Large");
        var text = subject.Text(subject.Info.Positions, seed: 8);
        var logits = new[] { 1, 2, 7 }.Select(count =>
        {
            NetGenOptions.Threads = count;
            using var decoder = subject.StartDecoding();
            return decoder.Prompt(text).ToArray();
        }).ToList();
        Assert.All(logits, others => Assert.Equal(logits[0], others));
    }

    [Theory, MemberData(nameof(Names))]
    public void Prompt_AllocatesNothing(string network)
    {
        var subject = Subject(network);
        using var decoder = subject.StartDecoding();
        var text = subject.Text(subject.Info.Positions, seed: 1);
        AssertNoAllocation(() =>
        {
            decoder.Reset();
            decoder.Prompt(text);
        });
    }

    [Fact]
    public void Prompt_WithAFault_ChangesNothing()
    {
        var subject = Subject("Decode_PreNorm");
        var text = subject.Text(subject.Info.Positions, seed: 2);
        using var decoder = subject.StartDecoding();
        var logits = decoder.Prompt(text.AsSpan(0, 40)).ToArray();
        Assert.Throws<ArgumentException>("tokens", () => decoder.Prompt([]).Length);
        Assert.Throws<ArgumentException>("tokens", () => decoder.Prompt(new int[31]).Length);
        var foreign = text[40..];
        foreign[20] = decoder.Vocabulary;
        Assert.Throws<ArgumentOutOfRangeException>("tokens", () => decoder.Prompt(foreign).Length);
        Assert.Equal(text[..40], decoder.Tokens.ToArray());
        Assert.Equal(logits, decoder.Logits.ToArray());
        var rest = decoder.Prompt(text.AsSpan(40)).ToArray();
        decoder.Reset();
        decoder.Prompt(text.AsSpan(0, 40));
        Assert.Equal(rest, decoder.Prompt(text.AsSpan(40)).ToArray());
    }
}
