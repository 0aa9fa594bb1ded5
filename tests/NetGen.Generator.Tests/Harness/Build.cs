using System.Collections.Immutable;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using NetGen.Assemblies;

namespace NetGen.Generator.Tests.Harness;

/// <summary>What a consumer's build came to.</summary>
/// <param name="Compilation">The project with the generated files.</param>
/// <param name="GeneratedTrees">The generated files.</param>
/// <param name="Diagnostics">All of generator, analyzer and compiler, by file and position; hidden ones too.</param>
public sealed record Build(Consumer Consumer, CSharpCompilation Compilation, ImmutableArray<SyntaxTree> GeneratedTrees, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>NetGen's diagnostics.</summary>
    public ImmutableArray<Diagnostic> NetGenDiagnostics => [.. Diagnostics.Where(d => d.Id.StartsWith("NG", StringComparison.Ordinal))];

    /// <summary>Everything above hidden.</summary>
    public ImmutableArray<Diagnostic> Visible => [.. Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Hidden)];

    /// <summary>The generated files' names, in ordinal order.</summary>
    public ImmutableArray<string> FileNames => [.. GeneratedTrees.Select(tree => Path.GetFileName(tree.FilePath)).Order(StringComparer.Ordinal)];

    /// <summary>The text of a generated file.</summary>
    public string File(string name)
    {
        var tree = GeneratedTrees.SingleOrDefault(tree => Path.GetFileName(tree.FilePath) == name);
        return tree?.ToString() ?? throw new ArgumentException($"No file '{name}' was generated; there are: {string.Join(", ", FileNames)}.", nameof(name));
    }

    /// <summary>Fails with the text of every diagnostic above hidden where there is one.</summary>
    public Build AssertClean()
    {
        if (Visible.Length > 0) Assert.Fail(Describe(Visible));
        return this;
    }

    /// <summary>The assembly, where it was asked for and there are no errors; default otherwise.</summary>
    public ImmutableArray<byte> Image { get; init; }

    /// <summary>Loads the project, collectible, beside the test's own NetGen, and emits it before if need be. Dispose to unload.</summary>
    public LoadedProgram Load()
    {
        var errors = Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToImmutableArray();
        if (errors.Length > 0) Assert.Fail(Describe(errors));
        var image = Image;
        if (image.IsDefault)
        {
            var emitted = Emit(Compilation, out image, TestContext.Current.CancellationToken);
            if (!emitted.Success) Assert.Fail(Describe(emitted.Diagnostics));
        }
        var context = new AssemblyLoadContext(Compilation.AssemblyName, isCollectible: true);
        byte[] assembly = Consumer.WeightsFile.Length == 0 ? [.. image] : WithWeights([.. image], Consumer.WeightsFile);
        return new(context, context.LoadFromStream(new MemoryStream(assembly)));
    }

    /// <summary>The assembly with its weights, as the build's task makes it.</summary>
    static byte[] WithWeights(byte[] image, string file)
    {
        using var output = new MemoryStream();
        var context = new BuiltAssembly(ImmutableDictionary<string, string>.Empty);
        try
        {
            WeightsEmbedding.Apply(image, output, (place, stream) => BuiltAssembly.Write(context.Load(image), place, file, stream));
        }
        finally
        {
            context.Unload();
        }
        return output.ToArray();
    }

    /// <summary>Writes the assembly, and finds on the way what the compiler has to say.</summary>
    public static EmitResult Emit(Compilation compilation, out ImmutableArray<byte> image, CancellationToken cancellation)
    {
        using var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly, cancellationToken: cancellation);
        image = emitted.Success ? [.. assembly.ToArray()] : default;
        return emitted;
    }

    /// <summary>Each diagnostic with the line that it stands on.</summary>
    public static string Describe(IEnumerable<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (var diagnostic in diagnostics)
        {
            text.Append(diagnostic).Append('\n');
            if (diagnostic.Location.SourceTree is not { } tree) continue;
            var line = tree.GetText().Lines.GetLineFromPosition(diagnostic.Location.SourceSpan.Start);
            text.Append("    ").Append(line.ToString().Trim()).Append('\n');
        }
        return text.ToString();
    }
}
