namespace NetGen.Benchmarks;

/// <summary>A network's declaration as the generator reads it: the source file that this program's own network is compiled from.</summary>
/// <param name="Name">The name of the file, which is the class's.</param>
/// <param name="Source">The file's text.</param>
sealed record DeclaredNetwork(string Name, string Source)
{
    const string Networks = "Networks/", Blocks = "Blocks/";

    /// <summary>How long generating all of a network may take, where that is promised.</summary>
    static readonly Dictionary<string, double> limits = new(StringComparer.Ordinal) { ["LeNet5"] = 20, ["ResNet50"] = 300, ["Gpt"] = 100, ["Gpt3"] = 5_000 };

    /// <summary>The promised limit of the whole network's generation.</summary>
    public double? LimitMilliseconds => limits.TryGetValue(Name, out double limit) ? limit : null;

    /// <summary>Every file of the folder of networks.</summary>
    public static IReadOnlyList<DeclaredNetwork> All() => [.. Files(Networks).Select(file => new DeclaredNetwork(file[Networks.Length..], Read(file)))];

    /// <summary>The files with the blocks that the network may use.</summary>
    public IReadOnlyList<string> UsedBlocks() => [.. Files(Blocks).Concat(Files($"Beside{Name}/")).Select(Read)];

    static IEnumerable<string> Files(string folder) =>
        typeof(DeclaredNetwork).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    static string Read(string file)
    {
        using StreamReader text = new(typeof(DeclaredNetwork).Assembly.GetManifestResourceStream(file)!);
        return text.ReadToEnd();
    }
}
