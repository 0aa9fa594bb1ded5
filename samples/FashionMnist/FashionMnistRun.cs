using System.Diagnostics;
using System.Globalization;
using ILGPU.Runtime;
using NetGen.Data;
using NetGen.Gpu;
using NetGen.Reporting;
using Spectre.Console;

namespace NetGen.Samples;

/// <summary>The sample: finds the images, trains, tests, draws, saves, and loads again.</summary>
static class FashionMnistRun
{
    const int Shown = 24;

    /// <returns>The program's exit code: 0, 1 where something is wrong that a message explains, 130 where the user stopped it.</returns>
    public static async Task<int> ExecuteAsync(Settings settings, CancellationToken cancellation)
    {
        try
        {
            NetGenOptions.Threads = settings.Threads;
            Directory.CreateDirectory(settings.OutputFolder);
            var data = await FindAsync(settings, cancellation);
            return settings.Network == Settings.Mlp
                ? Run<FashionMlp>(settings, data, (network, accelerator) => network.OnGpu(accelerator), cancellation)
                : Run<FashionCnn>(settings, data, (network, accelerator) => network.OnGpu(accelerator), cancellation);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return 130;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or HttpRequestException or ArgumentException or GpuException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return 1;
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

    static int Run<TNetwork>(Settings settings, FashionMnist data, Func<TNetwork, Accelerator, GpuNetwork<TNetwork, int>> onGpu, CancellationToken cancellation)
        where TNetwork : class, ITrainable<TNetwork, int>
    {
        // The test images must not have a say in anything, so the normalisation is computed and the best epoch is chosen without them.
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
        Describe(TNetwork.Info);
        var recipe = Recipe.For(settings);
        using var device = settings.Device is null ? null : GpuDevice.Open(settings.Device);
        using var gpu = device is null ? null : onGpu(network, device.Accelerator);
        if (device is not null)
            Say($"Training on {device.Info}, {gpu!.Plan.TrainLaunches + 1} launches a step");
        var watch = Stopwatch.StartNew();
        var result = ConsoleProgress.Show(progress => Fit(new FitOptions
        {
            Epochs = recipe.Epochs,
            BatchSize = settings.BatchSize,
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

        if (result.End == FitEnd.Cancelled)
        {
            Say($"Stopped after {result.History.Length} epochs. With --resume the run goes on from where it was.");
            return 130;
        }
        var computed = Process.GetCurrentProcess().UserProcessorTime;
        Say($"Trained in {watch.Elapsed.TotalSeconds:0.0} s on at most {NetGenOptions.Threads} threads, {computed.TotalSeconds:0.0} s of processor time.");
        Say($"");

        var evaluation = Training.Evaluate<TNetwork, int>(network, test, cancellationToken: cancellation);
        PrintClasses(evaluation);
        var weights = Path.Combine(settings.OutputFolder, "classifier.safetensors");
        network.Save(weights);
        Draw(settings, result, evaluation, TNetwork.Load(weights), test);
        return 0;
    }

    static void Describe(NetworkInfo info)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("layer").AddColumn("").AddColumn("output", c => c.RightAligned())
            .AddColumn("parameters", c => c.RightAligned()).AddColumn("FLOPs", c => c.RightAligned());
        foreach (var layer in info.Layers)
            table.AddRow(layer.Name, layer.Kind, Text($"{string.Join(" × ", layer.OutputShape)}"), Text($"{layer.Parameters:N0}"), Text($"{layer.Flops:N0}"));
        table.AddRow("", "", "", Text($"[bold]{info.ParameterCount:N0}[/]"), Text($"[bold]{info.Flops:N0}[/]"));
        AnsiConsole.Write(table);
    }

    static void PrintClasses(Evaluation evaluation)
    {
        var confusion = evaluation.Confusion!;
        var table = new Table().Border(TableBorder.Simple).AddColumn("class").AddColumn("right", c => c.RightAligned()).AddColumn("of", c => c.RightAligned())
            .AddColumn("accuracy", c => c.RightAligned());
        for (var c = 0; c < FashionMnist.Classes.Length; c++)
            table.AddRow(FashionMnist.Classes[c], Text($"{confusion[c, c]:N0}"), Text($"{confusion.Count(c):N0}"), Text($"{confusion.ClassAccuracy(c):0.0 %}"));
        var right = Enumerable.Range(0, confusion.Classes).Sum(c => confusion[c, c]);
        table.AddRow("[bold]all[/]", Text($"[bold]{right:N0}[/]"), Text($"[bold]{confusion.Total:N0}[/]"), Text($"[bold]{evaluation.Accuracy:0.00 %}[/]"));
        AnsiConsole.Write(table);
        Say($"Test accuracy {evaluation.Accuracy:0.0000}, loss {evaluation.Loss:0.0000}");
    }

    static void Draw<TNetwork>(Settings settings, FitResult result, Evaluation evaluation, TNetwork reloaded, ImageDataset test)
        where TNetwork : class, ITrainable<TNetwork, int>
    {
        LearningCurve.Save(Picture("learning-curve.png"), result.History, "Fashion-MNIST: learning curve");
        ConfusionMatrixPicture.Save(Picture("confusion-matrix.png"), evaluation.Confusion!, FashionMnist.Classes, "Fashion-MNIST: confusion matrix");

        // Predictions of the network that was read back from its file, for a few test images drawn at random.
        var chosen = RandomOrder.Permutation(test.Count, settings.Seed).AsSpan(0, Math.Min(Shown, test.Count));
        var (inputs, outputs) = (TNetwork.Info.InputSize, TNetwork.Info.OutputSize);
        var x = new float[chosen.Length * inputs];
        var labels = new int[chosen.Length];
        var y = new float[chosen.Length * outputs];
        test.Read(chosen, x, labels);
        reloaded.Predict(x, y);
        var samples = new List<SampleImage>();
        for (var i = 0; i < chosen.Length; i++)
        {
            var logits = y.AsSpan(i * outputs, outputs);
            var best = BestOf(logits, out var probability);
            samples.Add(new(test.Image(chosen[i]), FashionMnist.Classes[best], FashionMnist.Classes[labels[i]], probability));
        }
        SampleGrid.Save(Picture("predictions.png"), samples, FashionMnist.Side, FashionMnist.Side, title: "Fashion-MNIST: predictions");

        Say($"");
        Say($"Read back from its file, the network says:");
        foreach (var sample in samples.Take(6))
            Say($"  {sample.Actual,-12} → {sample.Predicted,-12} {sample.Confidence,7:0.0 %}{(sample.Actual == sample.Predicted ? "" : "   wrong")}");
        Say($"");
        Say($"Written to {settings.OutputFolder}: classifier.safetensors, learning-curve.png, confusion-matrix.png, predictions.png");

        string Picture(string name) => Path.Combine(settings.OutputFolder, name);
    }

    static int BestOf(ReadOnlySpan<float> logits, out double probability)
    {
        var best = 0;
        for (var c = 1; c < logits.Length; c++)
        {
            if (logits[c] > logits[best])
                best = c;
        }
        double sum = 0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - logits[best]);
        probability = 1 / sum;
        return best;
    }

    static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    static string Text(FormattableString text) => FormattableString.Invariant(text);

    sealed class Announcement : IProgress<string>
    {
        public void Report(string value) => Say($"Downloading {value}");
    }
}
