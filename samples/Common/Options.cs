using System.CommandLine;
using System.Globalization;

namespace NetGen.Samples;

/// <summary>Options of the samples' command lines. Numbers are read in the same way under every culture.</summary>
static class Options
{
    public static Option<int> Threads() => AtLeastOne("--threads", "The most threads to use.", Environment.ProcessorCount);

    public static Option<ulong> Seed(ulong preset) => Number("--seed", "What all random choices follow from.", "a whole number, at least 0",
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null, preset);

    public static Option<double> LearningRate(double preset) => Number("--learning-rate", "The largest learning rate of the schedule.", "a number above 0, like 0.001", Positive, preset);

    public static Option<string?> Data() => new("--data") { Description = "The folder with Fashion-MNIST's four files.", HelpName = "FOLDER" };

    public static Option<string> Output(string description) => new("--output") { Description = description, HelpName = "FOLDER", DefaultValueFactory = _ => "output" };

    public static Option<bool> Resume() => new("--resume") { Description = "Go on from the checkpoint in the output folder." };

    /// <summary>What is said of a run with checkpoints that the user stopped.</summary>
    public const string StoppedWithCheckpoint = "Stopped. With --resume the run goes on from its last checkpoint.";

    public static Option<int> AtLeastOne(string name, string description, int preset) => Number(name, description, "a whole number, at least 1", AtLeastOne, preset);

    /// <summary>An option with a number.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="needed">What it takes, as messages say it.</param>
    /// <param name="parse">Reads it; null where the text is something else.</param>
    /// <param name="preset">The number where the command line has none.</param>
    public static Option<T> Number<T>(string name, string description, string needed, Func<string, T?> parse, T preset) where T : struct => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        DefaultValueFactory = _ => preset,
        CustomParser = result => Read(result, name, needed, parse) ?? default,
    };

    /// <summary>The same where something else decides if the command line has none.</summary>
    public static Option<T?> Number<T>(string name, string description, string needed, Func<string, T?> parse) where T : struct => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = result => Read(result, name, needed, parse),
    };

    public static int? AtLeastOne(string text) => Whole(text) is >= 1 and var value ? value : null;

    public static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static double? Positive(string text) => NotNegative(text) is > 0 and var value ? value : null;

    public static double? NotNegative(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && double.IsFinite(value) ? value : null;

    static T? Read<T>(System.CommandLine.Parsing.ArgumentResult result, string name, string needed, Func<string, T?> parse) where T : struct
    {
        var text = result.Tokens[0].Value;
        var value = parse(text);
        if (value is null)
            result.AddError($"{name} needs {needed}; '{text}' isn't that.");
        return value;
    }
}
