using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;

namespace NetGen.Package.Tests;

/// <summary>What a debugger finds in the packages' symbols, and that libraries are the same wherever they are built.</summary>
public sealed class SymbolTests(PackageFeed feed)
{
    // Kinds of custom debug information, as the portable PDB format names them.
    static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    /// <summary>What stands for the repository's folder, whichever it was.</summary>
    const string Root = "/_/";

    static readonly string[] Packages = ["NetGen", "NetGen.Data", "NetGen.Data.Images", "NetGen.Reporting", "NetGen.Gpu"];

    [PackageFact]
    public void Symbols_LinkToTheSourcesOfTheirCommit()
    {
        foreach (var id in Packages)
        {
            using var symbols = Symbols(id);
            var metadata = symbols.GetMetadataReader();
            using var map = JsonDocument.Parse(Encoding.UTF8.GetString(Assert.Single(Values(metadata, EntityHandle.ModuleDefinition, SourceLink))));
            var documents = Assert.Single(map.RootElement.GetProperty("documents").EnumerateObject());
            Assert.Equal($"{Root}*", documents.Name);
            Assert.Matches(@"^https://raw\.githubusercontent\.com/netgen-dotnet/netgen/[0-9a-f]{40}/\*$", documents.Value.GetString()!);
        }
    }

    [PackageFact]
    public void Symbols_HaveEverySource_InTheRepositoryOrInThemselves()
    {
        foreach (var id in Packages)
        {
            using var symbols = Symbols(id);
            var metadata = symbols.GetMetadataReader();
            var linked = metadata.Documents.Where(document => !Values(metadata, document, EmbeddedSource).Any())
                .Select(document => metadata.GetString(metadata.GetDocument(document).Name)).ToList();
            Assert.Contains(linked, name => name.StartsWith($"{Root}src/{id}/", StringComparison.Ordinal));
            Assert.All(linked, name => Assert.StartsWith(Root, name, StringComparison.Ordinal));
        }
    }

    [PackageFact]
    public void Libraries_AreReproducible_AndOfTheirSymbols()
    {
        foreach (var id in Packages)
        {
            using var symbols = Symbols(id);
            using var library = new PEReader(Read(feed.Package(id), $"lib/net10.0/{id}.dll"));
            var entries = library.ReadDebugDirectory();
            Assert.Contains(entries, entry => entry.Type == DebugDirectoryEntryType.Reproducible);
            var view = library.ReadCodeViewDebugDirectoryData(entries.Single(entry => entry.Type == DebugDirectoryEntryType.CodeView));
            Assert.Equal(view.Guid, new BlobContentId(symbols.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
        }
    }

    MetadataReaderProvider Symbols(string id) => MetadataReaderProvider.FromPortablePdbStream(Read(feed.Package(id, "snupkg"), $"lib/net10.0/{id}.pdb"));

    static MemoryStream Read(string package, string entry)
    {
        using var archive = ZipFile.OpenRead(package);
        using var packed = archive.GetEntry(entry)!.Open();
        var content = new MemoryStream();
        packed.CopyTo(content);
        content.Position = 0;
        return content;
    }

    static IEnumerable<byte[]> Values(MetadataReader metadata, EntityHandle owner, Guid kind) => metadata.GetCustomDebugInformation(owner)
        .Select(metadata.GetCustomDebugInformation)
        .Where(information => metadata.GetGuid(information.Kind) == kind)
        .Select(information => metadata.GetBlobBytes(information.Value));
}
