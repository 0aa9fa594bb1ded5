namespace NetGen.Generator.Tests.Harness;

public sealed class HarnessTests
{
    [Fact]
    public void Markup_IsTakenOut_AndItsSpansAreKept()
    {
        var markup = Markup.Parse("a[|b|]c{|NG0001:d[|e|]|}f");
        Assert.Equal("abcdef", markup.Text);
        Assert.Equal([(null, "b"), ("NG0001", "de"), (null, "e")], markup.Spans.Select(span => (span.Id, markup.Text[span.Span.Start..span.Span.End])));
    }

    [Fact]
    public void Program_IsLoaded_AndRuns()
    {
        using var program = Consumer.Of("public static class Program { public static int Add(int a, int b) => a + b; }").Build().AssertClean().Load();
        Assert.Equal(5, program.Call("Program", "Add", 2, 3));
    }

    [Fact]
    public void Compiler_Diagnostics_AreNotSwallowed()
    {
        var build = Consumer.Of("public class Broken : Missing;").Build();
        Assert.Contains(build.Visible, d => d.Id == "CS0246");
        Assert.ThrowsAny<Exception>(build.AssertClean);
    }
}
