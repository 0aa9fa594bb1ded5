using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>NG0019 and NG0034: removes a second input or loss of a network, and the input or loss of a block.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveElementFix)), Shared]
public sealed class RemoveElementFix() : TextFix("NG0019", "NG0034")
{
    /// <summary>What an editor calls it.</summary>
    public const string Title = "Remove it";

    private protected override IEnumerable<(string Title, TextChange[] Changes)> Fixes(
        SyntaxNode node, SourceText text, SemanticModel model, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<AttributeSyntax>() is not { Parent.Parent: TypeDeclarationSyntax declaration } attribute) yield break;
        var elements = Elements.Of(declaration, model, cancellation);
        if (IsSecond(attribute, elements) || elements.Exists(a => a.Kind == "Block")) yield return (Title, [Edits.Remove(attribute, text)]);
    }

    /// <summary>Whether an attribute is an input or a loss, and there is one before it.</summary>
    internal static bool IsSecond(AttributeSyntax attribute, List<(AttributeSyntax Syntax, string? Kind)> elements)
    {
        var kind = elements.Find(a => a.Syntax == attribute).Kind;
        return elements.TakeWhile(a => a.Syntax != attribute).Any(a => kind == "Loss" ? a.Kind == "Loss" : Elements.IsInput(kind) && Elements.IsInput(a.Kind));
    }
}
