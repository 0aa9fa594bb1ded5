namespace NetGen.Tests.Generation;

/// <summary>Texts that a decoder continues, and where they end.</summary>
public sealed class GenerationTests
{
    static readonly SamplingOptions Greedy = new() { Temperature = 0 };

    readonly ChainModel model = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Text_EndsWhereThereIsNoRoom()
    {
        // Eight ids follow two, and one more that has no place.
        Assert.Equal(ChainModel.Likeliest(1, 3).Take(9), model.Generate([1, 3], Greedy));
        Assert.Equal(ChainModel.Likeliest([.. Enumerable.Repeat(1, 10)]).Take(1), model.Generate([.. Enumerable.Repeat(1, 10)], Greedy));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(4), InlineData(50)]
    public void Text_HasNoMoreThanMaxTokens(int most) =>
        Assert.Equal(ChainModel.Likeliest(2).Take(Math.Min(most, 10)), model.Generate([2], Greedy with { MaxTokens = most }));

    [Fact]
    public void Text_WithAnOverlap_GoesOnFromItsEnd()
    {
        var text = new List<int> { 2, 4 };
        var context = new List<int>(text);
        foreach (var token in model.Generate([2, 4], Greedy with { Overlap = 3, MaxTokens = 40 }))
        {
            Assert.Equal((context.Sum() + 1) % ChainModel.Ids, token);
            text.Add(token);
            if (context.Count == ChainModel.Positions) context = text[^3..];
            else context.Add(token);
        }
        Assert.Equal(42, text.Count);
    }

    [Fact]
    public void Text_EndsAfterAStopToken_WhichItIncludes()
    {
        // From 2 on: 3, 1, 2, 4, 3, …
        Assert.Equal([3, 1, 2, 4, 3], ChainModel.Likeliest(2).Take(5));
        Assert.Equal([3, 1, 2, 4], model.Generate([2], Greedy with { StopTokens = [0, 4] }));
        var seen = 0;
        Assert.Equal([3, 1, 2], model.Generate([2], Greedy with { StopWhen = token => ++seen == 3 || token == 0 }));
    }

    [Fact]
    public void Text_FollowsFromTheSeed_EachTimeItIsEnumerated()
    {
        var options = new SamplingOptions { Seed = 5, Temperature = 3, Overlap = 2, MaxTokens = 60 };
        var text = model.Generate([1], options);
        var first = text.ToArray();
        Assert.Equal(first, text.ToArray());
        Assert.Equal(first, model.Generate([1], options).ToArray());
        Assert.NotEqual(first, model.Generate([1], options with { Seed = 6 }).ToArray());
    }

    [Fact]
    public async Task AsynchronousText_IsTheSame()
    {
        var options = new SamplingOptions { Seed = 5, Temperature = 3, Overlap = 2, MaxTokens = 60 };
        var tokens = new List<int>();
        await foreach (var token in model.GenerateAsync([1], options, Cancellation)) tokens.Add(token);
        Assert.Equal(model.Generate([1], options), tokens);
    }

    [Fact]
    public async Task AsynchronousText_EndsWhenItIsCancelled()
    {
        using var source = new CancellationTokenSource();
        var count = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in model.GenerateAsync([1], Greedy with { Overlap = 2 }, source.Token))
            {
                if (++count == 25) await source.CancelAsync();
            }
        });
        Assert.Equal(25, count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in model.GenerateAsync([1], Greedy, Cancellation).WithCancellation(source.Token)) count++;
        });
        Assert.Equal(25, count);
    }

    [Fact]
    public async Task Decoder_HasWhatItGenerated()
    {
        using var decoder = model.StartDecoding();
        decoder.Prompt([2]);
        Assert.Equal([3, 1], decoder.Generate(Greedy with { MaxTokens = 2 }));
        Assert.Equal([2, 3, 1], decoder.Tokens.ToArray());
        var more = new int[2];
        Assert.Equal(2, decoder.Generate(more, Greedy));
        Assert.Equal([2, 4], more);
        var last = new List<int>();
        await foreach (var token in decoder.GenerateAsync(Greedy with { StopTokens = [1] }, Cancellation)) last.Add(token);
        Assert.Equal(ChainModel.Likeliest(2, 3, 1, 2, 4).TakeWhile(token => token != 1).Append(1), last);
        Assert.Equal(5 + last.Count, decoder.Position);
    }

    [Fact]
    public void Generate_OfASpan_EndsWhereTheTextDoes()
    {
        using var decoder = model.StartDecoding();
        decoder.Prompt([2]);
        var tokens = new int[30];
        Assert.Equal(4, decoder.Generate(tokens, Greedy with { StopTokens = [4] }));
        Assert.Equal([3, 1, 2, 4], tokens[..4]);
    }

    [Fact]
    public void Faults_AreToldAtOnce_AndNameTheArgument()
    {
        Assert.Throws<ArgumentException>("prompt", () => model.Generate([]));
        Assert.Contains("has 11 ids; a text at position 0 of 10 has room for 10.",
            Assert.Throws<ArgumentException>("prompt", () => model.Generate(new int[11])).Message, StringComparison.Ordinal);
        Assert.Contains("The id at position 2 is 5; the vocabulary has 5 ids, from 0 to 4.",
            Assert.Throws<ArgumentOutOfRangeException>("prompt", () => model.GenerateAsync([0, 1, 5], cancellationToken: Cancellation)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("MaxTokens", () => model.Generate([1], Greedy with { MaxTokens = -1 }));
        Assert.Contains("7 isn't one of the vocabulary's 5 ids, which are 0 to 4.",
            Assert.Throws<ArgumentOutOfRangeException>("StopTokens", () => model.Generate([1], Greedy with { StopTokens = [1, 7] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("StopTokens", () => model.Generate([1], Greedy with { StopTokens = null! }));
        Assert.Contains("less than the 10 positions", Assert.Throws<ArgumentOutOfRangeException>(
            "Overlap", () => model.Generate([1], Greedy with { Overlap = 10 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("Temperature", () => model.Generate([1], Greedy with { Temperature = -1 }));
        using var decoder = model.StartDecoding();
        Assert.Throws<InvalidOperationException>(() => decoder.Generate());
        Assert.Contains("without a source", Assert.Throws<InvalidOperationException>(() => decoder.Reset(new int[3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("TopP", () => decoder.GenerateAsync(new() { TopP = 2 }, Cancellation));
    }
}
