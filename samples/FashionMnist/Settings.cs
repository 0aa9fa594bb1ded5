using System.CommandLine;
using System.Globalization;

namespace NetGen.Samples;

/// <summary>What the command line says. Where it says nothing of epochs, learning rate or weight decay, the network's recipe decides.</summary>
sealed record Settings(
    string Network, bool Augment, int? Epochs, int BatchSize, double? LearningRate, double? WeightDecay, ulong Seed, int Threads, bool Download,
    string? DataFolder, string OutputFolder, bool Resume, string? Device)
{
    public const string Cnn = "cnn";
    public const string Mlp = "mlp";

    static readonly Option<string> NetworkOption = OneOf("--network", "Which network: the convolutional one or the perceptron.", Cnn, Mlp);

    static readonly Option<bool> AugmentOption = new("--augment")
    {
        Description = "Shift, flip and erase at random what is trained on; with more epochs it gives the best accuracy.",
    };

    static readonly Option<int?> EpochsOption = Number<int>("--epochs", "How often every image is seen.", "a whole number, at least 1", AtLeastOne);
    static readonly Option<int?> BatchOption = Number<int>("--batch", "Images of one training step; 64 by default.", "a whole number, at least 1", AtLeastOne);
    static readonly Option<int?> ThreadsOption = Number<int>(
        "--threads", "The most threads to use; by default as many as there are processors.", "a whole number, at least 1", AtLeastOne);

    static readonly Option<double?> RateOption = Number<double>(
        "--learning-rate", "The largest learning rate of the schedule.", "a number above 0, like 0.001",
        text => NotNegative(text) is > 0 and var rate ? rate : null);

    static readonly Option<double?> DecayOption = Number<double>("--weight-decay", "The optimizer's weight decay.", "a number, at least 0", NotNegative);

    static readonly Option<ulong?> SeedOption = Number<ulong>(
        "--seed", "What all random choices follow from; 1957 by default.", "a whole number, at least 0",
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

    static readonly Option<string?> DeviceOption = new("--device")
    {
        Description = "Train on a GPU: cuda, opencl, or a part of a device's name; cpu for ILGPU's emulation of one, which takes hours.",
        HelpName = "DEVICE",
    };

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Func<Settings, CancellationToken, Task<int>> action)
    {
        var command = new RootCommand("Trains a network on Fashion-MNIST, tests it, and draws what it has learned.")
        {
            NetworkOption, AugmentOption, EpochsOption, BatchOption, RateOption, DecayOption, SeedOption, ThreadsOption, DownloadOption, DataOption,
            OutputOption, ResumeOption, DeviceOption,
        };
        command.SetAction((parsed, cancellation) => action(From(parsed), cancellation));
        return command;
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(NetworkOption)!, parsed.GetValue(AugmentOption), parsed.GetValue(EpochsOption), parsed.GetValue(BatchOption) ?? 64,
        parsed.GetValue(RateOption), parsed.GetValue(DecayOption), parsed.GetValue(SeedOption) ?? 1957,
        parsed.GetValue(ThreadsOption) ?? Environment.ProcessorCount, parsed.GetValue(DownloadOption), parsed.GetValue(DataOption),
        Path.GetFullPath(parsed.GetValue(OutputOption)!), parsed.GetValue(ResumeOption), parsed.GetValue(DeviceOption));

    static int? AtLeastOne(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 ? value : null;

    static double? NotNegative(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && double.IsFinite(value) ? value : null;

    static Option<string> OneOf(string name, string description, params string[] choices)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => choices[0] };
        return option.AcceptOnlyFromAmong(choices);
    }

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
