using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>A small decoder that learns to continue a text, character by character.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class DecoderLearningTests(TrainingRunNetworks networks, ITestOutputHelper output)
{
    const string Text = "she sells sea shells by the sea shore, and the shells she sells are sea shells for sure. ";
    const int Positions = 16;

    static readonly char[] Characters = [.. Text.Distinct().Order()];

    [Fact]
    public void Decoder_TrainedOnAText_KnowsWhatFollows()
    {
        var (subject, _) = networks.Set[TrainingRunNetworks.Decoder];
        var batch = Windows();
        subject.Train(new AdamW(5e-3), new TrainerOptions { ClipNorm = 1 });
        var first = subject.Step(batch);
        var last = 0f;
        for (var step = 0; step < 300; step++) last = subject.Step(batch);
        output.WriteLine($"{first} {last}");
        Assert.InRange(first, 0.5f * MathF.Log(Characters.Length), 2 * MathF.Log(Characters.Length));
        // The first characters of a window leave several that may follow.
        Assert.InRange(last, 0, 0.5f);
        var y = subject.Predict(batch.SinglesOfX);
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            var place = sample * Positions + Positions - 1;
            var logits = y.AsSpan(place * Characters.Length, Characters.Length);
            var best = 0;
            for (var c = 1; c < logits.Length; c++) best = logits[c] > logits[best] ? c : best;
            Assert.Equal(Characters[batch.Labels![place]], Characters[best]);
        }

        // Id by id it says the same, and goes on with the text.
        var language = LanguageSubject.Create(networks.Set.TypeOf(TrainingRunNetworks.Decoder));
        subject.Parameters.CopyTo(language.Parameters);
        for (var begin = 0; begin + Positions < Text.Length; begin += 7)
        {
            int[] prompt = [.. Text.Substring(begin, Positions - 4).Select(c => Array.IndexOf(Characters, c))];
            var continued = language.Generate(prompt, new SamplingOptions { Temperature = 0 }).Select(id => Characters[id]);
            Assert.Equal(Text.Substring(begin + Positions - 4, 5), string.Concat(continued));
        }
    }

    [Fact]
    public void Decoder_Output_DependsOnNoLaterPosition()
    {
        const int Changed = 9;
        var (subject, _) = networks.Set[TrainingRunNetworks.Decoder];
        subject.Randomize(seed: 3);
        var window = Windows() with { Samples = 1 };
        window = window with { X = window.X[..Positions] };
        var before = subject.Predict(window.SinglesOfX);
        for (var i = Changed; i < Positions; i++) window.X[i] = (window.X[i] + 1) % Characters.Length;
        var after = subject.Predict(window.SinglesOfX);
        Assert.Equal(before[..(Changed * Characters.Length)], after[..(Changed * Characters.Length)]);
        Assert.NotEqual(before[(Changed * Characters.Length)..], after[(Changed * Characters.Length)..]);
    }

    [Fact]
    public void Label_OutOfRange_IsNamedWithItsPosition()
    {
        var (subject, _) = networks.Set[TrainingRunNetworks.Decoder];
        var batch = Windows();
        batch.Labels![Positions + 3] = Characters.Length;
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => subject.Step(batch));
        Assert.Contains($"The label at position 3 of sample 1 of the batch is {Characters.Length}", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Every window of the text, with what follows each character as its label.</summary>
    static Batch Windows()
    {
        var samples = Text.Length - Positions;
        int[] ids = [.. Text.Select(c => Array.IndexOf(Characters, c))];
        var places = Enumerable.Range(0, samples * Positions).Select(i => i / Positions + i % Positions).ToArray();
        return new Batch(samples, [.. places.Select(place => (double)ids[place])], null, [.. places.Select(place => ids[place + 1])]) { HasIds = true };
    }
}
