using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Gradients;
using NetGen.Tests;

namespace NetGen.Generator.Tests.Harness;

/// <summary>A project that uses NetGen, in memory: its sources and its settings. <see cref="Build"/> compiles it with the generator and the analyzer.</summary>
/// <example><code>
/// var build = Consumer.Of("[NetGen.Network, …] public partial class Mlp;").Build();
/// build.AssertClean();
/// using var program = build.Load();
/// </code></example>
public sealed record Consumer
{
    /// <summary>What every source of <see cref="Of"/> starts with.</summary>
    public const string Usings = "using NetGen;\n";

    static readonly Lazy<ImmutableArray<MetadataReference>> FrameworkReferences = new(() =>
    {
        // The framework alone: the test's own assemblies contain the attributes a second time.
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location);
        return [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => string.Equals(Path.GetDirectoryName(path), framework, StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];
    });

    static readonly Lazy<MetadataReference> Runtime = new(() => MetadataReference.CreateFromFile(RuntimePath));

    static string RuntimePath => Path.Combine(AppContext.BaseDirectory, "NetGen.dll");

    /// <summary>The files, by path.</summary>
    public ImmutableSortedDictionary<string, string> Sources { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public LanguageVersion LanguageVersion { get; init; } = LanguageVersion.CSharp12;

    public NullableContextOptions Nullable { get; init; } = NullableContextOptions.Enable;

    public bool CheckOverflow { get; init; }

    public bool AllowUnsafe { get; init; } = true;

    public OptimizationLevel Optimization { get; init; } = OptimizationLevel.Release;

    public OutputKind OutputKind { get; init; } = OutputKind.DynamicallyLinkedLibrary;

    public DocumentationMode Documentation { get; init; } = DocumentationMode.Diagnose;

    public bool WarningsAsErrors { get; init; }

    /// <summary>Whether a public member without documentation is a warning, as in a project that writes a documentation file.</summary>
    public bool RequireDocumentation { get; init; }

    /// <summary>The text of an <c>.editorconfig</c> at the root, such as <c>[*.cs]\ndotnet_diagnostic.NG0007.severity = warning</c>.</summary>
    public string EditorConfig { get; init; } = "";

    /// <summary>The project's property NetGenVectors.</summary>
    public string Vectors { get; init; } = "";

    /// <summary>Whether this is a build, in which the generator reports the errors, rather than what an editor shows, where the analyzer does.</summary>
    public bool IsBuild { get; init; }

    /// <summary>The project's files of weights, as the build's task describes them.</summary>
    public ImmutableArray<AdditionalText> Weights { get; init; } = [];

    /// <summary>Where the file of weights is that comes into the program when it is loaded; none comes where this is empty.</summary>
    public string WeightsFile { get; init; } = "";

    /// <summary>Whether the analyzer runs.</summary>
    public bool RunAnalyzers { get; init; } = true;

    /// <summary>
    /// Whether the kernels' bodies are compiled, which takes most of the time, or kept out since the test isn't about them. Those for this process's vectors are,
    /// unless the project says for which or <see cref="CompilesAllWidths"/>.
    /// </summary>
    public bool CompilesKernels { get; init; } = true;

    /// <summary>Whether kernels for vectors that this process hasn't are compiled too where all tests are run. Those of one project in four are anyway.</summary>
    public bool CompilesAllWidths { get; init; }

    /// <summary>Whether NetGen.dll is referenced.</summary>
    public bool ReferencesRuntime { get; init; } = true;

    public ImmutableArray<MetadataReference> MoreReferences { get; init; } = [];

    /// <summary>A project of one file, which starts with <c>using NetGen;</c>. Marked spans are taken out.</summary>
    public static Consumer Of(string source) => new Consumer().With("Source.cs", Usings + source);

    /// <summary>The project with one more file, or another text in it. Nothing is put before the text; marked spans are taken out.</summary>
    public Consumer With(string path, string source) => this with { Sources = Sources.SetItem(path, Markup.Parse(source).Text) };

    /// <summary>The project's sources and settings without the generator's part.</summary>
    public CSharpCompilation CreateCompilation()
    {
        var parse = CreateParseOptions();
        var trees = Sources.Select(source => CSharpSyntaxTree.ParseText(SourceText.From(source.Value, Encoding.UTF8), parse, source.Key));
        var options = new CSharpCompilationOptions(OutputKind, allowUnsafe: AllowUnsafe, checkOverflow: CheckOverflow, optimizationLevel: Optimization,
            nullableContextOptions: Nullable, warningLevel: 9999, deterministic: true,
            generalDiagnosticOption: WarningsAsErrors ? ReportDiagnostic.Error : ReportDiagnostic.Default,
            specificDiagnosticOptions: [new("CS1591", RequireDocumentation ? ReportDiagnostic.Default : ReportDiagnostic.Suppress)])
            .WithSyntaxTreeOptionsProvider(Options.ForCompilation);
        ImmutableArray<MetadataReference> references = [.. FrameworkReferences.Value, .. MoreReferences];
        if (ReferencesRuntime) references = references.Add(Runtime.Value);
        return CSharpCompilation.Create("Consumer" + Guid.NewGuid().ToString("N"), trees, references, options);
    }

    /// <summary>The same ones in every run, and none in a process that is there for its own width.</summary>
    bool IsOneInFour => WidthTests.ExpectedBits is null && Sources.Sum(source => source.Value.Length) % 4 == 0;

    EditorConfigOptions Options => new(EditorConfig, IsBuild, Vectors);

    public CSharpParseOptions CreateParseOptions() => new(LanguageVersion, Documentation);

    /// <summary>A driver that has run nothing yet and tracks its steps.</summary>
    public GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new NetGenGenerator().AsSourceGenerator()], additionalTexts: Weights, parseOptions: CreateParseOptions(),
        optionsProvider: Options.ForAnalyzers,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs generator, compiler and analyzer, and writes the assembly where asked to, which takes less time than doing so afterwards.</summary>
    public Build Build(bool emit = false)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var driver = CreateDriver().RunGeneratorsAndUpdateCompilation(CreateCompilation(), out var output, out var generatorDiagnostics, cancellation);
        var result = driver.GetRunResult();
        var compilation = (CSharpCompilation)KernelTrees.WithoutBodies(output,
            width => !CompilesKernels || Vectors.Length == 0 && width != KernelTrees.ProcessorWidth && !(Effort.IsFull && (CompilesAllWidths || IsOneInFour)));
        ImmutableArray<Diagnostic> analyzerDiagnostics = [];
        CompilationWithAnalyzers? analysis = null;
        if (RunAnalyzers)
        {
            var options = new AnalyzerOptions(Weights, Options.ForAnalyzers);
            // Analyzing a compilation compiles what is in it, and kernels are compiled below.
            analysis = KernelTrees.WithoutBodies(output, _ => true).WithAnalyzers([new NetworkAnalyzer(), new LayerFieldSuppressor()], options);
            analyzerDiagnostics = analysis.GetAnalyzerDiagnosticsAsync(cancellation).GetAwaiter().GetResult();
        }
        ImmutableArray<byte> image = default;
        if (!emit || Harness.Build.Emit(compilation, out image, cancellation) is not { Success: true, Diagnostics: var compilerDiagnostics })
        {
            // Where a declaration has an error, no more is found than those of declarations.
            compilerDiagnostics = compilation.GetDiagnostics(cancellation);
        }
        var suppressible = new LayerFieldSuppressor().SupportedSuppressions.Select(s => s.SuppressedDiagnosticId).ToHashSet(StringComparer.Ordinal);
        if (analysis is not null && compilerDiagnostics.Any(d => suppressible.Contains(d.Id)))
        {
            var left = analysis.GetAllDiagnosticsAsync(cancellation).GetAwaiter().GetResult().Where(d => !d.IsSuppressed).Select(d => (d.Id, d.Location)).ToHashSet();
            compilerDiagnostics = [.. compilerDiagnostics.Where(d => !suppressible.Contains(d.Id) || left.Contains((d.Id, d.Location)))];
        }
        // The driver leaves what a pragma suppresses in its list, marked as such.
        ImmutableArray<Diagnostic> all =
            [.. generatorDiagnostics.Where(d => !d.IsSuppressed), .. analyzerDiagnostics, .. compilerDiagnostics];
        var ordered = all.OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(d => d.Location.SourceSpan.Start)
            .ThenBy(d => d.Id, StringComparer.Ordinal);
        return new(this, compilation, [.. result.GeneratedTrees], [.. ordered]) { Image = image };
    }
}
