using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>NG0002: declares a network, or a type around it, partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PartialFix)), Shared]
public sealed class PartialFix() : TextFix("NG0002")
{
    /// <summary>What an editor calls it.</summary>
    public const string Title = "Make it partial";

    private protected override IEnumerable<(string Title, TextChange[] Changes)> Fixes(
        SyntaxNode node, SourceText text, SemanticModel model, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration)
            yield return (Title, [Edits.Insert(declaration.Keyword.SpanStart, "partial ")]);
    }
}
