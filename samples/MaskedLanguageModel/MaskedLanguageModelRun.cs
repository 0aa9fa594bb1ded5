using System.Diagnostics;
using NetGen.Reporting;
using Spectre.Console;
using static NetGen.Samples.SampleProgram;

namespace NetGen.Samples;

/// <summary>The sample: reads the text, trains, shows what it guesses so far, draws, saves, loads again, and guesses.</summary>
static class MaskedLanguageModelRun
{
    /// <summary>The guesses for a word, and every how many sentences one measures.</summary>
    const int Guesses = 5, Validation = 10;

    public static void Execute(Settings settings, CancellationToken cancellation)
    {
        NetGenOptions.Threads = settings.Threads;
        var file = settings.TextFile ?? Path.Combine(AppContext.BaseDirectory, "data", "books-of-moses.txt");
        var text = File.ReadAllText(file);
        var words = new WordPieces(text);
        var weights = settings.WeightsFile;
        if (weights is null)
        {
            int[][] sentences = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(words.Encode).Where(sentence => sentence.Length > 2)];
            if (sentences.Length < 2 * Validation) throw new InvalidDataException($"{file} has {sentences.Length} sentences, a line each; it takes {2 * Validation} at least.");
            Say($"{sentences.Length:N0} sentences of up to {MaskedBert.Positions} tokens from {Path.GetFileName(file)}, one in {Validation} for validation");
            weights = Train(settings, words, sentences, cancellation);
            Say($"Read back from {weights}, the network says:");
        }
        var network = MaskedBert.Load(weights);
        foreach (var sentence in settings.Sentences) Print(network, words, sentence);
    }

    /// <summary>Trains a network, and draws how it went.</summary>
    /// <returns>The file with its weights.</returns>
    static string Train(Settings settings, WordPieces words, int[][] sentences, CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.OutputFolder);
        var train = new Masked([.. sentences.Where((_, i) => i % Validation != 0)], words, settings.Seed);
        var validation = new Masked([.. sentences.Where((_, i) => i % Validation == 0)], words, settings.Seed + 1);
        var network = MaskedBert.Create(settings.Seed);
        Say($"{MaskedBert.ParameterCount:N0} parameters, {MaskedBert.Flops:N0} FLOPs for a sentence of {MaskedBert.Positions} tokens");
        var watch = Stopwatch.StartNew();
        var result = ConsoleProgress.Show(progress => network.Fit(train, validation, new FitOptions
        {
            Epochs = settings.Epochs,
            BatchSize = settings.BatchSize,
            Optimizer = new AdamW(settings.LearningRate, beta2: 0.98, weightDecay: 0.05),
            DecayBiasesAndNorms = false,
            ClipNorm = 1,
            Schedule = Schedule.OneCycle(warmup: 0.1),
            Seed = settings.Seed,
            Progress = new FitCallback(report =>
            {
                progress.Report(report);
                if (report.Finished is { } epoch && epoch.Epoch < settings.Epochs && IsShown(epoch.Epoch, settings.Epochs)) Show(network, words, settings.Sentences[0]);
            }),
            CancellationToken = cancellation,
        }));
        var last = result.Trained(cancellation, keepsStopped: true).Last!;
        Say($"Trained in {watch.Elapsed.TotalSeconds:0} s on at most {NetGenOptions.Threads} threads, {Process.GetCurrentProcess().UserProcessorTime.TotalSeconds:0} s of processor time:");
        Say($"loss {last.TrainLoss:0.000}, in validation {last.ValidationLoss:0.000}, where {last.ValidationAccuracy:0.0 %} of the hidden words are found at the first guess.");

        // What was learned before a user stopped it is kept too.
        var weights = Path.Combine(settings.OutputFolder, "masked-bert.safetensors");
        network.Save(weights);
        LearningCurve.Save(Path.Combine(settings.OutputFolder, "learning-curve.png"), result.History, "MaskedLanguageModel: learning curve");
        Say($"Written to {settings.OutputFolder}: masked-bert.safetensors, learning-curve.png");
        Say($"");
        cancellation.ThrowIfCancellationRequested();
        return weights;
    }

    /// <summary>Whether a guess is shown after an epoch: the first ones, in which most is learned, and then some.</summary>
    static bool IsShown(int epoch, int epochs) => epoch <= 2 || epoch % Math.Max(1, epochs / 6) == 0;

    /// <summary>Prints the guesses for a sentence between the lines of the epochs.</summary>
    static void Show(MaskedBert network, WordPieces words, string sentence)
    {
        var line = string.Join(", ", Guess(network, words, sentence)[0].Select(guess => guess.Word));
        var width = Math.Max(AnsiConsole.Profile.Width - 1, 0);
        // A line takes the place of the bar on the screen, and has to cover all of it.
        AnsiConsole.WriteLine($"          {sentence}  {line}".PadRight(AnsiConsole.Profile.Out.IsTerminal ? width : 0), new Style(Color.Grey));
    }

    static void Print(MaskedBert network, WordPieces words, string sentence)
    {
        Say($"");
        Say($"  {sentence}");
        foreach (var guesses in Guess(network, words, sentence))
            Say($"    {string.Join("   ", guesses.Select(guess => FormattableString.Invariant($"{guess.Word} {guess.Probability:0.0 %}")))}");
    }

    /// <returns>The best guesses for each hidden word of a sentence.</returns>
    static List<List<(string Word, double Probability)>> Guess(MaskedBert network, WordPieces words, string sentence)
    {
        var tokens = words.Encode(sentence);
        var logits = new float[tokens.Length * MaskedBert.Vocabulary];
        network.Predict(tokens, logits);
        var guesses = new List<List<(string, double)>>();
        for (var t = 0; t < tokens.Length; t++)
        {
            if (tokens[t] != words.MaskId) continue;
            var row = logits.AsSpan(t * MaskedBert.Vocabulary, MaskedBert.Vocabulary).ToArray();
            var largest = row.Max();
            var sum = row.Sum(logit => Math.Exp(logit - largest));
            guesses.Add([.. Enumerable.Range(0, row.Length).OrderByDescending(id => row[id]).Take(Guesses).Select(id => (words[id], Math.Exp(row[id] - largest) / sum))]);
        }
        return guesses;
    }
}
