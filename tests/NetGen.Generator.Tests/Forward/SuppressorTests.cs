using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Forward;

/// <summary>The C# compiler's warnings about fields that only NetGen reads.</summary>
public sealed class SuppressorTests
{
    const string Block = """
        using static NetGen.Functions;
        [Block] public class Half
        {
            [Linear(Arg.Input)] readonly Layer fc;
            [LayerNorm, Count(2)] Layer[] norms;
            readonly Quarter quarter;
            [Parameter(1)] Tensor scale;
            Tensor Forward(Tensor x) => quarter.Forward(norms[0](fc(norms[1](x)))) * scale;
        }
        [Block] public class Quarter { internal Tensor Forward(Tensor x) => x; }

        """;

    [Fact]
    public void Warnings_AboutFieldsOfBlocks_AreSuppressed() => Consumer.Of(Block).Build().AssertClean();

    [Fact]
    public void Warnings_AboutFieldsOfBlocks_AreTheCompilers_WithoutTheSuppressor() =>
        Assert.Equal(["CS0649", "CS8618"], (Consumer.Of(Block) with { RunAnalyzers = false }).Build().Visible.Select(d => d.Id).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Networks_HaveNone_EvenWithoutTheSuppressor() => (Consumer.Of("""
        [Network] public partial class Net
        {
            [Linear(3)] readonly Layer fc;
            [Linear(4), Count(2)] Layer[] others;
            Tensor Forward([Shape(2)] Tensor x) => others[1](others[0](fc(x)));
        }
        """) with { RunAnalyzers = false }).Build().AssertClean();

    [Theory]
    [InlineData("[Block, Linear(3)] class B { readonly string? text; string? Text => text; }", "CS0649")]
    [InlineData("class Other { readonly Layer layer; Layer Get() => layer; }", "CS0649 CS8618")]
    public void OtherFields_KeepTheirs(string source, string expected) =>
        Assert.Equal(expected.Split(' '), Consumer.Of("using System;\n" + source).Build().Visible.Select(d => d.Id).Distinct().Order(StringComparer.Ordinal));
}
