using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Parsing;
using NetGen.Generator.Weights;

namespace NetGen.Generator.Diagnostics;

/// <summary>Reports what is wrong with the declaration of a network or a block while it is typed. In a build <see cref="GeneratorDiagnostics"/> does.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NetworkAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        // A network in a file that counts as generated is still one.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    static EquatableArray<WeightsFile> WeightsOf(Declaration declaration, SymbolAnalysisContext context) => declaration.Checkable?.Weights is null
        ? []
        : context.Options.AdditionalFiles.Where(WeightsFile.Describes)
            .Select(file => WeightsFile.Parse(file.GetText(context.CancellationToken)?.ToString() ?? ""))
            .OfType<WeightsFile>()
            .ToEquatableArray();

    static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var isBuild = GeneratorDiagnostics.ReportsErrors(context.Options.AnalyzerConfigOptionsProvider.GlobalOptions);
        if (Guarded.Parse(type, context.Compilation, context.CancellationToken) is { } declaration)
        {
            if (isBuild) return;
            foreach (var diagnostic in Reporting.Of(declaration, WeightsOf(declaration, context))) context.ReportDiagnostic(diagnostic);
        }
        else if (Guarded.ParseBlock(type, context.Compilation, context.CancellationToken) is { } errors)
        {
            if (isBuild) return;
            foreach (var error in errors) context.ReportDiagnostic(Reporting.Of(error.Error, error.Location));
        }
        else if (DeclarationParser.FindOrphan(type, context.CancellationToken) is { } orphan)
        {
            context.ReportDiagnostic(Reporting.Of(orphan.Error, orphan.Location));
        }
    }
}
