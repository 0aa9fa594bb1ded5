using System.CommandLine;

namespace NetGen.Samples;

/// <summary>What the command line says.</summary>
sealed record Settings(int Epochs, int Steps, int Draws, ulong Seed, int Threads, string? DataFolder, string OutputFolder)
{
    static readonly Option<int> EpochsOption = Options.AtLeastOne("--epochs", "How often the known classes' images are seen.", 4);
    static readonly Option<int> StepsOption = Options.AtLeastOne("--steps", "Steps of each training on the new classes.", 200);
    static readonly Option<int> DrawsOption = Options.AtLeastOne("--draws", "How often the few images are drawn anew.", 3);
    static readonly Option<int> ThreadsOption = Options.Threads();
    static readonly Option<ulong> SeedOption = Options.Seed(1957);
    static readonly Option<string?> DataOption = Options.Data();
    static readonly Option<string> OutputOption = Options.Output("Where weights and the picture are written.");

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Action<Settings, CancellationToken> action)
    {
        var command = new RootCommand("Trains a network on six classes of Fashion-MNIST, and gives what it has learned to one for the other four.")
        {
            EpochsOption, StepsOption, DrawsOption, SeedOption, ThreadsOption, DataOption, OutputOption,
        };
        return command.Does(From, action);
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(EpochsOption), parsed.GetValue(StepsOption), parsed.GetValue(DrawsOption), parsed.GetValue(SeedOption), parsed.GetValue(ThreadsOption),
        parsed.GetValue(DataOption), Path.GetFullPath(parsed.GetValue(OutputOption)!));
}
