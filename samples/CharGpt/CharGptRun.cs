using System.Diagnostics;
using NetGen.Reporting;
using Spectre.Console;
using static System.FormattableString;
using static NetGen.Samples.SampleProgram;

namespace NetGen.Samples;

/// <summary>The sample: reads the text, trains, shows what it has learned so far, draws, saves, loads again, and generates.</summary>
static class CharGptRun
{
    /// <summary>Stretches of an epoch, and the most that measure.</summary>
    const int EpochWindows = 2_048, ValidationWindows = 512;

    /// <summary>Characters of the texts that show how far it is.</summary>
    const int Shown = 150;

    public static async Task ExecuteAsync(Settings settings, CancellationToken cancellation)
    {
        NetGenOptions.Threads = settings.Threads;
        var prompt = Characters.Read(settings.Prompt, "The prompt");
        if (prompt.Length is 0 or > CharGpt.Positions)
            throw new ArgumentException(FormattableString.Invariant($"The prompt has {prompt.Length} characters; it needs 1 to {CharGpt.Positions}."));
        var weights = settings.WeightsFile;
        if (weights is null)
        {
            weights = Train(settings, prompt, cancellation);
            Say($"Read back from {weights}, the network says:");
            Say($"");
        }
        await GenerateAsync(CharGpt.Load(weights), prompt, settings, cancellation);
    }

    /// <summary>Trains a network, and draws how it went.</summary>
    /// <returns>The file with its weights.</returns>
    static string Train(Settings settings, int[] prompt, CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.OutputFolder);
        var file = settings.TextFile ?? Path.Combine(AppContext.BaseDirectory, "data", "books-of-moses.txt");
        var text = Characters.Read(File.ReadAllText(file), file);
        // The end of the text measures: what comes between its pieces was never trained on.
        var split = (int)(text.Length * 0.9);
        var train = new Windows(text.AsMemory(0, split), EpochWindows, settings.Seed);
        var validation = new Windows(text.AsMemory(split), ValidationWindows, seed: null);
        Say($"{text.Length:N0} characters from {Path.GetFileName(file)}, the last tenth for validation");
        Describe(CharGpt.Info);

        var network = CharGpt.Create(settings.Seed);
        var epochs = settings.Minutes is { } minutes ? EpochsIn(minutes, settings, train) : settings.Epochs;
        var watch = Stopwatch.StartNew();
        var result = ConsoleProgress.Show(progress => network.Fit(train, validation, new FitOptions
        {
            Epochs = epochs,
            BatchSize = settings.BatchSize,
            Optimizer = new AdamW(settings.LearningRate, beta2: 0.99, weightDecay: 0.1),
            DecayBiasesAndNorms = false,
            ClipNorm = 1,
            Schedule = Schedule.OneCycle(warmup: 0.1, divideLast: 100),
            Seed = settings.Seed,
            Progress = new FitCallback(report =>
            {
                progress.Report(report);
                if (report.Finished is { } epoch && epoch.Epoch < epochs && IsShown(epoch.Epoch, epochs)) Show(network, prompt, settings);
            }),
            CancellationToken = cancellation,
        }));
        var last = result.Trained(cancellation, keepsStopped: true).Last!;
        var characters = (long)result.History.Length * EpochWindows * CharGpt.Positions;
        var computed = Process.GetCurrentProcess().UserProcessorTime;
        Say($"Trained in {watch.Elapsed.TotalSeconds:0} s on at most {NetGenOptions.Threads} threads, {computed.TotalSeconds:0} s of processor time, on {characters:N0} characters:");
        Say($"loss {last.TrainLoss:0.0000}, in validation {last.ValidationLoss:0.0000}.");

        // What was learned before a user stopped it is kept too.
        var weights = Path.Combine(settings.OutputFolder, "char-gpt.safetensors");
        network.Save(weights);
        LearningCurve.Save(Path.Combine(settings.OutputFolder, "learning-curve.png"), result.History, "CharGpt: learning curve");
        Say($"Written to {settings.OutputFolder}: char-gpt.safetensors, learning-curve.png");
        Say($"");
        cancellation.ThrowIfCancellationRequested();
        return weights;
    }

    /// <summary>Whether a text is shown after an epoch: the first ones, in which most is learned, and then some.</summary>
    static bool IsShown(int epoch, int epochs) => epoch <= 3 || epoch % Math.Max(1, (epochs + 4) / 5) == 0;

    /// <summary>How many epochs take so many minutes, by the speed of a few steps of another network.</summary>
    static int EpochsIn(double minutes, Settings settings, Windows train)
    {
        const int Warm = 4, Steps = 12;
        var trainer = new CharGpt.Trainer(CharGpt.Create(), new AdamW());
        var (x, target) = (new float[settings.BatchSize * train.InputSize], new int[settings.BatchSize * train.TargetSize]);
        train.Read([.. Enumerable.Range(0, settings.BatchSize)], x, target);
        for (var i = 0; i < Warm; i++) trainer.Step(x, target);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Steps; i++) trainer.Step(x, target);
        // Validation takes another twelfth or so.
        var epoch = watch.Elapsed.TotalMinutes / Steps * EpochWindows / settings.BatchSize * 13 / 12;
        return (int)Math.Clamp(minutes / epoch, 1, 10_000);
    }

    static void Describe(NetworkInfo info)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("layer").AddColumn("").AddColumn("output", c => c.RightAligned())
            .AddColumn("parameters", c => c.RightAligned()).AddColumn("FLOPs", c => c.RightAligned());
        foreach (var layer in info.Layers)
        {
            table.AddRow(layer.Name, Markup.Escape(layer.Kind.Split('(')[0]), Invariant($"{string.Join(" × ", layer.OutputShape)}"),
                Invariant($"{layer.Parameters:N0}"), Invariant($"{layer.Flops:N0}"));
        }
        table.AddRow("", "", "", Invariant($"[bold]{info.ParameterCount:N0}[/]"), Invariant($"[bold]{info.Flops:N0}[/]"));
        AnsiConsole.Write(table);
    }

    /// <summary>Prints what the network makes of the prompt, between the lines of the epochs.</summary>
    static void Show(CharGpt network, int[] prompt, Settings settings)
    {
        var text = Characters.Text(prompt.Concat(network.Generate(prompt, settings.Sampling with { MaxTokens = Shown })));
        var width = Math.Max(AnsiConsole.Profile.Width - 1, 0);
        // A line takes the place of the bar on the screen, and has to cover all of it.
        foreach (var line in Wrapped(text, Math.Max(20, Math.Min(width, 90) - 10)))
            AnsiConsole.WriteLine(("          " + line).PadRight(AnsiConsole.Profile.Out.IsTerminal ? width : 0), new Style(Color.Grey));
    }

    static IEnumerable<string> Wrapped(string text, int width)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            for (var i = 0; i < line.Length; i += width) yield return line.Substring(i, Math.Min(width, line.Length - i));
        }
    }

    static async Task GenerateAsync(CharGpt network, int[] prompt, Settings settings, CancellationToken cancellation)
    {
        Console.Write(settings.Prompt);
        var (count, watch) = (0, Stopwatch.StartNew());
        await foreach (var token in network.GenerateAsync(prompt, settings.Sampling with { MaxTokens = settings.Length }, cancellation))
        {
            Console.Write(Characters.Of(token));
            count++;
        }
        var streamed = watch.Elapsed;
        Say($"");
        Say($"");
        // How fast the network itself is, without a task and a terminal for each character.
        watch.Restart();
        foreach (var _ in network.Generate(prompt, settings.Sampling with { MaxTokens = settings.Length })) { }
        Say($"{count:N0} characters, {count / streamed.TotalSeconds:N0} a second to the terminal, and {count / watch.Elapsed.TotalSeconds:N0} without it.");
    }
}
