using System.Reflection;
using PublicApiGenerator;

namespace NetGen.Tests.PublicApi;

/// <summary>
/// What users of the packages can name: it changes on purpose, or not at all. With NETGEN_APPROVE=1 in the environment the test approves what it finds.
/// </summary>
public sealed partial class PublicApiTests
{
    static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void PublicApi_IsTheApprovedOne(string assembly)
    {
        var api = Assembly.Load(assembly).GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var approved = Path.Combine(Folder(), $"{assembly}.approved.txt");
        if (Environment.GetEnvironmentVariable("NETGEN_APPROVE") == "1")
        {
            File.WriteAllText(approved, api);
            return;
        }
        var (before, after) = (File.ReadAllText(approved).ReplaceLineEndings("\n").Split('\n'), api.Split('\n'));
        var (gone, added) = (before.Except(after).ToArray(), after.Except(before).ToArray());
        Assert.True(
            before.SequenceEqual(after),
            $"The public API of {assembly} has changed. Where that is right, run this test once more with NETGEN_APPROVE=1, and look at the change before committing it.\n" +
            string.Concat(gone.Select(line => $"- {line}\n")) + string.Concat(added.Select(line => $"+ {line}\n")));
    }

    // Deterministic builds hide where sources were.
    static string Folder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "NetGen.sln"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "tests", "NetGen.Tests", "PublicApi");
    }
}
