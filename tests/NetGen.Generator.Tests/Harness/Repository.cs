using System.Runtime.CompilerServices;

namespace NetGen.Generator.Tests.Harness;

/// <summary>The folder of the sources, for tests of what is written beside the code.</summary>
public static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../.."));

    static string Here([CallerFilePath] string path = "") => path;
}
