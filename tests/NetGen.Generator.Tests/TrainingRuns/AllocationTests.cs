using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>Predictions and training steps allocate nothing.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class AllocationTests(TrainingRunNetworks networks)
{
    public static TheoryData<string> Names =>
        [TrainingRunNetworks.Perceptron, TrainingRunNetworks.Mlp, TrainingRunNetworks.Large, TrainingRunNetworks.Regression, TrainingRunNetworks.Normalized];

    [Theory, MemberData(nameof(Names))]
    public void Prediction_AllocatesNothing(string network)
    {
        var (subject, _) = networks.Set[network];
        foreach (var samples in new[] { 1, 13, 300 })
        {
            var (x, y) = (new float[samples * subject.Info.InputSize], new float[samples * subject.Info.OutputSize]);
            Assert.Equal(0, AllocatedBy(() => subject.Predict(x, y)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void TrainingStep_AllocatesNothing(string network)
    {
        var (subject, reference) = networks.Set[network];
        foreach (var optimizer in new Optimizer[] { new SGD(1e-3, momentum: 0.9), new AdamW() })
        {
            subject.Train(optimizer, new TrainerOptions { ClipNorm = 1, Schedule = Schedule.Cosine(100, 2) });
            Assert.Equal(0, AllocatedBy(subject.Stepper(Batch.Random(subject.Info, reference.Loss, 67, seed: 1))));
        }
    }

    static long AllocatedBy(Action action)
    {
        for (var i = 0; i < 3; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
