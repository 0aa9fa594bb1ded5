using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.Generator.Tests.Harness;

/// <summary>Assertions on a marked source.</summary>
public static class Expect
{
    /// <summary>
    /// Builds a source whose marked spans <c>{|NG0007:Linear(128)|}</c> are exactly NetGen's diagnostics, and gives these in source order.
    /// An erroneous network generates nothing, so the compiler may have more to say, but never inside generated code.
    /// </summary>
    public static ImmutableArray<Diagnostic> Diagnostics(string marked, Func<Consumer, Consumer>? configure = null)
    {
        var markup = Markup.Parse(Consumer.Usings + marked);
        var consumer = Consumer.Of(marked);
        var build = (configure?.Invoke(consumer) ?? consumer).Build();
        AssertExact(build, "Source.cs", markup);
        return build.NetGenDiagnostics;
    }

    /// <summary>As <see cref="Diagnostics"/>, for one diagnostic with this message.</summary>
    public static void Diagnostic(string marked, string message, Func<Consumer, Consumer>? configure = null)
    {
        var diagnostic = Assert.Single(Diagnostics(marked, configure));
        Assert.Equal(message, diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    /// <summary>Asserts that NetGen's diagnostics are the marked ones.</summary>
    public static void AssertExact(Build build, string path, Markup markup)
    {
        var expected = markup.Spans.Select(span => Line(span.Id ?? "?", span.Span, markup.Text)).Order(StringComparer.Ordinal);
        var actual = build.NetGenDiagnostics
            .Select(d => d.Location.SourceTree?.FilePath == path ? Line(d.Id, d.Location.SourceSpan, markup.Text) : $"{d.Id} at {d.Location}")
            .Order(StringComparer.Ordinal);
        Assert.True(expected.SequenceEqual(actual), $"Expected:\n{string.Join('\n', expected)}\nActual:\n{Build.Describe(build.NetGenDiagnostics)}");
        Assert.DoesNotContain(build.Visible, d => d.Id is "CS8785" or "AD0001" || d.Location.SourceTree is { } tree && build.GeneratedTrees.Contains(tree));
    }

    static string Line(string id, TextSpan span, string text) => $"{id} at {span}: {text[span.Start..span.End]}";
}
