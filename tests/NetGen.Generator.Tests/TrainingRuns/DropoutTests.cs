using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>What dropout does to samples and gradients.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class DropoutTests(TrainingRunNetworks networks)
{
    const int Samples = 500;
    const double Probability = 0.3;

    [Fact]
    public void Mask_DropsTheShareAskedFor_ScalesTheRest_AndIsTheSameForTheGradient()
    {
        var (subject, outcome) = Run(seed: 1);
        var scale = (float)(1 / (1 - (double)0.3f));
        var dropped = 0;
        for (var i = 0; i < outcome.Output.Length; i++)
        {
            if (outcome.Output[i] == 0) dropped++;
            else Assert.Equal(scale, outcome.Output[i], 1e-6);
            // All inputs and all output gradients are 1.
            Assert.Equal(outcome.Output[i], outcome.InputGradient![i]);
        }
        var count = Samples * subject.Info.InputSize;
        // Five standard deviations of a binomial distribution.
        Assert.Equal(Probability, (double)dropped / count, 5 * Math.Sqrt(Probability * (1 - Probability) / count));
    }

    [Fact]
    public void Mask_DropsEachElementOfASampleEquallyOften()
    {
        var (subject, outcome) = Run(seed: 2);
        for (var element = 0; element < subject.Info.InputSize; element++)
        {
            var dropped = Enumerable.Range(0, Samples).Count(i => outcome.Output[i * subject.Info.InputSize + element] == 0);
            Assert.Equal(Probability, (double)dropped / Samples, 5 * Math.Sqrt(Probability * (1 - Probability) / Samples));
        }
    }

    [Fact]
    public void Mask_DependsOnTheSeedAndTheStep_AndOnNothingElse()
    {
        var (_, first) = Run(seed: 3);
        var (subject, again) = Run(seed: 3);
        Assert.Equal(first.Output, again.Output);
        var (_, other) = Run(seed: 4);
        Assert.NotEqual(first.Output, other.Output);
        // A pass without an update draws the same numbers again; the next step draws others.
        Assert.Equal(first.Output, subject.Backward(Ones(subject)).Output);
        subject.Step(Ones(subject));
        Assert.NotEqual(first.Output, subject.Backward(Ones(subject)).Output);
    }

    [Fact]
    public void Mask_IsTheSame_ForOneThreadAndTwo()
    {
        var (subject, _) = networks.Set[TrainingRunNetworks.Dropped];
        var threads = NetGenOptions.Threads;
        NetGenOptions.Threads = 2;
        try
        {
            Assert.Equal(subject.Pass(Ones(subject), 1), subject.Pass(Ones(subject), 2));
        }
        finally
        {
            NetGenOptions.Threads = threads;
        }
    }

    [Fact]
    public void Prediction_DropsNothing()
    {
        var (subject, _) = networks.Set[TrainingRunNetworks.Dropped];
        var x = Batch.Normal(new(5), 70 * subject.Info.InputSize);
        Assert.Equal(x, subject.Predict(x));
        Assert.Equal(x, subject.PredictEach(x));
    }

    [Fact]
    public void DroppedNetwork_MatchesInterpreter_AtEveryStep()
    {
        var (subject, reference) = networks.Set[TrainingRunNetworks.Large];
        subject.Train(new SGD(0.1), new TrainerOptions { Seed = 0x123456789ABCDEF });
        for (var step = 0ul; step < 3; step++)
        {
            var batch = Batch.Random(subject.Info, reference.Loss, 13, seed: (int)step);
            var expected = reference.Backward(batch, subject.ParameterValues, 1, 0x123456789ABCDEF, step << 20);
            subject.Backward(batch).AssertClose(expected, $"step {step}");
            subject.Update();
        }
    }

    (Subject Subject, Outcome Outcome) Run(ulong seed)
    {
        var (subject, _) = networks.Set[TrainingRunNetworks.Dropped];
        subject.Train(new SGD(), new TrainerOptions { Seed = seed });
        // The mask of a batch doesn't depend on what the batches before it held.
        subject.Backward(Batch.Of(Batch.Normal(new(6), 3 * subject.Info.InputSize), Batch.Normal(new(6), 3 * subject.Info.InputSize), 3));
        return (subject, subject.Backward(Ones(subject)));
    }

    static Batch Ones(Subject subject)
    {
        var ones = Enumerable.Repeat(1f, Samples * subject.Info.InputSize).ToArray();
        return Batch.Of(ones, ones, Samples);
    }
}
