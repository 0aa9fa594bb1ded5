using System.CommandLine;

namespace NetGen.Samples;

/// <summary>What the command line says.</summary>
sealed record Settings(int Epochs, int BatchSize, double LearningRate, ulong Seed, int Threads, string? DataFolder, string OutputFolder, bool Resume)
{
    static readonly Option<int> EpochsOption = AtLeastOne("--epochs", "How often every image is seen.", 15);
    static readonly Option<int> BatchOption = AtLeastOne("--batch", "Images of one training step.", 64);
    static readonly Option<int> ThreadsOption = AtLeastOne("--threads", "The most threads to use.", Environment.ProcessorCount);
    static readonly Option<ulong> SeedOption = new("--seed") { Description = "What all random choices follow from.", DefaultValueFactory = _ => 1957 };
    static readonly Option<string?> DataOption = new("--data") { Description = "The folder with Fashion-MNIST's four files.", HelpName = "FOLDER" };
    static readonly Option<bool> ResumeOption = new("--resume") { Description = "Go on from the checkpoint in the output folder." };

    static readonly Option<double> RateOption = new("--learning-rate")
    {
        Description = "The largest learning rate of the schedule.",
        DefaultValueFactory = _ => 2e-3,
    };

    static readonly Option<string> OutputOption = new("--output")
    {
        Description = "Where weights, checkpoint and pictures are written.",
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
        var command = new RootCommand("Trains a vision transformer on Fashion-MNIST, tests it, and draws what it has learned.")
        {
            EpochsOption, BatchOption, RateOption, SeedOption, ThreadsOption, DataOption, OutputOption, ResumeOption,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(action(From(parsed), cancellation)));
        return command;
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(EpochsOption), parsed.GetValue(BatchOption), parsed.GetValue(RateOption), parsed.GetValue(SeedOption), parsed.GetValue(ThreadsOption),
        parsed.GetValue(DataOption), Path.GetFullPath(parsed.GetValue(OutputOption)!), parsed.GetValue(ResumeOption));

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
