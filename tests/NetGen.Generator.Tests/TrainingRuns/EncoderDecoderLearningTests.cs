using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>An encoder and decoder that learns to write words backwards.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class EncoderDecoderLearningTests(TrainingRunNetworks networks, ITestOutputHelper output)
{
    const int End = 0, Start = 1, FirstLetter = 2, Letters = 10, Longest = 8, Steps = 500;

    [Fact]
    public void Reversal_ThatWasLearned_IsWrittenOfWordsThatNoneHasSeen()
    {
        var (subject, _) = networks.Set[TrainingRunNetworks.Reversal];
        var random = new Random(1);
        subject.Train(new AdamW(3e-3), new TrainerOptions { ClipNorm = 1, Schedule = Schedule.Cosine(Steps) });
        var loss = 0f;
        for (var step = 0; step < Steps; step++) loss = subject.Step(Words(random, 64));
        output.WriteLine($"{loss}");
        var language = EncoderDecoderSubject.Create(networks.Set.TypeOf(TrainingRunNetworks.Reversal));
        subject.Parameters.CopyTo(language.Parameters);
        var options = new SamplingOptions { Temperature = 0, StopTokens = [End] };
        var right = 0;
        for (var i = 0; i < 50; i++)
        {
            var word = Word(random);
            var source = Padded(word, Longest).Select(BitConverter.Int32BitsToSingle).ToArray();
            if (language.Generate(source, [Start], options).SequenceEqual([.. word.Reverse(), End])) right++;
        }
        output.WriteLine($"{right}");
        Assert.InRange(right, 48, 50);
    }

    static int[] Word(Random random) => [.. Enumerable.Range(0, random.Next(3, Longest + 1)).Select(_ => FirstLetter + random.Next(Letters))];

    static IEnumerable<int> Padded(IEnumerable<int> word, int length) => word.Concat(Enumerable.Repeat(End, length)).Take(length);

    static Batch Words(Random random, int samples)
    {
        var (x, labels) = (new List<double>(), new List<int>());
        for (var i = 0; i < samples; i++)
        {
            var word = Word(random);
            var reversed = word.Reverse().ToArray();
            x.AddRange(Padded(word, Longest).Concat(Padded([Start, .. reversed], Longest + 1)).Select(id => (double)id));
            labels.AddRange(Padded(reversed, Longest + 1));
        }
        return new Batch(samples, [.. x], null, [.. labels]) { HasIds = true };
    }
}
