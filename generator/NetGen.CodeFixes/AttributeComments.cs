using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.CodeFixes;

/// <summary>Finds the comments between attributes that would go with those that move.</summary>
/// <param name="Declaration">The class.</param>
/// <param name="Moved">Its attributes that move.</param>
sealed record AttributeComments(ClassDeclarationSyntax Declaration, HashSet<AttributeSyntax> Moved)
{
    /// <summary>The comments before an attribute, and those after it on its line, which don't stay where they are.</summary>
    public (IReadOnlyList<string> Before, string After) Of(AttributeSyntax attribute)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        if (!list.Attributes.Any(Moved.Contains)) return ([], "");
        var before = new List<SyntaxTrivia>();
        var after = new List<SyntaxTrivia>();
        var index = list.Attributes.IndexOf(attribute);
        var goes = list.Attributes.All(Moved.Contains);
        if (goes && index == 0)
        {
            // What is before the first attribute belongs to the class.
            if (list != Declaration.AttributeLists[0]) before.AddRange(list.GetLeadingTrivia());
            before.AddRange(list.OpenBracketToken.TrailingTrivia);
        }
        if (Moved.Contains(attribute))
        {
            before.AddRange(attribute.GetLeadingTrivia());
            // Arguments are written with the comments in them.
            var arguments = attribute.ArgumentList?.Arguments ?? default;
            after.AddRange(attribute.DescendantTrivia().Where(t => t.SpanStart >= attribute.SpanStart && !arguments.Any(a => a.Span.Contains(t.Span))));
        }
        if (index < list.Attributes.SeparatorCount) after.AddRange(Around(list.Attributes.GetSeparator(index)));
        if (goes && index == list.Attributes.Count - 1) after.AddRange(Around(list.CloseBracketToken));
        return (Texts(before), string.Join(" ", Texts(after)));
    }

    static IEnumerable<SyntaxTrivia> Around(SyntaxToken token) => token.LeadingTrivia.Concat(token.TrailingTrivia);

    static List<string> Texts(List<SyntaxTrivia> trivia) =>
        [.. trivia.Where(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia)).Select(t => t.ToFullString().Trim())];
}
