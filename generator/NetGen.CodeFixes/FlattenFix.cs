using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>NG0007: flattens the input of a layer that needs a vector.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FlattenFix)), Shared]
public sealed class FlattenFix() : TextFix("NG0007")
{
    /// <summary>What an editor calls it in a stack.</summary>
    public const string Title = "Put [Flatten] before it";

    /// <summary>What an editor calls it in a Forward.</summary>
    public const string CallTitle = "Flatten its input";

    private protected override IEnumerable<(string Title, TextChange[] Changes)> Fixes(
        SyntaxNode node, SourceText text, SemanticModel model, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<AttributeSyntax>() is { Parent.Parent: TypeDeclarationSyntax } attribute)
        {
            // A block of another assembly, which is used here, may need it anywhere within.
            if (NeedsVector(Elements.KindOf(attribute, model, cancellation)))
                yield return (Title, [Edits.InsertBefore(attribute, Elements.NameBeside(attribute, "Flatten"), text)]);
        }
        else if (node is InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var input }] } call
            && IsLayer(call.Expression, model, cancellation) && model.Compilation.GetTypeByMetadataName("NetGen.Functions") is { } functions)
        {
            var isInScope = model.LookupSymbols(input.SpanStart, name: "Flatten").Any(s => SymbolEqualityComparer.Default.Equals(s.ContainingType, functions));
            var function = isInScope ? "Flatten" : functions.ToMinimalDisplayString(model, input.SpanStart) + ".Flatten";
            yield return (CallTitle, [Edits.Insert(input.SpanStart, function + "("), Edits.Insert(input.Span.End, ")")]);
        }
    }

    /// <summary>Whether a field, or an element of one, is called that is such a layer, rather than a block.</summary>
    static bool IsLayer(ExpressionSyntax called, SemanticModel model, CancellationToken cancellation)
    {
        if (called is ElementAccessExpressionSyntax { Expression: var array }) called = array;
        return model.GetSymbolInfo(called, cancellation).Symbol is IFieldSymbol field
            && field.GetAttributes().Any(a => NeedsVector(Elements.KindOf(a.AttributeClass)));
    }

    static bool NeedsVector(string? kind) => kind is "Linear" or "TiedLinear" or "SwiGLU" or "MixtureOfExperts";
}
