using System.CommandLine;

namespace NetGen.Samples;

/// <summary>What the command line says.</summary>
sealed record Settings(
    string? TextFile, string? WeightsFile, string[] Sentences, int Epochs, int BatchSize, double LearningRate, ulong Seed, int Threads, string OutputFolder)
{
    static readonly Option<string?> TextOption = new("--text") { Description = "A text of one's own, a sentence a line; by default the five books of Moses.", HelpName = "FILE" };

    static readonly Option<string?> WeightsOption = new("--weights")
    {
        Description = "Guess with the weights of an earlier run on the same text, and train nothing.",
        HelpName = "FILE",
    };

    static readonly Option<string[]> AskOption = new("--ask")
    {
        Description = $"Sentences with a {WordPieces.Mask} each for a word to guess.",
        HelpName = "SENTENCE",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ =>
        [
            "In the beginning God [MASK] the heaven and the earth.",
            "And the LORD spake unto [MASK], saying,",
            "Honour thy [MASK] and thy mother.",
            "And it came to [MASK] after these things,",
            "How are [MASK] doing today?",
        ],
    };

    static readonly Option<int> EpochsOption = Options.AtLeastOne("--epochs", "How often every sentence is seen, with other words hidden.", 40);
    static readonly Option<int> BatchOption = Options.AtLeastOne("--batch", "Sentences of one training step.", 32);
    static readonly Option<int> ThreadsOption = Options.Threads();
    static readonly Option<ulong> SeedOption = Options.Seed(1611);
    static readonly Option<double> RateOption = Options.LearningRate(2e-3);
    static readonly Option<string> OutputOption = Options.Output("Where weights and picture are written.");

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Action<Settings, CancellationToken> action)
    {
        AskOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>()?.FirstOrDefault(sentence => !sentence.Contains(WordPieces.Mask, StringComparison.Ordinal)) is { } whole)
                result.AddError($"'{whole}' hides no word: write {WordPieces.Mask} where one is to be guessed.");
        });
        var command = new RootCommand("Trains a small BERT to fill in words that are hidden in a text, and lets it guess.")
        {
            TextOption, WeightsOption, AskOption, EpochsOption, BatchOption, RateOption, SeedOption, ThreadsOption, OutputOption,
        };
        return command.Does(From, action);
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(TextOption), parsed.GetValue(WeightsOption), parsed.GetValue(AskOption)!, parsed.GetValue(EpochsOption), parsed.GetValue(BatchOption),
        parsed.GetValue(RateOption), parsed.GetValue(SeedOption), parsed.GetValue(ThreadsOption), Path.GetFullPath(parsed.GetValue(OutputOption)!));
}
