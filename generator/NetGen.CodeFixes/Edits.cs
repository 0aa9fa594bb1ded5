using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.CodeFixes;

/// <summary>Changes of the text around attributes.</summary>
static class Edits
{
    public static TextChange Insert(int position, string inserted) => new(new(position, 0), inserted);

    /// <summary>Puts an attribute before another one: into its brackets, or into brackets of its own where the other one stands alone in them.</summary>
    public static TextChange InsertBefore(AttributeSyntax attribute, string inserted, SourceText text) => attribute.Parent is AttributeListSyntax { Attributes.Count: 1 } list
        ? InsertBefore(list.SpanStart, inserted, text)
        : Insert(attribute.SpanStart, inserted + ", ");

    /// <summary>Puts an attribute in brackets before what is at a position: on a line of its own where that begins one.</summary>
    public static TextChange InsertBefore(int position, string inserted, SourceText text)
    {
        var line = text.Lines.GetLineFromPosition(position);
        var indentation = text.ToString(TextSpan.FromBounds(line.Start, position));
        var lineBreak = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
        var gap = indentation.Trim().Length > 0 ? " " : (lineBreak.Length > 0 ? lineBreak : "\n") + indentation;
        return Insert(position, $"[{inserted}]{gap}");
    }

    /// <summary>Takes an attribute away with its comma, or with its brackets and the line that they leave empty.</summary>
    public static TextChange Remove(AttributeSyntax attribute, SourceText text)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        var index = list.Attributes.IndexOf(attribute);
        if (list.Attributes.Count == 1)
        {
            var start = list.SpanStart;
            var end = AfterSpaces(list.Span.End, text);
            while (start > 0 && text[start - 1] is ' ' or '\t') start--;
            var line = text.Lines.GetLineFromPosition(end);
            var isWholeLine = end == line.End && start == text.Lines.GetLineFromPosition(start).Start;
            return Delete(isWholeLine ? start : list.SpanStart, isWholeLine ? line.EndIncludingLineBreak : end);
        }
        if (index + 1 < list.Attributes.Count)
        {
            var comma = list.Attributes.GetSeparator(index);
            return Delete(attribute.SpanStart, HasComment(comma) ? AfterSpaces(comma.Span.End, text) : list.Attributes[index + 1].SpanStart);
        }
        // A comma may be the last in the brackets.
        var before = list.Attributes.GetSeparator(index - 1);
        return Delete(HasComment(before) ? attribute.SpanStart : before.SpanStart, attribute.Span.End);
    }

    static TextChange Delete(int start, int end) => new(TextSpan.FromBounds(start, end), "");

    static int AfterSpaces(int position, SourceText text)
    {
        while (position < text.Length && text[position] is ' ' or '\t') position++;
        return position;
    }

    /// <summary>Whether there is more than spaces and line breaks between a comma and what follows it.</summary>
    static bool HasComment(SyntaxToken comma) =>
        comma.TrailingTrivia.Concat(comma.GetNextToken().LeadingTrivia).Any(trivia => trivia.ToString().Trim().Length > 0);
}
