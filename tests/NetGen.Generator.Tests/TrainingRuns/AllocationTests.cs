using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>Predictions and training steps allocate nothing.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class AllocationTests(TrainingRunNetworks networks)
{
    public static TheoryData<string> Names =>
    [
        TrainingRunNetworks.Perceptron, TrainingRunNetworks.Mlp, TrainingRunNetworks.Large, TrainingRunNetworks.Regression, TrainingRunNetworks.Normalized,
        TrainingRunNetworks.Recurrent, TrainingRunNetworks.Mixture, TrainingRunNetworks.Sequences, TrainingRunNetworks.Ids,
    ];

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

    /// <summary>
    /// What a hundred calls of an action allocate, once it has been called often enough for a prediction to have started the thread that shares single samples.
    /// The runtime may do something on this thread that it does once in a process, such as loading a type: so the second most of three times counts, which is
    /// more than nothing where one call in a hundred allocates.
    /// </summary>
    static long AllocatedBy(Action action)
    {
        for (var i = 0; i < 20; i++) action();
        var bytes = new long[3];
        for (var round = 0; round < bytes.Length; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++) action();
            bytes[round] = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        return bytes.Order().ElementAt(1);
    }
}
