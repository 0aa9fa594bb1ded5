using System.Reflection;

[assembly: AssemblyFixture(typeof(NetGen.Package.Tests.PackageFeed))]

namespace NetGen.Package.Tests;

/// <summary>The packages, freshly packed under a version that no cache can hold, and a place for projects that use them.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    const string Switch = "NETGEN_PACKAGE_TESTS";

    static readonly string Repository =
        typeof(PackageFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!;

    DirectoryInfo? _folder;

    /// <summary>They take minutes: continuous integration always runs them, others when asked to.</summary>
    public static bool IsWanted =>
        Environment.GetEnvironmentVariable(Switch) is { Length: > 0 } wanted ? wanted != "0" : Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>What a test that isn't wanted says.</summary>
    public const string Reason = $"Packs and publishes, which takes minutes. Set {Switch}=1 to run it, as continuous integration does.";

    public string Version { get; } = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    string Root => _folder!.FullName;

    string Packages => Path.Combine(Root, "built", "package", "release");

    public async ValueTask InitializeAsync()
    {
        if (!IsWanted)
            return;
        _folder = Directory.CreateTempSubdirectory("netgen-package-");
        foreach (var project in (string[])["NetGen", "NetGen.Data", "NetGen.Data.Images", "NetGen.Reporting"])
        {
            // All that is built goes to the temporary folder, so that other builds of the repository aren't disturbed.
            (await Dotnet.SdkAsync(Repository, "pack", $"src/{project}", "-c", "Release", "--artifacts-path", Path.Combine(Root, "built"), $"-p:Version={Version}", "-v", "quiet"))
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

    /// <summary>Restores and builds or publishes a consumer, with a package folder of its own that starts empty. What isn't NetGen's may come from the machine's.</summary>
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
