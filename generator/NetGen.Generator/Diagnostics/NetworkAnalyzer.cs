using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Diagnostics;

/// <summary>Reports what is wrong with a network's declaration while it is typed. In a build <see cref="GeneratorDiagnostics"/> does.</summary>
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

    static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (Guarded.Parse(type, context.Compilation, context.CancellationToken) is { } declaration)
        {
            if (GeneratorDiagnostics.ReportsErrors(context.Options.AnalyzerConfigOptionsProvider.GlobalOptions)) return;
            foreach (var diagnostic in Reporting.Of(declaration)) context.ReportDiagnostic(diagnostic);
        }
        else if (DeclarationParser.FindOrphan(type, context.CancellationToken) is { } orphan)
        {
            context.ReportDiagnostic(Reporting.Of(orphan.Error, orphan.Location));
        }
    }
}
