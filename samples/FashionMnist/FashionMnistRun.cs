using System.Diagnostics;
using ILGPU.Runtime;
using NetGen.Data;
using NetGen.Gpu;
using NetGen.Reporting;
using static NetGen.Samples.SampleProgram;

namespace NetGen.Samples;

/// <summary>The sample: finds the images, trains, tests, draws, saves, and loads again.</summary>
static class FashionMnistRun
{
    public static async Task ExecuteAsync(Settings settings, CancellationToken cancellation)
    {
        NetGenOptions.Threads = settings.Threads;
        Directory.CreateDirectory(settings.OutputFolder);
        var data = await FindAsync(settings, cancellation);
        switch (settings.Network)
        {
            case Settings.Mlp: Run<FashionMlp>(settings, data, (network, accelerator) => network.OnGpu(accelerator), cancellation); break;
            case Settings.DeepCnn: Run<FashionDeepCnn>(settings, data, (network, accelerator) => network.OnGpu(accelerator), cancellation); break;
            default: Run<FashionCnn>(settings, data, (network, accelerator) => network.OnGpu(accelerator), cancellation); break;
        }
    }

    static async Task<FashionMnist> FindAsync(Settings settings, CancellationToken cancellation)
    {
        if (settings.Download)
        {
            var folder = await FashionMnistFiles.DownloadAsync(
                settings.DataFolder, progress: new Announcement(), cancellationToken: cancellation);
            return FashionMnist.Load(folder);
        }
        return FashionMnist.Load(settings.DataFolder ?? FashionMnistFiles.Find(Path.Combine(AppContext.BaseDirectory, "data")));
    }

    static void Run<TNetwork>(Settings settings, FashionMnist data, Func<TNetwork, Accelerator, GpuNetwork<TNetwork, int>> onGpu, CancellationToken cancellation)
        where TNetwork : class, ITrainable<TNetwork, int>
    {
        // The test images must not have a say in anything, so the normalisation is computed without them, and others show how the epochs go.
        var normalization = Normalization.Standard(data.Train.Pixels.Span);
        var (train, validation) = data.Train.With(normalization).StratifiedSplit(0.1, settings.Seed);
        var test = data.Test.With(normalization);
        if (settings.Augment)
            train = Recipe.Augment(train, normalization, settings.Seed);
        Say($"{data.Train.Count:N0} training and {test.Count:N0} test images from {data.Folder}");
        if (!data.IsComplete)
            Say($"This is a part of Fashion-MNIST: --download gets all 70,000 images.");

        var checkpoint = Path.Combine(settings.OutputFolder, "checkpoint.safetensors");
        if (settings.Resume && !File.Exists(checkpoint))
            Say($"There is no checkpoint in {settings.OutputFolder}: the run starts from the beginning.");

        var network = TNetwork.Create(settings.Seed);
        TestReport.Describe(TNetwork.Info);
        var recipe = Recipe.For(settings);
        using var device = settings.Device is null ? null : GpuDevice.Open(settings.Device);
        using var gpu = device is null ? null : onGpu(network, device.Accelerator);
        if (device is not null)
            Say($"Training on {device.Info}, {gpu!.Plan.TrainLaunches + 1} launches a step");
        var watch = Stopwatch.StartNew();
        var result = ConsoleProgress.Show(progress => Fit(new FitOptions
        {
            Epochs = recipe.Epochs,
            BatchSize = recipe.BatchSize,
            Optimizer = new AdamW(recipe.LearningRate, weightDecay: recipe.WeightDecay),
            DecayBiasesAndNorms = false,
            Schedule = Schedule.OneCycle(),
            Seed = settings.Seed,
            CheckpointPath = checkpoint,
            Resume = settings.Resume,
            Progress = progress,
            CancellationToken = cancellation,
        }));

        FitResult Fit(FitOptions options) => gpu is null ? Training.Fit(network, train, validation, options) : gpu.Fit(train, validation, options);

        result.Trained(cancellation);
        var computed = Process.GetCurrentProcess().UserProcessorTime;
        Say($"Trained in {watch.Elapsed.TotalSeconds:0.0} s on at most {NetGenOptions.Threads} threads, {computed.TotalSeconds:0.0} s of processor time.");
        Say($"");

        var evaluation = Training.Evaluate<TNetwork, int>(network, test, cancellationToken: cancellation);
        TestReport.Print(evaluation);
        var weights = Path.Combine(settings.OutputFolder, "classifier.safetensors");
        network.Save(weights);
        TestReport.Draw(settings.OutputFolder, settings.Seed, result, evaluation, TNetwork.Load(weights), test);
    }

    sealed class Announcement : IProgress<string>
    {
        public void Report(string value) => Say($"Downloading {value}");
    }
}
