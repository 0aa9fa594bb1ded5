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

    static readonly Option<int> EpochsOption = AtLeastOne("--epochs", "How often every sentence is seen, with other words hidden.", 40);
    static readonly Option<int> BatchOption = AtLeastOne("--batch", "Sentences of one training step.", 32);
    static readonly Option<int> ThreadsOption = AtLeastOne("--threads", "The most threads to use.", Environment.ProcessorCount);
    static readonly Option<ulong> SeedOption = new("--seed") { Description = "What all random choices follow from.", DefaultValueFactory = _ => 1611 };

    static readonly Option<double> RateOption = new("--learning-rate")
    {
        Description = "The largest learning rate of the schedule.",
        DefaultValueFactory = _ => 2e-3,
    };

    static readonly Option<string> OutputOption = new("--output")
    {
        Description = "Where weights and picture are written.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "output",
    };

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Func<Settings, CancellationToken, int> action)
    {
        RateOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < double.PositiveInfinity))
                result.AddError("--learning-rate needs a number above 0, like 0.001.");
        });
        AskOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>()?.FirstOrDefault(sentence => !sentence.Contains(WordPieces.Mask, StringComparison.Ordinal)) is { } whole)
                result.AddError($"'{whole}' hides no word: write {WordPieces.Mask} where one is to be guessed.");
        });
        var command = new RootCommand("Trains a small BERT to fill in words that are hidden in a text, and lets it guess.")
        {
            TextOption, WeightsOption, AskOption, EpochsOption, BatchOption, RateOption, SeedOption, ThreadsOption, OutputOption,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(action(From(parsed), cancellation)));
        return command;
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(TextOption), parsed.GetValue(WeightsOption), parsed.GetValue(AskOption)!, parsed.GetValue(EpochsOption), parsed.GetValue(BatchOption),
        parsed.GetValue(RateOption), parsed.GetValue(SeedOption), parsed.GetValue(ThreadsOption), Path.GetFullPath(parsed.GetValue(OutputOption)!));

    static Option<int> AtLeastOne(string name, string description, int preset)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => preset };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"{name} needs a whole number, at least 1.");
        });
        return option;
    }
}
