using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace NetGen.Generator.Tests.Harness;

/// <summary>An <c>.editorconfig</c> and the global one that NetGen's targets add to a build, as the compiler hands them to analyzers and to itself.</summary>
sealed class EditorConfigOptions
{
    readonly AnalyzerConfigSet configs;

    public EditorConfigOptions(string text, bool isBuild, string vectors = "")
    {
        var global = isBuild ? File.ReadAllText(Path.Combine(Repository.Root, "src/NetGen/build/NetGen.Build.globalconfig")) : "is_global = true\n";
        if (vectors.Length > 0) global += $"build_property.NetGenVectors = {vectors}\n";
        configs = AnalyzerConfigSet.Create(new[] { AnalyzerConfig.Parse(text, "/.editorconfig"), AnalyzerConfig.Parse(global, "/.globalconfig") });
        ForCompilation = new TreeOptions(this);
        ForAnalyzers = new Provider(this);
    }

    public SyntaxTreeOptionsProvider ForCompilation { get; }

    public AnalyzerConfigOptionsProvider ForAnalyzers { get; }

    AnalyzerConfigOptionsResult Of(string path) => configs.GetOptionsForSourcePath("/" + path.TrimStart('/'));

    sealed class TreeOptions(EditorConfigOptions owner) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
            owner.Of(tree.FilePath).TreeOptions.TryGetValue(diagnosticId, out severity);

        public override bool TryGetGlobalDiagnosticValue(string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic severity) =>
            owner.configs.GlobalConfigOptions.TreeOptions.TryGetValue(diagnosticId, out severity);
    }

    sealed class Provider(EditorConfigOptions owner) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => new Options(owner.configs.GlobalConfigOptions.AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Options(owner.Of(tree.FilePath).AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Options(owner.Of(textFile.Path).AnalyzerOptions);
    }

    sealed class Options(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
