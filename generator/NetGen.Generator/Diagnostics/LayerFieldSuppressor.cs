using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Diagnostics;

/// <summary>
/// Takes back what the C# compiler and its analyzers say of fields that hold layers, and of Forward: that nothing sets them, or that nothing calls it. NetGen
/// reads both, and neither has a value when the program runs.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LayerFieldSuppressor : DiagnosticSuppressor
{
    /// <summary>What is taken back: fields that are never assigned, used, or could be readonly, and private methods that are never called.</summary>
    static readonly ImmutableArray<string> Ids =
        ["CS0649", "CS0169", "CS0414", "CS8618", "IDE0044", "IDE0051", "IDE0052", "CA1822", "CA1823"];

    static readonly ImmutableDictionary<string, SuppressionDescriptor> ById = Ids.ToImmutableDictionary(id => id,
        id => new SuppressionDescriptor("NGS" + id, id, "NetGen reads the fields and the Forward of a network while the project builds."), StringComparer.Ordinal);

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [.. Ids.Select(id => ById[id])];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree || !ById.TryGetValue(diagnostic.Id, out var descriptor)) continue;
            var node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            var declaration = node.FirstAncestorOrSelf<SyntaxNode>(n => n is VariableDeclaratorSyntax or MethodDeclarationSyntax or FieldDeclarationSyntax);
            if (declaration is FieldDeclarationSyntax { Declaration.Variables: [var only] }) declaration = only;
            var isRead = declaration is not null && context.GetSemanticModel(tree).GetDeclaredSymbol(declaration, context.CancellationToken) switch
            {
                IFieldSymbol field => IsNetworkOrBlock(field.ContainingType) && ForwardFields.IsForwardField(field),
                IMethodSymbol method => method.Name == ForwardParser.MethodName && IsNetworkOrBlock(method.ContainingType),
                _ => false,
            };
            if (isRead) context.ReportSuppression(Suppression.Create(descriptor, diagnostic));
        }
    }

    static bool IsNetworkOrBlock(INamedTypeSymbol? type) => type is not null
        && type.GetAttributes().Any(a => WellKnownTypes.IsNetworkAttribute(a.AttributeClass) || WellKnownTypes.IsBlockAttribute(a.AttributeClass));
}
