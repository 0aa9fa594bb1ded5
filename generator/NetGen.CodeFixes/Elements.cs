using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.CodeFixes;

/// <summary>Tells what a class's attributes are to NetGen.</summary>
static class Elements
{
    /// <summary>The attribute's name, for one of NetGen's.</summary>
    public static string? KindOf(AttributeSyntax attribute, SemanticModel model, CancellationToken cancellation) =>
        KindOf(model.GetSymbolInfo(attribute, cancellation).Symbol?.ContainingType);

    /// <summary>The name of an attribute's class, for one of NetGen's.</summary>
    public static string? KindOf(INamedTypeSymbol? attribute)
    {
        const string Suffix = "Attribute";
        return attribute is { ContainingNamespace: { Name: "NetGen", ContainingNamespace.IsGlobalNamespace: true } } type
            && type.Name.EndsWith(Suffix, StringComparison.Ordinal) ? type.Name.Substring(0, type.Name.Length - Suffix.Length) : null;
    }

    /// <summary>The attributes of a type, in source order, with their kinds.</summary>
    public static List<(AttributeSyntax Syntax, string? Kind)> Of(TypeDeclarationSyntax declaration, SemanticModel model, CancellationToken cancellation) =>
        [.. declaration.AttributeLists.SelectMany(list => list.Attributes).Select(attribute => (attribute, KindOf(attribute, model, cancellation)))];

    public static bool IsInput(string? kind) => kind is "Input" or "Sequence";

    public static bool IsLayer(string? kind) => kind is not (null or "Network" or "Block" or "Input" or "Sequence" or "Loss" or "Weights");

    /// <summary>The name of another of NetGen's attributes, with the namespace where this one has it.</summary>
    public static string NameBeside(AttributeSyntax attribute, string kind) => attribute.Name switch
    {
        QualifiedNameSyntax { Left: var left } => $"{left}.{kind}",
        AliasQualifiedNameSyntax { Alias: var alias } => $"{alias}::{kind}",
        _ => kind,
    };

    public static bool IsPartial(TypeDeclarationSyntax declaration) => declaration.Modifiers.Any(SyntaxKind.PartialKeyword);
}
