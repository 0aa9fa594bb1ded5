using System.CommandLine;

namespace NetGen.Samples;

/// <summary>What the command line says.</summary>
sealed record Settings(int Epochs, int Steps, int Draws, ulong Seed, int Threads, string? DataFolder, string OutputFolder)
{
    static readonly Option<int> EpochsOption = AtLeastOne("--epochs", "How often the known classes' images are seen.", 4);
    static readonly Option<int> StepsOption = AtLeastOne("--steps", "Steps of each training on the new classes.", 200);
    static readonly Option<int> DrawsOption = AtLeastOne("--draws", "How often the few images are drawn anew.", 3);
    static readonly Option<int> ThreadsOption = AtLeastOne("--threads", "The most threads to use.", Environment.ProcessorCount);
    static readonly Option<ulong> SeedOption = new("--seed") { Description = "What all random choices follow from.", DefaultValueFactory = _ => 1957 };
    static readonly Option<string?> DataOption = new("--data") { Description = "The folder with Fashion-MNIST's four files.", HelpName = "FOLDER" };

    static readonly Option<string> OutputOption = new("--output")
    {
        Description = "Where weights and the picture are written.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "output",
    };

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Func<Settings, CancellationToken, int> action)
    {
        var command = new RootCommand("Trains a network on six classes of Fashion-MNIST, and gives what it has learned to one for the other four.")
        {
            EpochsOption, StepsOption, DrawsOption, SeedOption, ThreadsOption, DataOption, OutputOption,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(action(From(parsed), cancellation)));
        return command;
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(EpochsOption), parsed.GetValue(StepsOption), parsed.GetValue(DrawsOption), parsed.GetValue(SeedOption), parsed.GetValue(ThreadsOption),
        parsed.GetValue(DataOption), Path.GetFullPath(parsed.GetValue(OutputOption)!));

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
