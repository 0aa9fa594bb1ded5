using System.CommandLine;

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

    static readonly Option<int> EpochsOption = Options.AtLeastOne("--epochs", "Epochs of 2,048 stretches of the text.", 12);

    static readonly Option<double?> MinutesOption = Options.Number<double>("--minutes", "About how long to train, in place of --epochs.", "a number above 0, like 2.5", Options.Positive);

    static readonly Option<int> BatchOption = Options.AtLeastOne("--batch", "Stretches of one training step.", 8);
    static readonly Option<double> RateOption = Options.LearningRate(3e-3);

    static readonly Option<string> PromptOption = new("--prompt")
    {
        Description = "What generated text begins with.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "And the LORD said",
    };

    static readonly Option<int> LengthOption = Options.Number("--length", "The characters to generate in the end.", "a whole number, at least 0", Options.Whole, 600);

    static readonly Option<double> TemperatureOption = Options.Number(
        "--temperature", "Less than 1 for likelier text, more for more surprising one, 0 for the likeliest.", "a number, at least 0", Options.NotNegative, 0.8);

    static readonly Option<int> TopKOption = Options.Number(
        "--top-k", "How many of the likeliest characters to draw from; 0 for all.", "a whole number, at least 0", Options.Whole, 0);

    static readonly Option<double> TopPOption = Options.Number(
        "--top-p", "The probability that the characters to draw from make up.", "a number above 0, at most 1", text => Options.Positive(text) is <= 1 and var share ? share : null, 0.95);

    static readonly Option<ulong> SeedOption = Options.Seed(1611);
    static readonly Option<int> ThreadsOption = Options.Threads();
    static readonly Option<string> OutputOption = Options.Output("Where weights and picture are written.");

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Func<Settings, CancellationToken, Task> action)
    {
        var command = new RootCommand("Trains a small GPT on the characters of a text, and lets it continue a prompt.")
        {
            TextOption, WeightsOption, EpochsOption, MinutesOption, BatchOption, RateOption, PromptOption, LengthOption, TemperatureOption, TopKOption, TopPOption,
            SeedOption, ThreadsOption, OutputOption,
        };
        return command.Does(From, action);
    }

    static Settings From(ParseResult parsed)
    {
        var seed = parsed.GetValue(SeedOption);
        var sampling = new SamplingOptions
        {
            Temperature = (float)parsed.GetValue(TemperatureOption),
            TopK = parsed.GetValue(TopKOption),
            TopP = (float)parsed.GetValue(TopPOption),
            Seed = seed,
            Overlap = CharGpt.Positions / 2,
        };
        return new(
            parsed.GetValue(TextOption), parsed.GetValue(WeightsOption), parsed.GetValue(EpochsOption), parsed.GetValue(MinutesOption), parsed.GetValue(BatchOption),
            parsed.GetValue(RateOption), parsed.GetValue(PromptOption)!, parsed.GetValue(LengthOption), sampling, seed, parsed.GetValue(ThreadsOption),
            Path.GetFullPath(parsed.GetValue(OutputOption)!));
    }
}
