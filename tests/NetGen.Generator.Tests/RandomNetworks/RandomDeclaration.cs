namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>A declaration of a network that chance wrote, and what should become of it.</summary>
/// <param name="Number">What it is drawn from: the same number gives the same declaration.</param>
/// <param name="Source">A file with it.</param>
/// <param name="TypeName">The network's name in metadata.</param>
/// <param name="Expected">The diagnostic that it has to get; null where it has to compile.</param>
/// <param name="HasLabels">Whether its targets are labels.</param>
public sealed record RandomDeclaration(int Number, string Source, string TypeName, string? Expected, bool HasLabels)
{
    public string Path => $"Network{Number}.cs";

    public override string ToString() => $"Declaration {Number}, expected to {(Expected is null ? "compile" : $"get {Expected}")}:\n{Source}";
}
