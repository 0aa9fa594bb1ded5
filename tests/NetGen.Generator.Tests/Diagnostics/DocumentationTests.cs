using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>Every diagnostic has a page, and the page is true: its example causes the diagnostic, and its fixed one nothing.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>
    /// Another version of the package, a network without kernels for GPUs, which takes a reference, and a fault of NetGen's can't be shown in a source.
    /// </summary>
    static readonly string[] WithoutExample = ["NG0023", "NG0060", "NG9999"];

    public static TheoryData<string> Ids => [.. Descriptors.All.Select(d => d.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Page_HasTheTitle_AndItsHelpLinkLeadsThere(string id)
    {
        var descriptor = Descriptors.Get(id);
        Assert.StartsWith($"# {id}: {descriptor.Title}\n", Page(id), StringComparison.Ordinal);
        Assert.Equal($"https://github.com/netgen-dotnet/netgen/blob/main/docs/diagnostics/{id}.md", descriptor.HelpLinkUri);
        var severity = descriptor.DefaultSeverity.ToString().ToLowerInvariant();
        Assert.Contains($"| [{id}]({id}.md) | {severity} | {descriptor.Title} |\n", Page("README"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Example_CausesIt_WithTheMessageOfThePage_AndTheFixedOneDoesNot(string id)
    {
        var page = Page(id);
        var example = Example().Match(page);
        Assert.Equal(!WithoutExample.Contains(id), example.Success);
        if (!example.Success) return;

        var diagnostic = Assert.Single(Configure(example).Build().NetGenDiagnostics);
        Assert.Equal(id, diagnostic.Id);
        var message = diagnostic.GetMessage(CultureInfo.InvariantCulture);
        Assert.True(page.Contains($"\n> {message}\n", StringComparison.Ordinal), $"{id}.md lacks the message: {message}");

        var fixedExample = Fixed().Match(page);
        Assert.True(fixedExample.Success);
        // What is fixed in the project file has the same source.
        var source = fixedExample.Groups["language"].Value == "xml" ? example.Groups["source"].Value : fixedExample.Groups["source"].Value;
        (WeightsText.Fitting(Consumer.Of(source)) with { CompilesKernels = false }).Build().AssertClean();
    }

    static Consumer Configure(Match example)
    {
        var consumer = Consumer.Of(example.Groups["source"].Value);
        return example.Groups["setting"].Value switch
        {
            "" => consumer,
            "AllowUnsafeBlocks=false" => consumer with { AllowUnsafe = false },
            "NetGenVectors=1024" => consumer with { Vectors = "1024" },
            "weights=damaged" => consumer with { Weights = [WeightsText.Damaged("mlp.safetensors", WeightsText.Cut)] },
            "weights=other" => consumer with { Weights = [WeightsText.Sound("mlp.safetensors", WeightsText.Other)] },
            "LangVersion=11" => consumer with { LanguageVersion = LanguageVersion.CSharp11 },
            var other => throw new FormatException($"Unknown setting '{other}'."),
        };
    }

    static string Page(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs/diagnostics", name + ".md"));

    [GeneratedRegex(@"<!-- example ?(?<setting>[^ ]*) -->\n```csharp\n(?<source>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"<!-- fixed -->\n```(?<language>\w+)\n(?<source>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fixed();
}
