using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using NetGen.Tests;

[assembly: AssemblyFixture(typeof(NetGen.Package.Tests.PackageFeed))]

namespace NetGen.Package.Tests;

/// <summary>The packages, freshly packed under a version that no cache can hold, and a place for projects that use them.</summary>
public sealed partial class PackageFeed : IAsyncLifetime
{
    static readonly string Repository =
        typeof(PackageFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!;

    readonly Lazy<Task<Outcome>> _trains;

    DirectoryInfo? _folder;

    public PackageFeed() => _trains = new(BuildAndRunTrainsAsync);

    public string Version { get; } = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    string Root => _folder!.FullName;

    string Packages => Path.Combine(Root, "built", "package", "release");

    public async ValueTask InitializeAsync()
    {
        if (!Effort.IsFull)
            return;
        _folder = Directory.CreateTempSubdirectory("netgen-package-");
        foreach (var project in (string[])["NetGen", "NetGen.Data", "NetGen.Data.Images", "NetGen.Reporting", "NetGen.Gpu"])
        {
            // All that is built goes to the temporary folder, so that other builds of the repository aren't disturbed.
            (await Dotnet.SdkAsync(Repository, "pack", $"src/{project}", "-c", "Release", "--artifacts-path", Path.Combine(Root, "built"), $"-p:Version={Version}",
                "-p:ContinuousIntegrationBuild=true", "-v", "quiet"))
                .Succeeded();
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder?.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The path of a package, <c>.nupkg</c> or <c>.snupkg</c>.</summary>
    public string Package(string id, string extension = "nupkg") => Path.Combine(Packages, $"{id}.{Version}.{extension}");

    /// <summary>A copy of one of <c>Consumers/</c>, in a folder of its own.</summary>
    public string Consumer(string name)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Consumers", name);
        var folder = Directory.CreateDirectory(Path.Combine(Root, "consumers", $"{name}-{Guid.NewGuid():N}"));
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        return folder.FullName;
    }

    /// <summary>The text of a file of the repository.</summary>
    public static string Source(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Where a file of the repository is.</summary>
    public static string PathOf(string path) => Path.Combine(Repository, path);

    /// <summary>What <c>Consumers/Trains</c> says under the JIT, built and run once for all that ask.</summary>
    public Task<Outcome> TrainsAsync() => _trains.Value;

    async Task<Outcome> BuildAndRunTrainsAsync()
    {
        var folder = Consumer("Trains");
        (await BuildAsync(folder, "build")).Succeeded();
        return (await Dotnet.RunAsync(Path.Combine(folder, "bin", "Release", "net10.0", "Trains"), folder)).Succeeded();
    }

    /// <summary>A copy of one of <c>samples/</c> that takes NetGen's packages in place of its projects, in a folder of its own.</summary>
    /// <param name="name">The sample.</param>
    /// <param name="beside">Another sample that this one takes files of.</param>
    public string Sample(string name, string? beside = null)
    {
        var folder = Path.Combine(Root, "consumers", Guid.NewGuid().ToString("N"));
        if (beside is not null) CopySample(beside, Path.Combine(folder, beside));
        return CopySample(name, Path.Combine(folder, name));
    }

    static string CopySample(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(Repository, "samples", name)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        foreach (var settings in (string[])["Directory.Build.props", "Directory.Packages.props", ".editorconfig"])
            File.Copy(Path.Combine(Repository, settings), Path.Combine(folder, settings), overwrite: true);
        var project = Assert.Single(Directory.GetFiles(folder, "*.csproj"));
        const string Reference = "<PackageReference Include=\"{0}\" VersionOverride=\"$$(NetGenVersion)\" />";
        var text = InRepository().Replace(File.ReadAllText(project),
            $"<ItemGroup>{string.Format(CultureInfo.InvariantCulture, Reference, "NetGen")}</ItemGroup>");
        File.WriteAllText(project, OwnProject().Replace(text, string.Format(CultureInfo.InvariantCulture, Reference, "$1")));
        return folder;
    }

    [GeneratedRegex("""<Import Project="[^"]*NetGen\.InRepository\.props" />""")]
    private static partial Regex InRepository();

    [GeneratedRegex("""<ProjectReference Include="[^"]*/([\w.]+)\.csproj" />""")]
    private static partial Regex OwnProject();

    /// <summary>
    /// Restores and builds or publishes a consumer, with a package folder of its own that starts empty. What isn't NetGen's may come from the machine's.
    /// </summary>
    public Task<Outcome> BuildAsync(string folder, string command, params string[] properties) => Dotnet.SdkAsync(
        folder,
        [
            command, "-c", "Release", $"-p:NetGenVersion={Version}", $"-p:RestoreAdditionalProjectSources={Packages}",
            $"-p:RestorePackagesPath={Path.Combine(Root, "packages")}", $"-p:RestoreAdditionalProjectFallbackFolders={MachinePackages}", .. properties,
        ]);

    static string MachinePackages
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ??
                Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            return Directory.CreateDirectory(folder).FullName;
        }
    }
}
