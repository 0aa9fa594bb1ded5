using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>Many declarations in one project.</summary>
static class DeclarationBuild
{
    /// <summary>A layer of somebody else's.</summary>
    const string Outside = "namespace Outside { public sealed class SquareAttribute : global::NetGen.LayerAttribute; }\n";

    /// <summary>Has the runtime compile the project's methods as they stand, in a fifth of the time that optimising them takes.</summary>
    const string Unoptimized =
        "[assembly: global::System.Diagnostics.Debuggable(global::System.Diagnostics.DebuggableAttribute.DebuggingModes.DisableOptimizations)]\n";

    public static Consumer Project(IEnumerable<RandomDeclaration> declarations) =>
        declarations.Aggregate(new Consumer().With("Outside.cs", Outside), (project, declaration) => project.With(declaration.Path, declaration.Source));

    /// <summary>
    /// Builds and loads declarations, and fails, naming the first at fault, where one doesn't come out as expected. Networks get the kernels of one width of
    /// vectors, by the first one's number, and none are optimised by the runtime, which takes a small part of the time; or all, among which they choose by the
    /// processor, optimised as in a user's program.
    /// </summary>
    /// <param name="declarations">The declarations.</param>
    /// <param name="allWidths">Whether there are kernels of all widths.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <param name="more">What the project references beside NetGen; others may refer to its assembly then, which isn't unloaded.</param>
    public static (Compilation Compilation, LoadedProgram Program) Load(IReadOnlyList<RandomDeclaration> declarations, bool allWidths,
        CancellationToken cancellation, params ImmutableArray<MetadataReference> more)
    {
        var project = Project(declarations) with { MoreReferences = more };
        if (!allWidths)
        {
            var width = KernelTrees.Widths[declarations[0].Number / declarations.Count % KernelTrees.Widths.Length];
            project = project.With("Unoptimized.cs", Unoptimized) with { Vectors = width.ToString(CultureInfo.InvariantCulture) };
        }
        // Chunks of declarations are built side by side.
        Compilation compilation = project.CreateCompilation();
        compilation = compilation.WithOptions(((CSharpCompilationOptions)compilation.Options).WithConcurrentBuild(false));
        var driver = project.CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var generatorDiagnostics, cancellation);
        var generated = driver.GetRunResult().GeneratedTrees.ToLookup(tree => declarations.FirstOrDefault(d => IsOf(tree.FilePath, d))?.Number);
        var emitted = Build.Emit(output, out var image, cancellation);
        var byFile = generatorDiagnostics.Concat(emitted.Diagnostics).ToLookup(d => d.Location.SourceTree?.FilePath ?? "");
        foreach (var declaration in declarations)
        {
            // Names in lower case, which C# would rather keep for itself, are the declaration's own.
            var visible = byFile.Where(file => file.Key == declaration.Path || IsOf(file.Key, declaration)).SelectMany(file => file)
                .Where(d => d.Severity > DiagnosticSeverity.Hidden && d.Id != "CS8981" && (declaration.Expected is null
                    || d.Location.SourceTree?.FilePath != declaration.Path)).ToList();
            Assert.True(visible.Count == 0, $"{declaration}\n{Build.Describe(visible)}");
            var files = generated[declaration.Number].Count();
            Assert.True(files > 0 == declaration.Expected is null, $"{declaration}\ngave {files} files.");
        }
        Assert.True(emitted.Success && !byFile[""].Any(d => d.Severity > DiagnosticSeverity.Hidden), Build.Describe(emitted.Diagnostics));
        var context = new AssemblyLoadContext(output.AssemblyName, isCollectible: more.IsEmpty);
        return (output, new(context, context.LoadFromStream(new MemoryStream([.. image]))));
    }

    static bool IsOf(string path, RandomDeclaration declaration) => path.Contains($".N{LayerStack.Text(declaration.Number)}.", StringComparison.Ordinal);

    /// <summary>As <see cref="Load"/>, by the analyzer and the compiler's passes alone.</summary>
    public static void CheckDiagnostics(IReadOnlyList<RandomDeclaration> declarations, CancellationToken cancellation)
    {
        var compilation = Project(declarations).CreateCompilation();
        var diagnostics = compilation.WithAnalyzers([new NetworkAnalyzer()]).GetAnalyzerDiagnosticsAsync(cancellation).GetAwaiter().GetResult();
        Assert.DoesNotContain(diagnostics, d => d.Id == "AD0001");
        var byFile = diagnostics.ToLookup(d => d.Location.SourceTree?.FilePath ?? "");
        foreach (var declaration in declarations)
        {
            AssertExpected(declaration, byFile[declaration.Path]);
            // What the passes after the analyzer's do takes longer, and is for those that compile.
            if (declaration.Expected is not null || declaration.Number % 4 != 0 || Model(compilation, declaration) is not { } model) continue;
            var network = Guarded.Compile(model, VectorWidths.All, cancellation);
            Assert.True(network.Errors.Count == 0, $"{declaration}\ncompiled with errors {string.Join(", ", network.Errors.Select(e => $"{e.Id} {string.Join(", ", e.Arguments)}"))}.");
        }
    }

    /// <summary>What a declaration was parsed to.</summary>
    public static NetworkModel? Model(Compilation compilation, RandomDeclaration declaration) =>
        compilation.GetTypeByMetadataName(declaration.TypeName) is { } type ? DeclarationParser.Parse(type, compilation, default)?.Model : null;

    static void AssertExpected(RandomDeclaration declaration, IEnumerable<Diagnostic> diagnostics)
    {
        ImmutableArray<Diagnostic> own = [.. diagnostics.Where(d => d.Id.StartsWith("NG", StringComparison.Ordinal) || d.Id is "AD0001" or "CS8785")];
        var ids = own.Select(d => d.Id).Distinct().ToList();
        string[] expected = declaration.Expected is { } id ? [id] : [];
        Assert.True(ids.SequenceEqual(expected), $"{declaration}\n{Build.Describe(own)}");
    }
}
