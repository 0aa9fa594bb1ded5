using System.Collections.Immutable;
using System.Diagnostics;
using NetGen.Data;
using NetGen.Reporting;
using Spectre.Console;
using static System.FormattableString;
using static NetGen.Samples.SampleProgram;

namespace NetGen.Samples;

/// <summary>The sample: learns features from classes with many images, and uses them for classes with few.</summary>
static class TransferRun
{
    static readonly ImmutableArray<int> s_known = [0, 2, 3, 5, 7, 8];
    static readonly ImmutableArray<int> s_new = [1, 4, 6, 9];
    static readonly ImmutableArray<int> s_counts = [5, 10, 20, 50, 100];

    public static void Execute(Settings settings, CancellationToken cancellation)
    {
        NetGenOptions.Threads = settings.Threads;
        Directory.CreateDirectory(settings.OutputFolder);
        Run(settings, FashionMnist.Load(settings.DataFolder ?? FashionMnistFiles.Find(Path.Combine(AppContext.BaseDirectory, "data"))), cancellation);
    }

    static void Run(Settings settings, FashionMnist data, CancellationToken cancellation)
    {
        // What is computed from images of the known classes alone; the new ones haven't been seen yet.
        var known = Part.Of(data.Train, s_known);
        var normalization = Normalization.Standard(known.Pixels.Span);
        known = known.With(normalization);
        var train = Part.Of(data.Train, s_new).With(normalization);
        var test = Part.Of(data.Test, s_new).With(normalization);
        Say($"{known.Count:N0} images of known classes ({string.Join(", ", known.Classes)}) from {data.Folder}");
        Say($"");

        var weights = Path.Combine(settings.OutputFolder, "known-classes.safetensors");
        LearnKnown(settings, known, weights, cancellation);

        Say($"");
        Say($"New classes: {string.Join(", ", test.Classes)}, {test.Count:N0} test images");
        var network = NewClasses.Create(settings.Seed);
        var loaded = network.Parameters.LoadMatching(weights, skipMisshapen: true);
        Say($"{loaded.Loaded.Length} tensors come from {Path.GetFileName(weights)}; {string.Join(" and ", loaded.Misshapen)} start anew");
        var watch = Stopwatch.StartNew();
        var results = Compare(settings, weights, train, test, cancellation);
        Print(results);
        Say($"{2 * s_counts.Length * settings.Draws} trainings of {settings.Steps} steps in {watch.Elapsed.TotalSeconds:0.0} s");

        var picture = Path.Combine(settings.OutputFolder, "transfer-learning.png");
        LineChart.Save(
            picture,
            [
                new("Features learned from other classes", [.. results.Select(r => r.Transferred)]),
                new("From scratch", [.. results.Select(r => r.Scratch)]),
            ],
            "Fashion-MNIST: transfer to classes with few images",
            Invariant($"Test accuracy on {string.Join(", ", test.Classes)}; mean and range of {settings.Draws} draws of training images"),
            "Training images of each class", "Accuracy");
        Say($"Written to {settings.OutputFolder}: {Path.GetFileName(weights)}, {Path.GetFileName(picture)}");
    }

    static void LearnKnown(Settings settings, ImageDataset known, string weights, CancellationToken cancellation)
    {
        var network = KnownClasses.Create(settings.Seed);
        var (train, validation) = known.StratifiedSplit(0.05, settings.Seed);
        var result = ConsoleProgress.Show(progress => network.Fit(train, validation, new FitOptions
        {
            Epochs = settings.Epochs,
            Optimizer = new AdamW(3e-3),
            Schedule = Schedule.OneCycle(),
            Seed = settings.Seed,
            Progress = progress,
            CancellationToken = cancellation,
        }));
        result.Trained(cancellation);
        network.Save(weights);
    }

    static List<Comparison> Compare(Settings settings, string weights, ImageDataset train, ImageDataset test, CancellationToken cancellation)
    {
        var results = new List<Comparison>();
        foreach (var count in s_counts)
        {
            var (scratch, transferred) = (new List<double>(), new List<double>());
            for (var draw = 0; draw < settings.Draws; draw++)
            {
                var seed = settings.Seed + (ulong)draw;
                var few = Part.Few(train, count, seed);
                var network = NewClasses.Create(seed);
                Learn(network, few, seed, settings.Steps, new(), cancellation);
                scratch.Add(Accuracy(network, test, cancellation));

                // The new head first, on features that stay what they are; then all of it, the features a little.
                network = NewClasses.Create(seed);
                network.Parameters.LoadMatching(weights, skipMisshapen: true);
                Learn(network, few, seed, settings.Steps / 2, new() { Freeze = ["features.*"] }, cancellation);
                Learn(network, few, seed, settings.Steps / 2, new() { ParameterGroups = [new("features.*", LearningRateFactor: 0.1)] }, cancellation);
                transferred.Add(Accuracy(network, test, cancellation));
            }
            results.Add(new(count, ChartPoint.OfRange(count, scratch), ChartPoint.OfRange(count, transferred)));
        }
        return results;
    }

    static void Learn(NewClasses network, IDataset<int> few, ulong seed, int steps, FitOptions options, CancellationToken cancellation)
    {
        var batch = Math.Min(32, few.Count);
        var result = network.Fit(few, options: options with
        {
            Epochs = Math.Max(1, steps / ((few.Count - 1) / batch + 1)),
            BatchSize = batch,
            Optimizer = new AdamW(3e-3),
            Schedule = Schedule.OneCycle(),
            Seed = seed,
            CancellationToken = cancellation,
        });
        result.Trained(cancellation);
    }

    static double Accuracy(NewClasses network, ImageDataset test, CancellationToken cancellation) =>
        Training.Evaluate<NewClasses, int>(network, test, cancellationToken: cancellation).Accuracy;

    static void Print(List<Comparison> results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("images a class", c => c.RightAligned()).AddColumn("from scratch", c => c.RightAligned())
            .AddColumn("transferred", c => c.RightAligned()).AddColumn("gain", c => c.RightAligned());
        foreach (var (count, scratch, transferred) in results)
        {
            var gain = 100 * (transferred.Y - scratch.Y);
            table.AddRow(Invariant($"{count}"), Invariant($"{scratch.Y:0.0 %}"), Invariant($"{transferred.Y:0.0 %}"), Invariant($"{gain:+0.0;-0.0}"));
        }
        AnsiConsole.Write(table);
    }

    sealed record Comparison(int Count, ChartPoint Scratch, ChartPoint Transferred);
}
