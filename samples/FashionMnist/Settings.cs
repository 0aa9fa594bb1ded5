using System.CommandLine;
using System.Globalization;

namespace NetGen.Samples;

/// <summary>What the command line says.</summary>
sealed record Settings(
    int Epochs, int BatchSize, double LearningRate, ulong Seed, int Threads, bool Download, string? DataFolder, string OutputFolder, bool Resume)
{
    static readonly Option<int> EpochsOption = AtLeastOne("--epochs", "How often every image is seen.", 10);
    static readonly Option<int> BatchOption = AtLeastOne("--batch", "Images of one training step.", 64);
    static readonly Option<int> ThreadsOption = AtLeastOne("--threads", "The most threads to use.", Environment.ProcessorCount);

    static readonly Option<double> RateOption = Number(
        "--learning-rate", "The largest learning rate of the schedule.", 2e-3, "a number above 0, like 0.001",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate > 0 && double.IsFinite(rate) ? rate : null);

    static readonly Option<ulong> SeedOption = Number<ulong>(
        "--seed", "What all random choices follow from.", 1957, "a whole number, at least 0",
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null);

    static readonly Option<bool> DownloadOption = new("--download") { Description = "Download Fashion-MNIST from where it was published (29 MB), once." };
    static readonly Option<string?> DataOption = new("--data") { Description = "The folder with Fashion-MNIST's four files.", HelpName = "FOLDER" };

    static readonly Option<string> OutputOption = new("--output")
    {
        Description = "Where weights, checkpoint and pictures are written.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "output",
    };

    static readonly Option<bool> ResumeOption = new("--resume") { Description = "Go on from the checkpoint in the output folder." };

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Func<Settings, CancellationToken, Task<int>> action)
    {
        var command = new RootCommand("Trains a multi-layer perceptron on Fashion-MNIST, tests it, and draws what it has learned.")
        {
            EpochsOption, BatchOption, RateOption, SeedOption, ThreadsOption, DownloadOption, DataOption, OutputOption, ResumeOption,
        };
        command.SetAction((parsed, cancellation) => action(From(parsed), cancellation));
        return command;
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(EpochsOption), parsed.GetValue(BatchOption), parsed.GetValue(RateOption), parsed.GetValue(SeedOption), parsed.GetValue(ThreadsOption),
        parsed.GetValue(DownloadOption), parsed.GetValue(DataOption), Path.GetFullPath(parsed.GetValue(OutputOption)!), parsed.GetValue(ResumeOption));

    static Option<int> AtLeastOne(string name, string description, int preset) => Number<int>(
        name, description, preset, "a whole number, at least 1",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 ? value : null);

    /// <summary>An option that reads its number in the same way under every culture.</summary>
    static Option<T> Number<T>(string name, string description, T preset, string needed, Func<string, T?> parse) where T : struct => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => preset,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (parse(text) is { } value)
                return value;
            result.AddError($"{name} needs {needed}; '{text}' isn't that.");
            return preset;
        },
    };
}
