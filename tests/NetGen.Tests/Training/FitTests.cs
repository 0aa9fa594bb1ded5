using NetGen.Serialization;

namespace NetGen.Tests.Training;

public class FitTests
{
    static readonly Dataset<int> s_train = Classifier.Samples(1000, 1), s_validation = Classifier.Samples(300, 2);

    static FitResult Fit(Classifier network, FitOptions options, IDataset<int>? validation = null, IDataset<int>? train = null) =>
        NetGen.Training.Fit<Classifier, int>(network, train ?? s_train, validation, options);

    [Fact]
    public void Fit_SomeEpochs_LearnsAndKeepsHistory()
    {
        var network = Classifier.Create(1);
        var options = new FitOptions { Epochs = 8, BatchSize = 64, Optimizer = new AdamW(0.01), TopK = 5, Schedule = Schedule.Cosine(warmupSteps: 16) };
        var result = Fit(network, options, s_validation);
        Assert.Equal(FitEnd.Completed, result.End);
        Assert.Equal(8 * 16, result.Steps);
        Assert.Equal(Enumerable.Range(1, 8), result.History.Select(e => e.Epoch));
        Assert.True(result.Last!.ValidationAccuracy > 0.8, $"{result.Last.ValidationAccuracy}");
        Assert.True(result.Last.TrainLoss < result.History[0].TrainLoss / 2);
        Assert.InRange(result.Last.ValidationTopK!.Value, result.Last.ValidationAccuracy!.Value, 1);
        Assert.InRange(result.Last.LearningRate, 1e-9, 1e-4); // the cosine's last step
        Assert.Equal(0.01, result.History[0].LearningRate, 1e-9);
        var evaluation = Evaluate<Classifier, int>(network, s_validation, topK: 5);
        Assert.Equal(result.Last.ValidationLoss, evaluation.Loss);
        Assert.Equal(result.Last.ValidationAccuracy, evaluation.Accuracy);
        Assert.Equal(300, evaluation.Confusion!.Total);
        Assert.Equal(evaluation.Accuracy, evaluation.Confusion.Accuracy);
        Assert.Equal(evaluation.Accuracy, result.ValidationConfusion!.Accuracy);
    }

    static Evaluation Evaluate<TNetwork, TTarget>(TNetwork network, IDataset<TTarget> data, int topK = 0, int batchSize = 256)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged =>
        NetGen.Training.Evaluate<TNetwork, TTarget>(network, data, topK, batchSize, cancellationToken: TestContext.Current.CancellationToken);

    sealed class Recording(IDataset<int> data) : IDataset<int>
    {
        public List<int[]> Batches { get; } = [];
        public int Count => data.Count;
        public int InputSize => data.InputSize;
        public int TargetSize => data.TargetSize;

        public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<int> target)
        {
            Batches.Add(indices.ToArray());
            data.Read(indices, x, target);
        }
    }

    [Fact]
    public void Fit_EachEpoch_SeesEverySampleOnceInAnotherOrder()
    {
        Recording Run(ulong seed, bool shuffle = true)
        {
            var data = new Recording(s_train);
            Fit(Classifier.Create(1), new() { Epochs = 2, BatchSize = 300, Seed = seed, Shuffle = shuffle }, train: data);
            return data;
        }
        var batches = Run(3).Batches;
        Assert.Equal([300, 300, 300, 100, 300, 300, 300, 100], batches.Select(b => b.Length));
        int[] first = [.. batches[..4].SelectMany(b => b)], second = [.. batches[4..].SelectMany(b => b)];
        Assert.Equal(Enumerable.Range(0, 1000), first.Order());
        Assert.Equal(Enumerable.Range(0, 1000), second.Order());
        Assert.NotEqual(first, second);
        Assert.NotEqual(Enumerable.Range(0, 1000), first);
        Assert.Equal(first, Run(3).Batches[..4].SelectMany(b => b));
        Assert.NotEqual(first, Run(4).Batches[..4].SelectMany(b => b));
        Assert.Equal(Enumerable.Range(0, 1000), Run(3, shuffle: false).Batches[..4].SelectMany(b => b));
    }

    [Fact]
    public void Fit_EarlyStopping_KeepsTheBestParameters()
    {
        var network = Classifier.Create(1);
        var snapshots = new List<int[]>();
        var options = new FitOptions
        {
            Epochs = 100, BatchSize = 50, Optimizer = new SGD(2.5), EarlyStopping = new(3), // far too fast: the loss soon goes up and down
            Progress = new FitCallback(p => { if (p.Finished is not null) snapshots.Add(Bits.Of(network.Parameters)); }),
        };
        var result = Fit(network, options, s_validation, Classifier.Samples(100, 3));
        Assert.Equal(FitEnd.StoppedEarly, result.End);
        Assert.Equal(result.BestEpoch + 3, result.History.Length);
        Assert.Equal(result.History.Min(e => e.ValidationLoss), result.Best!.ValidationLoss);
        Assert.Equal(snapshots[result.BestEpoch - 1], Bits.Of(network.Parameters));
        Assert.NotEqual(snapshots[^1], Bits.Of(network.Parameters));
        Assert.Equal(result.Best.ValidationLoss, Evaluate<Classifier, int>(network, s_validation).Loss);
    }

    [Fact]
    public void Fit_Plateau_ReducesTheRate()
    {
        var options = new FitOptions { Epochs = 6, Optimizer = new SGD(0.1), Schedule = Schedule.ReduceOnPlateau(0.5, 0, threshold: 0.9) };
        var result = Fit(Classifier.Create(1), options, s_validation);
        Assert.Equal([0.1, 0.1, 0.05, 0.025, 0.0125, 0.00625], result.History.Select(e => e.LearningRate), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Fit_Progress_TellsHowFarTheRunIs()
    {
        var reports = new List<FitProgress>();
        var options = new FitOptions { Epochs = 3, BatchSize = 100, Progress = new FitCallback(reports.Add), ProgressInterval = TimeSpan.Zero };
        var result = Fit(Classifier.Create(1), options, s_validation);
        Assert.Equal(30, reports.Count);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => (i / 10 + 1, i % 10 + 1)), reports.Select(r => (r.Epoch, r.Batch)));
        Assert.All(reports, r => Assert.Equal((3, 10), (r.Epochs, r.Batches)));
        Assert.All(reports, r => Assert.True(r.SamplesPerSecond > 0 && r.Loss > 0 && r.Accuracy is >= 0 and <= 1 && r.LearningRate == 1e-3));
        Assert.All(reports[..^1], r => Assert.True(r.TimeLeft > TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, reports[^1].TimeLeft);
        Assert.Equal(result.History, reports.Where(r => r.Finished is not null).Select(r => r.Finished!));
    }

    /// <summary>Samples that are numbers until they were read a number of times.</summary>
    sealed class Spoiling(IDataset<int> data, int reads) : IDataset<int>
    {
        int _left = reads;

        public int Count => data.Count;
        public int InputSize => data.InputSize;
        public int TargetSize => data.TargetSize;

        public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<int> target)
        {
            data.Read(indices, x, target);
            if (--_left < 0)
                x[0] = float.NaN;
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Fit_WhoseLossIsNoNumber_EndsAndLeavesTheCheckpointFromBefore(bool stopsEarly)
    {
        using var folder = new TemporaryFolder();
        var network = Classifier.Create(1);
        int[] afterAnEpoch = [];
        var options = new FitOptions
        {
            Epochs = 5, BatchSize = 100, CheckData = false, CheckpointPath = folder["run"], EarlyStopping = stopsEarly ? new() : null,
            Progress = new FitCallback(p => { if (p.Finished is not null) afterAnEpoch = Bits.Of(network.Parameters); }),
        };
        var result = Fit(network, options, train: new Spoiling(s_train, reads: 13));
        Assert.Equal((FitEnd.Diverged, 14, 1), (result.End, result.Steps, result.History.Length));
        Assert.True(double.IsFinite(result.Last!.TrainLoss));
        if (stopsEarly)
            Assert.Equal(afterAnEpoch, Bits.Of(network.Parameters));

        var resumed = Classifier.Create(2);
        Assert.Equal(10 + 4, Fit(resumed, options with { Resume = true }, train: new Spoiling(s_train, reads: 3)).Steps);
        Assert.Equal(FitEnd.Completed, Fit(resumed, options with { Resume = true, Epochs = 2 }).End);
        Assert.DoesNotContain(resumed.Parameters.Arena.ToArray(), float.IsNaN);
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Fit_WhoseLastStepSpoilsTheParameters_EndsAndWritesNoCheckpoint(int checkpointSteps)
    {
        using var folder = new TemporaryFolder();
        // The one step's loss is that of the parameters before it.
        var options = new FitOptions { Epochs = 1, BatchSize = s_train.Count, Optimizer = new SGD(double.MaxValue), CheckpointPath = folder["run"], CheckpointSteps = checkpointSteps };
        var result = Fit(Classifier.Create(1), options);
        Assert.Equal((FitEnd.Diverged, 1, 0), (result.End, result.Steps, result.History.Length));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Fit_OfABatchWithoutALabel_GoesOn()
    {
        var data = new Dataset<int>(new float[2 * s_train.InputSize], Enumerable.Repeat(-100, 2).ToArray(), s_train.InputSize);
        Assert.Equal(FitEnd.Completed, Fit(Classifier.Create(1), new() { Epochs = 1 }, train: data).End);
    }

    [Fact]
    public void Checkpoint_InAFolderThatIsNotThere_IsAnErrorBeforeAnythingIsRead()
    {
        using var folder = new TemporaryFolder();
        var data = new Recording(s_train);
        var exception = Assert.Throws<DirectoryNotFoundException>(() => Fit(Classifier.Create(1), new() { CheckpointPath = folder["no/run"] }, train: data));
        Assert.Equal($"'{folder["no/run"]}' can't be written: there is no folder '{folder["no"]}'.", exception.Message);
        Assert.Empty(data.Batches);
    }

    static FitOptions Recipe(string? checkpoint, Action<FitProgress>? progress = null, int epochs = 6, Schedule? schedule = null) => new()
    {
        Epochs = epochs, BatchSize = 64, Optimizer = new AdamW(0.02), Seed = 5, ClipNorm = 1, EarlyStopping = new(50),
        Schedule = schedule ?? Schedule.ReduceOnPlateau(0.5, 0, 0.2),
        CheckpointPath = checkpoint, Resume = true, ProgressInterval = TimeSpan.Zero, Progress = progress is null ? null : new FitCallback(progress),
    };

    static void SameHistory(FitResult expected, FitResult actual)
    {
        Assert.Equal(expected.History.Select(e => e with { Seconds = 0 }), actual.History.Select(e => e with { Seconds = 0 }));
        Assert.Equal((expected.End, expected.Steps, expected.BestEpoch), (actual.End, actual.Steps, actual.BestEpoch));
    }

    [Theory]
    [InlineData(3, 16), InlineData(3, 7), InlineData(1, 1), InlineData(6, 15)]
    public void Checkpoint_InterruptedRun_EndsWithTheSameBits(int epoch, int batch)
    {
        using var folder = new TemporaryFolder();
        var whole = Classifier.Create(9);
        var expected = Fit(whole, Recipe(null) with { Resume = false }, s_validation);

        using var cancellation = new CancellationTokenSource();
        var first = Classifier.Create(9);
        var cancelled = Fit(first, Recipe(folder["run"], p =>
        {
            if (p.Epoch == epoch && p.Batch == batch)
                cancellation.Cancel();
        }) with
        { CancellationToken = cancellation.Token }, s_validation);
        Assert.Equal(FitEnd.Cancelled, cancelled.End);
        Assert.Equal((epoch - 1) * 16 + batch, cancelled.Steps);

        var second = Classifier.Create(1234); // its parameters come from the checkpoint
        var resumed = Fit(second, Recipe(folder["run"]), s_validation);
        SameHistory(expected, resumed);
        Assert.Equal(Bits.Of(whole.Parameters), Bits.Of(second.Parameters));

        // The run is complete: resuming it once more changes nothing.
        var third = Classifier.Create(77);
        SameHistory(expected, Fit(third, Recipe(folder["run"]), s_validation));
        Assert.Equal(Bits.Of(whole.Parameters), Bits.Of(third.Parameters));
    }

    [Fact]
    public void Checkpoint_EverySomeSteps_ResumesAfterACrash()
    {
        using var folder = new TemporaryFolder();
        var whole = Classifier.Create(9);
        var expected = Fit(whole, Recipe(null) with { Resume = false });
        var crash = Recipe(folder["run"], progress: p =>
        {
            if (p.Epoch == 2 && p.Batch == 9)
                throw new TimeoutException();
        }) with
        { CheckpointSteps = 5, CheckpointEpochs = 1000 };
        Assert.Throws<TimeoutException>(() => Fit(Classifier.Create(9), crash));
        var after = Classifier.Create(1);
        var steps = 0;
        SameHistory(expected, Fit(after, Recipe(folder["run"], progress: _ => steps++)));
        Assert.Equal(6 * 16 - 25, steps);
        Assert.Equal(Bits.Of(whole.Parameters), Bits.Of(after.Parameters));
    }

    [Fact]
    public void Checkpoint_ThatIsLoadedAsParameters_SaysWhatReadsOne()
    {
        using var folder = new TemporaryFolder();
        var network = Classifier.Create(9);
        Fit(network, Recipe(folder["run"], epochs: 1));
        foreach (var load in (Action[])[() => Classifier.Load(folder["run"]), () => network.Parameters.Load(folder["run"]), () => network.Parameters.LoadMatching(folder["run"])])
        {
            Assert.Equal($"{folder["run"]}: it is a checkpoint, which a trainer's LoadCheckpoint reads, and Fit with Resume; what Save wrote is read here.",
                Assert.Throws<InvalidDataException>(load).Message);
        }
    }

    [Fact]
    public void Checkpoint_OfAnotherRun_ChangesNothingAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        Fit(Classifier.Create(9), Recipe(folder["run"], epochs: 1));
        void Refused(FitOptions options, string why, IDataset<int>? train = null)
        {
            var network = Classifier.Create(3);
            var before = Bits.Of(network.Parameters);
            var message = Assert.Throws<InvalidDataException>(() => Fit(network, options, train: train)).Message;
            Assert.Contains(why, message, StringComparison.Ordinal);
            Assert.Contains(folder["run"], message, StringComparison.Ordinal);
            Assert.Equal(before, Bits.Of(network.Parameters));
        }
        Refused(Recipe(folder["run"]) with { BatchSize = 32 }, "BatchSize is 64, that of this run 32");
        Refused(Recipe(folder["run"]) with { Seed = 6 }, "Seed is 5, that of this run 6");
        Refused(Recipe(folder["run"]) with { Optimizer = new SGD() }, "written with AdamW; the optimizer is SGD");
        Refused(Recipe(folder["run"], schedule: Schedule.Constant), "remembers 4 numbers; that of the options 0");
        Refused(Recipe(folder["run"]), "number of samples is 1000, that of this run 999", s_train.Slice(0, 999));
        Classifier.Create().Save(folder["run"]);
        Refused(Recipe(folder["run"]), "it isn't a checkpoint, as a trainer's SaveCheckpoint writes, and Fit with a CheckpointPath; what a network's Save wrote is read by Load.");
        new Trainer<Classifier, int>(Classifier.Create(), new AdamW(), new() { Schedule = Recipe("").Schedule, Seed = 5 }).SaveCheckpoint(folder["run"]);
        Refused(Recipe(folder["run"]), "written by a trainer, not by a run of Fit");
        Assert.Throws<ArgumentException>(() => Fit(Classifier.Create(), new() { Resume = true }));
    }

    [Fact]
    public void FitCallback_WithoutACallback_IsRefusedWhereItIsMade() => Assert.Throws<ArgumentNullException>(() => new FitCallback(null!));

    [Fact]
    public void TrainerCheckpoint_NAndN_EqualsTwoN()
    {
        using var folder = new TemporaryFolder();
        static Trainer<Classifier, int> Make(Optimizer optimizer) => new(Classifier.Create(1), optimizer, new() { Schedule = Schedule.OneCycle(20), Seed = 3 });
        static void Steps(Trainer<Classifier, int> trainer, int first, int last)
        {
            for (int i = first; i < last; i++)
            {
                var batch = s_train.Slice(i * 40, 40);
                trainer.Step(batch.Inputs, batch.Targets);
            }
        }
        foreach (var optimizer in new Func<Optimizer>[]
        {
            () => new SGD(0.1, 0.9), () => new Adam(), () => new RMSprop(momentum: 0.5), () => new Adagrad(), () => new Lion(), () => new SGD(),
        })
        {
            var (whole, half, rest) = (Make(optimizer()), Make(optimizer()), Make(optimizer()));
            Steps(whole, 0, 20);
            Steps(half, 0, 10);
            half.SaveCheckpoint(folder["half"]);
            rest.LoadCheckpoint(folder["half"]);
            Steps(rest, 10, 20);
            Assert.Equal(Bits.Of(whole.Network.Parameters), Bits.Of(rest.Network.Parameters));
            Assert.Equal(20, rest.StepCount);
        }
        var accumulating = Make(new SGD());
        accumulating.Backward(s_train.Inputs[..20], s_train.Targets[..1]);
        Assert.Throws<InvalidOperationException>(() => accumulating.SaveCheckpoint(folder["half"]));
        var other = new Trainer<Classifier, int>(Classifier.Create(1), new SGD(), new() { Schedule = Schedule.OneCycle(20), Seed = 4 });
        Assert.Contains("seed 3; the options say 4",
            Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(folder["half"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainerCheckpoint_WithOtherHyperparameters_GoesOnWithTheNewOnes()
    {
        using var folder = new TemporaryFolder();
        var batch = s_train.Slice(0, 40);
        Trainer<Classifier, int> Stepped(AdamW optimizer, string? checkpoint)
        {
            var trainer = new Trainer<Classifier, int>(Classifier.Create(1), optimizer);
            if (checkpoint is not null) trainer.LoadCheckpoint(checkpoint);
            trainer.Step(batch.Inputs, batch.Targets);
            return trainer;
        }
        Stepped(new(0.01, beta1: 0.9), null).SaveCheckpoint(folder["run"]);
        var (same, other) = (Stepped(new(0.01, beta1: 0.9), folder["run"]), Stepped(new(0.02, beta1: 0.5), folder["run"]));
        Assert.Equal((2, 0.5, 0.02), (other.StepCount, ((AdamW)other.Optimizer).Beta1, other.Optimizer.LearningRate));

        // m₂ = β₁ m₁ + (1 − β₁) g₂, of the same m₁ and g₂.
        var (m, g) = (same.Optimizer.State[0]["fc.weight"].ToArray(), same.Gradients["fc.weight"].ToArray());
        var expected = m.Zip(g, (a, b) => 0.5f * (a - 0.1f * b) / 0.9f + 0.5f * b);
        foreach (var (e, actual) in expected.Zip(other.Optimizer.State[0]["fc.weight"].ToArray())) Assert.Equal(e, actual, 1e-6f);
    }

    [Fact]
    public void Fit_FloatTargets_ReportErrorsAndNoAccuracy()
    {
        float[] x = [.. Enumerable.Range(0, 400).Select(i => MathF.Sin(i * i))];
        float[] t = [.. Enumerable.Range(0, 100).SelectMany(i => new[] { x[4 * i], x[4 * i + 1] - x[4 * i + 2], 0.5f })];
        var data = new Dataset<float>(x, t, 4, 3);
        var network = Regressor.Create(1);
        var result = NetGen.Training.Fit<Regressor, float>(network, data, data, new() { Epochs = 60, BatchSize = 16, Optimizer = new Adam(0.03) });
        Assert.True(result.Last!.ValidationLoss < 1e-3, $"{result.Last.ValidationLoss}");
        Assert.True(double.IsNaN(result.Last.TrainAccuracy) && double.IsNaN(result.Last.ValidationAccuracy!.Value));
        var evaluation = Evaluate<Regressor, float>(network, data, batchSize: 7);
        Assert.InRange(evaluation.MeanAbsoluteError, 1e-9, 0.05);
        Assert.Null(evaluation.Confusion);
    }

    [Fact]
    public void Fit_WrongDataOrNetwork_IsNamed()
    {
        var network = Classifier.Create();
        Assert.Contains("A sample of the dataset has 19 values; Tests.Classifier takes 20",
            Assert.Throws<ArgumentException>(() => Fit(network, new(), train: new Dataset<int>(new float[19], new int[1], 19))).Message, StringComparison.Ordinal);
        Assert.Equal("validation", Assert.Throws<ArgumentException>(() => Fit(network, new(), new Dataset<int>(default, default, 20))).ParamName);
        Assert.Contains("label of sample 1 is 40", Assert.Throws<ArgumentOutOfRangeException>(
            () => Evaluate<Classifier, int>(network, new Dataset<int>(new float[60], new[] { 1, 40, 2 }, 20))).Message, StringComparison.Ordinal);
        Assert.Equal("Patience", Assert.Throws<ArgumentOutOfRangeException>(() => Fit(network, new() { EarlyStopping = new(0) })).ParamName);
        Assert.Equal("MinDelta", Assert.Throws<ArgumentOutOfRangeException>(() => Fit(network, new() { EarlyStopping = new(1, double.NaN) })).ParamName);
        Assert.Equal("CheckpointSteps", Assert.Throws<ArgumentException>(() => Fit(network, new() { CheckpointSteps = 5 })).ParamName);
        var values = new Dataset<float>(new float[4], new float[3], 4, 3);
        var error = Assert.Throws<ArgumentException>(() => NetGen.Training.Fit<Regressor, float>(Regressor.Create(), values, options: new() { TopK = 2 }));
        Assert.Equal("TopK", error.ParamName);
        Assert.StartsWith("Tests.Regressor has no classes of which TopK could be counted: its loss is MSE.", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("Tests.Classifier has 40 classes: every label would be among the 41 highest outputs.",
            Assert.Throws<ArgumentOutOfRangeException>("TopK", () => Fit(network, new() { TopK = 41 })).Message, StringComparison.Ordinal);
        Assert.Equal("topK", Assert.Throws<ArgumentException>(() => Evaluate<Regressor, float>(Regressor.Create(), values, topK: 2)).ParamName);
        Assert.Equal("Epochs", Assert.Throws<ArgumentOutOfRangeException>(() => Fit(network, new() { Epochs = 0 })).ParamName);
        Assert.Contains("no loss", Assert.Throws<InvalidOperationException>(
            () => NetGen.Training.Fit<Lossless, float>(Lossless.Create(), new Dataset<float>(new float[4], new float[3], 4, 3))).Message, StringComparison.Ordinal);
    }
}
