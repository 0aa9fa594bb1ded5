using NetGen.Generator.Tests.Oracle;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>Whole training runs against PyTorch's, and their independence of threads.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class TrainingRunTests(TrainingRunNetworks networks, ITestOutputHelper output)
{
    static readonly int[] ThreadCounts = [1, 2, 7];

    [Theory, InlineData(TrainingRunNetworks.Perceptron), InlineData(TrainingRunNetworks.Mlp), InlineData(TrainingRunNetworks.Cnn)]
    public void TrainingRun_StepByStep_MatchesPyTorch_WithTheSameBitsForAnyThreads(string name)
    {
        using var file = new OracleFile(name);
        var (losses, final) = (file.Doubles("loss"), file.WithPrefix("final."));
        var statistics = networks.Set[name].Subject.Info.Parameters.Where(p => !p.IsLearned).Select(p => p.Name);
        foreach (var statistic in statistics) final.Add(statistic, file.Floats($"finalbuffer.{statistic}"));
        var (x, samples) = (file.Floats("x"), name == TrainingRunNetworks.Cnn ? 8 : 16);
        var (worst, first) = (0.0, (float[]?)null);
        foreach (var threads in ThreadCounts)
        {
            using var _ = new Threads(threads);
            var (subject, reference) = networks.Set[name];
            foreach (var (parameter, values) in file.WithPrefix("param.")) subject.Parameters[parameter].CopyFrom(values);
            subject.Train(name switch
            {
                TrainingRunNetworks.Perceptron => new SGD(0.5),
                TrainingRunNetworks.Cnn => new SGD(0.05, momentum: 0.9),
                _ => new Adam(1e-2),
            });
            var actual = new double[losses.Length];
            for (var step = 0; step < losses.Length; step++)
            {
                float[] inputs = [.. x.Skip(step * samples * subject.Info.InputSize).Take(samples * subject.Info.InputSize)];
                actual[step] = subject.Step(reference.Loss!.HasLabels
                    ? Batch.Of(inputs, file.Labels("target")[(step * samples)..((step + 1) * samples)])
                    : Batch.Of(inputs, file.Floats("target")[(step * samples)..((step + 1) * samples)], samples));
            }
            for (var step = 0; step < losses.Length; step++)
            {
                worst = Math.Max(worst, new[] { actual[step] }.AssertClose([losses[step]], 1e-4, $"loss of step {step}"));
            }
            foreach (var (parameter, values) in final)
            {
                worst = Math.Max(worst, Batch.Doubles(subject.Parameters[parameter].ToArray()).AssertClose(Batch.Doubles(values), 1e-4, $"final {parameter}"));
            }
            AssertSameBits(ref first, [.. subject.Parameters.Arena, .. actual.Select(loss => (float)loss)], $"{threads} threads");
        }
        output.WriteLine($"{worst:E1}");
    }

    [Fact]
    public void LargeNetwork_WithDropoutAndLayerNorm_HasTheSameBitsForAnyThreads()
    {
        float[]? first = null;
        foreach (var threads in ThreadCounts)
        {
            using var _ = new Threads(threads);
            var (subject, reference) = networks.Set[TrainingRunNetworks.Large];
            subject.Train(new AdamW(1e-2), new TrainerOptions { Seed = 5, ClipNorm = 1 });
            var results = new List<float>();
            for (var step = 0; step < 4; step++)
            {
                // The third batch is a smaller one, as at an epoch's end.
                var batch = Batch.Random(subject.Info, reference.Loss, step == 2 ? 29 : 67, seed: step);
                results.Add(subject.Step(batch));
                results.AddRange(subject.Results);
            }
            results.AddRange(subject.Parameters.Arena);
            results.AddRange(subject.Predict(Batch.Random(subject.Info, reference.Loss, 131, seed: 9).SinglesOfX));
            AssertSameBits(ref first, [.. results], $"{threads} threads");
        }
    }

    [Theory, InlineData(TrainingRunNetworks.Perceptron), InlineData(TrainingRunNetworks.Mlp)]
    [InlineData(TrainingRunNetworks.Large), InlineData(TrainingRunNetworks.Regression)]
    [InlineData(TrainingRunNetworks.Normalized), InlineData(TrainingRunNetworks.Cnn), InlineData(TrainingRunNetworks.Words), InlineData(TrainingRunNetworks.Tied)]
    [InlineData(TrainingRunNetworks.Decoder), InlineData(TrainingRunNetworks.Recurrent), InlineData(TrainingRunNetworks.Lanes), InlineData(TrainingRunNetworks.Mixture)]
    [InlineData(TrainingRunNetworks.Ids), InlineData(TrainingRunNetworks.Shared)]
    public void Pass_ByMoreWorkersThanTheBatchIsWorth_HasTheSameBits(string network)
    {
        using var _ = new Threads(7);
        var (subject, reference) = networks.Set[network];
        foreach (var samples in new[] { 1, 3, 13, 26, 65 }.Where(n => n >= subject.LeastSamples))
        {
            var batch = Batch.Random(subject.Info, reference.Loss, samples, seed: samples);
            float[]? first = null;
            foreach (var workers in new[] { 1, 2, 3, 7 }) AssertSameBits(ref first, subject.Pass(batch, workers), $"{samples} samples, {workers} workers");
            subject.Backward(batch);
            AssertSameBits(ref first, subject.Results, $"{samples} samples, by the trainer");
        }
    }

    [Fact]
    public void Pass_OfSamplesOfAnyLength_HasTheSameBits_ByAnyWorkers()
    {
        using var _ = new Threads(7);
        var subject = SequenceSubject.Create(networks.Set.TypeOf(TrainingRunNetworks.Sequences));
        int[] lengths = [5, 1, 12, 2, 7, 7, 3, 12, 9];
        var random = new Random(1);
        var x = Batch.Normal(random, 5 * lengths.Sum());
        float[] labels = [.. lengths.Select(_ => BitConverter.Int32BitsToSingle(random.Next(3)))];
        float[]? first = null;
        foreach (var workers in new[] { 1, 2, 3, 7 }) AssertSameBits(ref first, subject.Pass(x, lengths, labels, workers), $"{workers} workers");
    }

    [Fact]
    public void CheckpointOfNormalizedNetwork_GoesOnBitForBit()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            var (subject, reference) = networks.Set[TrainingRunNetworks.Normalized];
            subject.Train(new AdamW(1e-2), new TrainerOptions { ClipNorm = 1 });
            var batch = Batch.Random(subject.Info, reference.Loss, 11, seed: 1);
            subject.Step(batch);
            subject.SaveCheckpoint(path);
            subject.Step(batch);

            var (other, _) = networks.Set[TrainingRunNetworks.Normalized];
            other.Randomize(5);
            other.Train(new AdamW(1e-2), new TrainerOptions { ClipNorm = 1 });
            other.LoadCheckpoint(path);
            other.Step(batch);
            float[]? first = [.. subject.Parameters.Arena];
            AssertSameBits(ref first, [.. other.Parameters.Arena], "after the checkpoint");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void EpochOfNormalizedNetwork_MustNotEndInOneSample()
    {
        var (subject, reference) = networks.Set[TrainingRunNetworks.Normalized];
        var samples = Batch.Random(subject.Info, reference.Loss, 9, seed: 1);
        var fault = Assert.Throws<ArgumentException>(() => subject.Fit(samples, new() { Epochs = 1, BatchSize = 4 }));
        Assert.StartsWith(
            "9 samples in batches of 4 leave a batch of one, and BatchNorm of NormalizedNetwork normalises each value over the batch: it needs at least two ",
            fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, subject.Fit(samples, new() { Epochs = 1, BatchSize = 7 }).Steps);
    }

    [Fact]
    public void TrainedNetwork_LosesItsLoss()
    {
        var (subject, reference) = networks.Set[TrainingRunNetworks.Regression];
        subject.Train(new Adam(1e-2));
        var batch = Batch.Random(subject.Info, reference.Loss, 20, seed: 3);
        var before = subject.Step(batch);
        for (var step = 0; step < 300; step++) subject.Step(batch);
        Assert.True(subject.Step(batch) < before / 100);
    }

    static void AssertSameBits(ref float[]? first, float[] results, string what)
    {
        first ??= results;
        Assert.Equal(first.Length, results.Length);
        for (var i = 0; i < first.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(first[i]) == BitConverter.SingleToInt32Bits(results[i])) continue;
            Assert.Fail($"{what}: number {i} of {first.Length} is {results[i]:R} rather than {first[i]:R}.");
        }
    }

    /// <summary>Sets the number of threads, and sets it back.</summary>
    sealed class Threads : IDisposable
    {
        readonly int before = NetGenOptions.Threads;

        public Threads(int count) => NetGenOptions.Threads = count;

        public void Dispose() => NetGenOptions.Threads = before;
    }
}
