using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>A recurrent network that has to remember the first position until the last.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class RecurrentLearningTests(TrainingRunNetworks networks, ITestOutputHelper output)
{
    [Fact]
    public void Recurrence_LearnsWhatTheFirstPositionWas()
    {
        var (subject, _) = networks.Set[TrainingRunNetworks.Recurrent];
        subject.Randomize(seed: 4);
        const int samples = 61, positions = 9, features = 7;
        var random = new Random(4);
        var x = Batch.Normal(random, samples * positions * features);
        var labels = new int[samples];
        for (var sample = 0; sample < samples; sample++)
        {
            labels[sample] = sample % 3;
            for (var i = 0; i < 3; i++) x[sample * positions * features + i] = i == labels[sample] ? 2 : -2;
        }
        var batch = Batch.Of(x, labels, samples);
        subject.Train(new AdamW(1e-2), new TrainerOptions { ClipNorm = 1 });
        var first = subject.Step(batch);
        var last = 0f;
        for (var step = 0; step < 150; step++) last = subject.Step(batch);
        output.WriteLine($"{first} {last}");
        Assert.InRange(first, 0.5f, 2.5f);
        Assert.InRange(last, 0, 0.05f);
    }
}
