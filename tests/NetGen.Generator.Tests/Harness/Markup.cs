using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.Generator.Tests.Harness;

/// <summary>A source with marked spans: <c>[|Linear(10)|]</c>, or <c>{|NG0007:Linear(10)|}</c> with the diagnostic that is expected there.</summary>
public sealed record Markup(string Text, IReadOnlyList<MarkedSpan> Spans)
{
    public static Markup Parse(string marked)
    {
        var text = new StringBuilder(marked.Length);
        var open = new Stack<(string? Id, int Start)>();
        var spans = new List<MarkedSpan>();
        for (var i = 0; i < marked.Length; i++)
        {
            var two = i + 1 < marked.Length ? marked.AsSpan(i, 2) : default;
            if (two is "[|")
            {
                open.Push((null, text.Length));
                i++;
            }
            else if (two is "{|")
            {
                var colon = marked.IndexOf(':', i);
                open.Push((marked[(i + 2)..colon], text.Length));
                i = colon;
            }
            else if (two is "|]" or "|}" && open.Count > 0)
            {
                var (id, start) = open.Pop();
                spans.Add(new(id, TextSpan.FromBounds(start, text.Length)));
                i++;
            }
            else
            {
                text.Append(marked[i]);
            }
        }
        if (open.Count > 0) throw new FormatException("A marked span isn't closed.");
        return new(text.ToString(), [.. spans.OrderBy(span => span.Span.Start).ThenBy(span => span.Id, StringComparer.Ordinal)]);
    }
}

/// <summary>A span and the id expected on it, where one is written.</summary>
public sealed record MarkedSpan(string? Id, TextSpan Span);
