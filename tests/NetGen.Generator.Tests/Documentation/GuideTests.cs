using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Documentation;

/// <summary>The examples of each guide are one program, and it compiles.</summary>
public sealed partial class GuideTests
{
    /// <summary>What a new project has without asking.</summary>
    const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    [Theory]
    [InlineData("README.md"), InlineData("docs/getting-started.md"), InlineData("docs/language.md"), InlineData("docs/training.md")]
    [InlineData("docs/data.md"), InlineData("docs/forward.md"), InlineData("docs/generation.md"), InlineData("docs/sequences.md")]
    public void Examples_Compile(string guide)
    {
        var build = Program(guide).Build();
        // An example may leave the reader something to call.
        var errors = build.Visible.Where(d => d.Id != "CS8321").ToArray();
        if (errors.Length > 0) Assert.Fail(Build.Describe(errors));
    }

    [Fact]
    public void Language_HasEveryAttributeAndEveryProperty()
    {
        var language = Read("docs/language.md");
        // By name, since the generator has the attributes too.
        var runtime = typeof(ParameterSet).Assembly;
        foreach (var attribute in runtime.GetExportedTypes().Where(t => t.Namespace == "NetGen" && t.IsSubclassOf(typeof(Attribute)) && !t.IsAbstract))
        {
            Assert.Contains($"`{attribute.Name[..^nameof(Attribute).Length]}`", language, StringComparison.Ordinal);
            foreach (var property in attribute.GetProperties().Where(p => p.CanWrite && p.Name != "Name"))
                Assert.Contains($"*`{property.Name}`*", language, StringComparison.Ordinal);
        }
        foreach (var loss in Enum.GetNames(runtime.GetType("NetGen.Loss", throwOnError: true)!))
            Assert.Contains($"`Loss.{loss}`", language, StringComparison.Ordinal);
        foreach (var initializer in Enum.GetNames(runtime.GetType("NetGen.Init", throwOnError: true)!))
            Assert.Contains($"`Init.{initializer}`", language, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("README.md"), InlineData("docs/getting-started.md"), InlineData("docs/language.md"), InlineData("docs/training.md")]
    [InlineData("docs/data.md"), InlineData("docs/generated-code.md"), InlineData("docs/contributing.md"), InlineData("docs/diagnostics/README.md")]
    [InlineData("docs/deployment.md"), InlineData("docs/forward.md"), InlineData("docs/generation.md"), InlineData("docs/sequences.md")]
    public void Links_LeadToFiles(string guide)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, guide))!;
        foreach (Match link in Link().Matches(Code().Replace(Read(guide), "")))
        {
            var target = link.Groups["target"].Value;
            if (!target.StartsWith("https://", StringComparison.Ordinal))
                Assert.True(Path.Exists(Path.Combine(folder, target)), $"{guide} links to {target}, which isn't there.");
        }
    }

    /// <summary>All examples in one file: what they use, what they do, what they declare.</summary>
    static Consumer Program(string guide)
    {
        var parts = Example().Matches(Read(guide)).Select(match => SyntaxFactory.ParseCompilationUnit(match.Groups["source"].Value)).ToArray();
        Assert.NotEmpty(parts);
        var usings = parts.SelectMany(part => part.Usings).Select(u => u.ToFullString()).Distinct(StringComparer.Ordinal);
        var statements = parts.SelectMany(part => part.Members).OfType<GlobalStatementSyntax>().Select(s => s.ToFullString()).ToArray();
        var types = parts.SelectMany(part => part.Members).Where(m => m is not GlobalStatementSyntax).Select(m => m.ToFullString());
        var source = string.Concat([.. usings, .. statements, .. types]);
        var consumer = new Consumer { CompilesKernels = false }.With("Usings.cs", ImplicitUsings).With("Program.cs", source);
        return consumer with
        {
            LanguageVersion = LanguageVersion.Latest,
            MoreReferences = [Reference("NetGen.Data"), Reference("NetGen.Data.Images")],
            OutputKind = statements.Length > 0 ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
        };
    }

    static MetadataReference Reference(string assembly) => MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

    static string Read(string guide) => File.ReadAllText(Path.Combine(Repository.Root, guide));

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"```csharp\n(?<source>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"\]\((?<target>[^)#]+)[^)]*\)")]
    private static partial Regex Link();
}
