using System.CommandLine;

namespace NetGen.Samples;

/// <summary>What the command line says.</summary>
sealed record Settings(int Epochs, int BatchSize, double LearningRate, ulong Seed, int Threads, string? DataFolder, string OutputFolder, bool Resume)
{
    static readonly Option<int> EpochsOption = Options.AtLeastOne("--epochs", "How often every image is seen.", 15);
    static readonly Option<int> BatchOption = Options.AtLeastOne("--batch", "Images of one training step.", 64);
    static readonly Option<int> ThreadsOption = Options.Threads();
    static readonly Option<ulong> SeedOption = Options.Seed(1957);
    static readonly Option<string?> DataOption = Options.Data();
    static readonly Option<bool> ResumeOption = Options.Resume();
    static readonly Option<double> RateOption = Options.LearningRate(2e-3);
    static readonly Option<string> OutputOption = Options.Output("Where weights, checkpoint and pictures are written.");

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Action<Settings, CancellationToken> action)
    {
        var command = new RootCommand("Trains a vision transformer on Fashion-MNIST, tests it, and draws what it has learned.")
        {
            EpochsOption, BatchOption, RateOption, SeedOption, ThreadsOption, DataOption, OutputOption, ResumeOption,
        };
        return command.Does(From, action, Options.StoppedWithCheckpoint);
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(EpochsOption), parsed.GetValue(BatchOption), parsed.GetValue(RateOption), parsed.GetValue(SeedOption), parsed.GetValue(ThreadsOption),
        parsed.GetValue(DataOption), Path.GetFullPath(parsed.GetValue(OutputOption)!), parsed.GetValue(ResumeOption));
}
