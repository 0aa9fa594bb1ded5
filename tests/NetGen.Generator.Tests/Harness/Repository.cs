namespace NetGen.Generator.Tests.Harness;

/// <summary>The folder of the sources, for tests of what is written beside the code.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>From where the tests are: deterministic builds hide the folder that the sources were in.</summary>
    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "NetGen.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests aren't in the repository.");
        return folder.FullName;
    }
}
