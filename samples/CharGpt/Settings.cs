using System.CommandLine;
using System.Globalization;

namespace NetGen.Samples;

/// <summary>What the command line says.</summary>
sealed record Settings(
    string? TextFile, string? WeightsFile, int Epochs, double? Minutes, int BatchSize, double LearningRate, string Prompt, int Length, SamplingOptions Sampling,
    ulong Seed, int Threads, string OutputFolder)
{
    static readonly Option<string?> TextOption = new("--text") { Description = "A text of one's own to learn; by default the five books of Moses.", HelpName = "FILE" };

    static readonly Option<string?> WeightsOption = new("--weights")
    {
        Description = "Continue the prompt with the weights of an earlier run, and train nothing.",
        HelpName = "FILE",
    };

    static readonly Option<int?> EpochsOption = Number<int>(
        "--epochs", "Epochs of 2,048 stretches of the text; 12 by default.", "a whole number, at least 1", text => Whole(text) is >= 1 and var value ? value : null);

    static readonly Option<double?> MinutesOption = Number<double>(
        "--minutes", "About how long to train, in place of --epochs.", "a number above 0, like 2.5", text => NotNegative(text) is > 0 and var value ? value : null);

    static readonly Option<int?> BatchOption = Number<int>(
        "--batch", "Stretches of one training step; 8 by default.", "a whole number, at least 1", text => Whole(text) is >= 1 and var value ? value : null);

    static readonly Option<double?> RateOption = Number<double>(
        "--learning-rate", "The largest learning rate of the schedule; 0.003 by default.", "a number above 0, like 0.001",
        text => NotNegative(text) is > 0 and var rate ? rate : null);

    static readonly Option<string> PromptOption = new("--prompt")
    {
        Description = "What generated text begins with.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "And the LORD said",
    };

    static readonly Option<int?> LengthOption = Number<int>("--length", "The characters to generate in the end; 600 by default.", "a whole number, at least 0", Whole);

    static readonly Option<double?> TemperatureOption = Number<double>(
        "--temperature", "Less than 1 for likelier text, more for more surprising one, 0 for the likeliest; 0.8 by default.", "a number, at least 0", NotNegative);

    static readonly Option<int?> TopKOption = Number<int>(
        "--top-k", "How many of the likeliest characters to draw from; 0, the default, for all.", "a whole number, at least 0", Whole);

    static readonly Option<double?> TopPOption = Number<double>(
        "--top-p", "The probability that the characters to draw from make up; 0.95 by default.", "a number above 0, at most 1",
        text => NotNegative(text) is > 0 and <= 1 and var share ? share : null);

    static readonly Option<ulong?> SeedOption = Number<ulong>(
        "--seed", "What all random choices follow from; 1611 by default.", "a whole number, at least 0",
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null);

    static readonly Option<int?> ThreadsOption = Number<int>(
        "--threads", "The most threads to use; by default as many as there are processors.", "a whole number, at least 1",
        text => Whole(text) is >= 1 and var value ? value : null);

    static readonly Option<string> OutputOption = new("--output")
    {
        Description = "Where weights and picture are written.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "output",
    };

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Func<Settings, CancellationToken, Task<int>> action)
    {
        var command = new RootCommand("Trains a small GPT on the characters of a text, and lets it continue a prompt.")
        {
            TextOption, WeightsOption, EpochsOption, MinutesOption, BatchOption, RateOption, PromptOption, LengthOption, TemperatureOption, TopKOption, TopPOption,
            SeedOption, ThreadsOption, OutputOption,
        };
        command.SetAction((parsed, cancellation) => action(From(parsed), cancellation));
        return command;
    }

    static Settings From(ParseResult parsed)
    {
        var (seed, length) = (parsed.GetValue(SeedOption) ?? 1611, parsed.GetValue(LengthOption) ?? 600);
        var sampling = new SamplingOptions
        {
            Temperature = (float)(parsed.GetValue(TemperatureOption) ?? 0.8),
            TopK = parsed.GetValue(TopKOption) ?? 0,
            TopP = (float)(parsed.GetValue(TopPOption) ?? 0.95),
            Seed = seed,
            Overlap = CharGpt.Positions / 2,
        };
        return new(
            parsed.GetValue(TextOption), parsed.GetValue(WeightsOption), parsed.GetValue(EpochsOption) ?? 12, parsed.GetValue(MinutesOption),
            parsed.GetValue(BatchOption) ?? 8, parsed.GetValue(RateOption) ?? 3e-3, parsed.GetValue(PromptOption)!, length, sampling, seed,
            parsed.GetValue(ThreadsOption) ?? Environment.ProcessorCount, Path.GetFullPath(parsed.GetValue(OutputOption)!));
    }

    static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    static double? NotNegative(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && double.IsFinite(value) ? value : null;

    /// <summary>An option that reads its number in the same way under every culture.</summary>
    static Option<T?> Number<T>(string name, string description, string needed, Func<string, T?> parse) where T : struct => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var value = parse(text);
            if (value is null)
                result.AddError($"{name} needs {needed}; '{text}' isn't that.");
            return value;
        },
    };
}
