using System.Diagnostics;
using NetGen.Data;
using NetGen.Reporting;
using static NetGen.Samples.SampleProgram;

namespace NetGen.Samples;

/// <summary>The sample: trains on shifted images, tests, draws, saves, and loads again.</summary>
static class VisionTransformerRun
{
    public static void Execute(Settings settings, CancellationToken cancellation)
    {
        NetGenOptions.Threads = settings.Threads;
        Directory.CreateDirectory(settings.OutputFolder);
        Run(settings, FashionMnist.Load(settings.DataFolder ?? FashionMnistFiles.Find(Path.Combine(AppContext.BaseDirectory, "data"))), cancellation);
    }

    static void Run(Settings settings, FashionMnist data, CancellationToken cancellation)
    {
        // The test images must not have a say in anything, so the normalisation is computed and the best epoch is chosen without them.
        var normalization = Normalization.Standard(data.Train.Pixels.Span);
        var (train, validation) = data.Train.With(normalization).StratifiedSplit(0.1, settings.Seed);
        var test = data.Test.With(normalization);
        Say($"{data.Train.Count:N0} training and {test.Count:N0} test images from {data.Folder}");
        if (!data.IsComplete) Say($"This is a part of Fashion-MNIST; samples/FashionMnist has --download for all 70,000 images.");

        // A transformer doesn't know that neighbours belong together: pictures of the same thing that differ teach it.
        var black = -normalization.Shift[0] * normalization.Scale[0];
        var changing = train.Augment(settings.Seed, new RandomCrop(FashionMnist.Side, FashionMnist.Side, padding: 1, fill: black));

        var network = FashionVit.Create(settings.Seed);
        TestReport.Describe(FashionVit.Info);
        var watch = Stopwatch.StartNew();
        var result = ConsoleProgress.Show(progress => network.Fit(changing, validation, new FitOptions
        {
            Epochs = settings.Epochs,
            BatchSize = settings.BatchSize,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: 0.05),
            DecayBiasesAndNorms = false,
            Schedule = Schedule.OneCycle(),
            Seed = settings.Seed,
            CheckpointPath = Path.Combine(settings.OutputFolder, "checkpoint.safetensors"),
            Resume = settings.Resume,
            Progress = progress,
            CancellationToken = cancellation,
        }));
        result.Trained(cancellation);
        Say($"Trained in {watch.Elapsed.TotalSeconds:0.0} s on at most {NetGenOptions.Threads} threads, {Process.GetCurrentProcess().UserProcessorTime.TotalSeconds:0.0} s of processor time.");
        Say($"");

        var evaluation = Training.Evaluate<FashionVit, int>(network, test, cancellationToken: cancellation);
        TestReport.Print(evaluation);
        var weights = Path.Combine(settings.OutputFolder, "classifier.safetensors");
        network.Save(weights);
        TestReport.Draw(settings.OutputFolder, settings.Seed, result, evaluation, FashionVit.Load(weights), test);
    }
}
