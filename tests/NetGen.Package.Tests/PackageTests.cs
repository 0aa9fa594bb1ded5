using System.IO.Compression;
using System.Xml.Linq;

namespace NetGen.Package.Tests;

/// <summary>What is in the packages, and what a clean project gets from them.</summary>
public sealed class PackageTests(PackageFeed feed)
{
    [PackageFact]
    public void NetGen_HoldsLibraryGeneratorPropertiesAndNothingElse()
    {
        Assert.Equal(
            [
                "LICENSE", "NetGen.nuspec", "README.md", "analyzers/dotnet/cs/NetGen.CodeFixes.dll", "analyzers/dotnet/cs/NetGen.Generator.dll",
                "buildTransitive/net10.0/NetGen.Build.globalconfig",
                "buildTransitive/net10.0/NetGen.Native.targets", "buildTransitive/net10.0/NetGen.Weights.targets", "buildTransitive/net10.0/NetGen.props",
                "buildTransitive/net10.0/NetGen.targets", "icon.png", "lib/net10.0/NetGen.dll", "lib/net10.0/NetGen.xml",
                "tools/net10.0/NetGen.Build.dll",
            ],
            Entries(feed.Package("NetGen")));
        Assert.Equal(["NetGen.nuspec", "lib/net10.0/NetGen.pdb"], Entries(feed.Package("NetGen", "snupkg")));
    }

    [PackageFact]
    public void Packages_HaveWhatAGallerysPageShows_AndSymbols()
    {
        foreach (var id in (string[])["NetGen", "NetGen.Data", "NetGen.Data.Images", "NetGen.Reporting", "NetGen.Gpu"])
        {
            string[] expected = ["LICENSE", "README.md", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"];
            Assert.Empty(expected.Except(Entries(feed.Package(id))));
            Assert.Contains($"lib/net10.0/{id}.pdb", Entries(feed.Package(id, "snupkg")));

            var metadata = Nuspec(id).Root!.Elements().Single().Elements().ToLookup(e => e.Name.LocalName);
            Assert.Equal("README.md", metadata["readme"].Single().Value);
            Assert.Equal("icon.png", metadata["icon"].Single().Value);
            Assert.Equal("MIT", metadata["license"].Single().Value);
            Assert.NotEmpty(metadata["description"].Single().Value);
            Assert.Contains("neural-network", metadata["tags"].Single().Value, StringComparison.Ordinal);
            Assert.Equal("https://github.com/netgen-dotnet/netgen", metadata["repository"].Single().Attribute("url")!.Value);
        }
    }

    [PackageFact]
    public void NetGen_DependsOnNothing() => Assert.Empty(Dependencies("NetGen"));

    [PackageFact]
    public void OtherPackages_DependOnNetGenOfTheirVersion_AndBringItsGenerator()
    {
        foreach (var (id, dependency) in new[] { ("NetGen.Data", "NetGen"), ("NetGen.Data.Images", "NetGen.Data"), ("NetGen.Reporting", "NetGen"), ("NetGen.Gpu", "NetGen") })
        {
            var netGen = Assert.Single(Dependencies(id), d => d.Attribute("id")!.Value == dependency);
            Assert.Equal(feed.Version, netGen.Attribute("version")!.Value);
            Assert.DoesNotContain("Analyzers", netGen.Attribute("exclude")?.Value ?? "", StringComparison.Ordinal);
        }
    }

    [PackageFact]
    public async Task CleanProject_TrainsSavesLoadsAndPredicts() => Learned(await feed.TrainsAsync());

    [PackageFact]
    public async Task ReferenceToDataAlone_BringsTheCompiler()
    {
        var folder = feed.Consumer("Trains");
        (await feed.BuildAsync(folder, "build", "-p:NetGenPackage=NetGen.Data")).Succeeded();
        Learned((await Dotnet.RunAsync(Path.Combine(folder, "bin", "Release", "net10.0", "Trains"), folder)).Succeeded());
    }

    [PackageFact]
    public async Task ReferenceToDataImagesAlone_BringsCompilerAndNativeLibraries()
    {
        var folder = feed.Consumer("ReadsImages");
        (await feed.BuildAsync(folder, "build")).Succeeded();
        var run = (await Dotnet.RunAsync(Path.Combine(folder, "bin", "Release", "net10.0", "ReadsImages"), folder)).Succeeded();
        Assert.Equal("10 40 20 50 30 60\n40 10 50 20 60 30\n14", run.Output.ReplaceLineEndings("\n").TrimEnd());
    }

    [PackageFact]
    public async Task ReferenceToGpuAlone_BringsKernels_ThatMatchTheProcessor_AndForbidsNativeCode()
    {
        var folder = feed.Consumer("RunsOnGpu");
        (await feed.BuildAsync(folder, "build")).Succeeded();
        var run = (await Dotnet.RunAsync(Path.Combine(folder, "bin", "Release", "net10.0", "RunsOnGpu"), folder)).Succeeded();
        Assert.InRange(run.Numbers("difference")[0], 0, 1e-5);

        var publish = await feed.BuildAsync(folder, "publish", "-p:PublishAot=true");
        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("error NG0061: RunsOnGpu references NetGen.Gpu", publish.Output, StringComparison.Ordinal);
    }

    [PackageFact]
    public async Task Mistakes_AreNetGenErrorsAtTheirAttributes_AndNoOthers()
    {
        var build = await feed.BuildAsync(feed.Consumer("Mistakes"), "build");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("Networks.cs(6,2): error NG0007: 'Linear(128)' needs a vector, but its input has shape [1, 28, 28]", build.Output, StringComparison.Ordinal);
        Assert.Contains("Networks.cs(10,15): error NG0012:", build.Output, StringComparison.Ordinal);
        Assert.Contains("error NG0002:", build.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("error CS", build.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning CS", build.Output, StringComparison.Ordinal);
        Assert.Contains(" 3 Error(s)", build.Output, StringComparison.Ordinal);
    }

    [PackageFact]
    public async Task OlderFramework_IsNU1202_ForEachPackage()
    {
        foreach (var id in (string[])["NetGen", "NetGen.Data", "NetGen.Data.Images", "NetGen.Reporting", "NetGen.Gpu"])
        {
            var restore = await feed.BuildAsync(feed.Consumer("Trains"), "build", "-p:Framework=netstandard2.0", $"-p:NetGenPackage={id}");
            Assert.NotEqual(0, restore.ExitCode);
            Assert.Contains($"error NU1202: Package {id} {feed.Version} is not compatible with netstandard2.0", restore.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("error CS", restore.Output, StringComparison.Ordinal);
        }
    }

    [PackageFact]
    public async Task SeveralFrameworks_TakeThePackageWhereItFits()
    {
        var folder = feed.Consumer("SeveralFrameworks");
        (await feed.BuildAsync(folder, "build")).Succeeded();
        foreach (var framework in (string[])["netstandard2.0", "net10.0"])
            Assert.True(File.Exists(Path.Combine(folder, "bin", "Release", framework, "SeveralFrameworks.dll")));
    }

    [PackageFact]
    public async Task UnsafeCodeForbidden_IsNG0014()
    {
        var build = await feed.BuildAsync(feed.Consumer("Trains"), "build", "-p:AllowUnsafeBlocks=false");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("error NG0014: The code generated for 'Stripes' uses pointers", build.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("error CS0227", build.Output, StringComparison.Ordinal);
    }

    [PackageFact]
    public async Task OlderCompiler_IsNG0013()
    {
        var build = await feed.BuildAsync(feed.Consumer("Trains"), "build", "-p:CompilerApiVersion=roslyn4.8");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("error NG0013: NetGen needs", build.Output, StringComparison.Ordinal);
        Assert.Contains(" 1 Error(s)", build.Output, StringComparison.Ordinal);
    }

    /// <summary>The output of <c>Consumers/Trains</c> is that of a network which learned.</summary>
    internal static void Learned(Outcome run)
    {
        var loss = run.Numbers("loss");
        Assert.InRange(loss[0], 1, 2);
        Assert.InRange(loss[1], 0, 0.5);
        Assert.InRange(run.Numbers("validation")[1], 0.95, 1);
        Assert.Equal([200, 200], run.Numbers("right"));
        Assert.Contains("loaded equal", run.Output, StringComparison.Ordinal);
    }

    static string[] Entries(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Select(e => e.FullName).Where(IsContent).Order(StringComparer.Ordinal)];

        static bool IsContent(string name) => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name[0] != '[';
    }

    XElement[] Dependencies(string id) => [.. Nuspec(id).Descendants().Where(e => e.Name.LocalName == "dependency")];

    XDocument Nuspec(string id)
    {
        using var archive = ZipFile.OpenRead(feed.Package(id));
        using var nuspec = archive.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(nuspec);
    }
}
