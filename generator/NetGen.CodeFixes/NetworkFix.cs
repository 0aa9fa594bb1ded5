using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>NG0011: makes a class that has layers a network, or a block where nothing in it is a network's alone.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NetworkFix)), Shared]
public sealed class NetworkFix() : TextFix("NG0011")
{
    /// <summary>What an editor calls it.</summary>
    public const string Title = "Make it a [Network]";

    /// <summary>What an editor calls the choice of a block.</summary>
    public const string BlockTitle = "Make it a [Block]";

    private protected override IEnumerable<(string Title, TextChange[] Changes)> Fixes(
        SyntaxNode node, SourceText text, SemanticModel model, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<AttributeSyntax>() is not { } first
            || first.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } declaration) yield break;
        var marked = Mark("Network");
        yield return (Title, Elements.IsPartial(declaration) ? [marked] : [marked, Edits.Insert(declaration.Keyword.SpanStart, "partial ")]);
        if (!IsNetwork(declaration, model, cancellation)) yield return (BlockTitle, [Mark("Block")]);

        TextChange Mark(string kind)
        {
            var name = Elements.NameBeside(first, kind);
            return first.Parent?.Parent == declaration ? Edits.Insert(first.SpanStart, name + ", ") : Edits.InsertBefore(declaration.SpanStart, name, text);
        }
    }

    /// <summary>Whether a class has something that blocks don't: an input with a shape, a loss or a file of weights.</summary>
    static bool IsNetwork(ClassDeclarationSyntax declaration, SemanticModel model, CancellationToken cancellation) =>
        declaration.AttributeLists
            .Concat(declaration.Members.OfType<MethodDeclarationSyntax>().SelectMany(method => method.ParameterList.Parameters).SelectMany(p => p.AttributeLists))
            .SelectMany(list => list.Attributes)
            .Any(attribute => Elements.KindOf(attribute, model, cancellation) is "Input" or "Sequence" or "Shape" or "Loss" or "Weights");
}
