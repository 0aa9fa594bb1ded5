using System.CommandLine;
using NetGen.Gpu;

namespace NetGen.Samples;

/// <summary>What the command line says. Where it says nothing of epochs, batches, learning rate or weight decay, the network's recipe decides.</summary>
sealed record Settings(
    string Network, bool Augment, int? Epochs, int? BatchSize, double? LearningRate, double? WeightDecay, ulong Seed, int Threads, bool Download,
    string? DataFolder, string OutputFolder, bool Resume, string? Device)
{
    public const string Cnn = "cnn";
    public const string DeepCnn = "deep";
    public const string Mlp = "mlp";

    static readonly Option<string?> NetworkOption = new Option<string?>("--network")
    {
        Description = "Which network: the convolutional one, a deeper one, or the perceptron. Without it cnn, or with --augment deep.",
    }.AcceptOnlyFromAmong(Cnn, DeepCnn, Mlp);

    static readonly Option<bool> AugmentOption = new("--augment")
    {
        Description = "Shift, flip and erase at random what is trained on; with more epochs it gives the best accuracy.",
    };

    static readonly Option<int?> EpochsOption = Options.Number<int>("--epochs", "How often every image is seen.", "a whole number, at least 1", Options.AtLeastOne);
    static readonly Option<int?> BatchOption = Options.Number<int>("--batch", "Images of one training step.", "a whole number, at least 1", Options.AtLeastOne);

    static readonly Option<double?> RateOption = Options.Number<double>(
        "--learning-rate", "The largest learning rate of the schedule.", "a number above 0, like 0.001", Options.Positive);

    static readonly Option<double?> DecayOption = Options.Number<double>("--weight-decay", "The optimizer's weight decay.", "a number, at least 0", Options.NotNegative);
    static readonly Option<ulong> SeedOption = Options.Seed(1957);
    static readonly Option<int> ThreadsOption = Options.Threads();

    static readonly Option<bool> DownloadOption = new("--download") { Description = "Download Fashion-MNIST from where it was published (29 MB), once." };
    static readonly Option<string?> DataOption = Options.Data();

    static readonly Option<string> OutputOption = Options.Output("Where weights, checkpoint and pictures are written.");

    static readonly Option<bool> ResumeOption = Options.Resume();

    static readonly Option<string?> DeviceOption = new("--device")
    {
        Description = "Train on a GPU: cuda, opencl, or a part of a device's name; cpu for ILGPU's emulation of one, which takes hours.",
        HelpName = "DEVICE",
    };

    /// <summary>The command whose action gets the settings.</summary>
    public static RootCommand Command(Func<Settings, CancellationToken, Task> action)
    {
        var command = new RootCommand("Trains a network on Fashion-MNIST, tests it, and draws what it has learned.")
        {
            NetworkOption, AugmentOption, EpochsOption, BatchOption, RateOption, DecayOption, SeedOption, ThreadsOption, DownloadOption, DataOption,
            OutputOption, ResumeOption, DeviceOption,
        };
        return command.Does(From, action, Options.StoppedWithCheckpoint, e => e is GpuException);
    }

    static Settings From(ParseResult parsed) => new(
        parsed.GetValue(NetworkOption) ?? (parsed.GetValue(AugmentOption) ? DeepCnn : Cnn), parsed.GetValue(AugmentOption),
        parsed.GetValue(EpochsOption), parsed.GetValue(BatchOption), parsed.GetValue(RateOption), parsed.GetValue(DecayOption), parsed.GetValue(SeedOption),
        parsed.GetValue(ThreadsOption), parsed.GetValue(DownloadOption), parsed.GetValue(DataOption),
        Path.GetFullPath(parsed.GetValue(OutputOption)!), parsed.GetValue(ResumeOption), parsed.GetValue(DeviceOption));
}
