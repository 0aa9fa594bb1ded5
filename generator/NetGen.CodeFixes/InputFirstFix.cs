using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>NG0004: moves a network's input before its first layer.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InputFirstFix)), Shared]
public sealed class InputFirstFix() : TextFix("NG0004")
{
    /// <summary>What an editor calls it.</summary>
    public const string Title = "Move the input to the front";

    private protected override IEnumerable<(string Title, TextChange[] Changes)> Fixes(
        SyntaxNode node, SourceText text, SemanticModel model, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<AttributeSyntax>() is not { Parent.Parent: TypeDeclarationSyntax declaration } layer) yield break;
        var input = Elements.Of(declaration, model, cancellation).Find(a => Elements.IsInput(a.Kind)).Syntax;
        if (input is not null) yield return (Title, [Edits.InsertBefore(layer, input.ToString(), text), Edits.Remove(input, text)]);
    }
}
