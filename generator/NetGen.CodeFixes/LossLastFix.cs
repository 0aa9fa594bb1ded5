using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>NG0019: moves a network's loss behind its last layer.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LossLastFix)), Shared]
public sealed class LossLastFix() : TextFix("NG0019")
{
    /// <summary>What an editor calls it.</summary>
    public const string Title = "Move the loss to the end";

    private protected override IEnumerable<(string Title, TextChange[] Changes)> Fixes(
        SyntaxNode node, SourceText text, SemanticModel model, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<AttributeSyntax>() is not { Parent.Parent: TypeDeclarationSyntax declaration } misplaced) yield break;
        var elements = Elements.Of(declaration, model, cancellation);
        var loss = elements.Find(a => a.Kind == "Loss").Syntax;
        if (loss is null || loss.SpanStart >= misplaced.SpanStart || RemoveElementFix.IsSecond(misplaced, elements)) yield break;
        var last = elements.FindLast(a => Elements.IsInput(a.Kind) || Elements.IsLayer(a.Kind)).Syntax;
        // A loss in brackets of its own has them at the end too.
        var moved = loss.Parent is AttributeListSyntax { Attributes.Count: 1 }
            ? Edits.InsertBefore(last.Parent!.GetLastToken().GetNextToken().SpanStart, loss.ToString(), text)
            : Edits.Insert(last.Span.End, $", {loss}");
        yield return (Title, [Edits.Remove(loss, text), moved]);
    }
}
