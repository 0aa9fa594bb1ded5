namespace NetGen.Benchmarks;

/// <summary>A network's declaration as the generator reads it: the source file that this program's own network is compiled from.</summary>
/// <param name="Name">The name of the file, which is the class's.</param>
/// <param name="Source">The file's text.</param>
sealed record DeclaredNetwork(string Name, string Source)
{
    const string Folder = "Networks/";

    /// <summary>How long generating all of a network may take, where that is promised.</summary>
    static readonly Dictionary<string, double> limits = new(StringComparer.Ordinal) { ["LeNet5"] = 20, ["ResNet50"] = 300 };

    /// <summary>The promised limit of the whole network's generation.</summary>
    public double? LimitMilliseconds => limits.TryGetValue(Name, out double limit) ? limit : null;

    /// <summary>Every file of the folder of networks, which the project embeds.</summary>
    public static IReadOnlyList<DeclaredNetwork> All()
    {
        var assembly = typeof(DeclaredNetwork).Assembly;
        var files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal));
        return [.. files.Order(StringComparer.Ordinal).Select(Read)];

        DeclaredNetwork Read(string name)
        {
            using StreamReader text = new(assembly.GetManifestResourceStream(name)!);
            return new DeclaredNetwork(name[Folder.Length..], text.ReadToEnd());
        }
    }
}
