using Microsoft.CodeAnalysis;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>What doesn't compile is the C# compiler's to report, and it does so alone.</summary>
public sealed class CSharpErrorTests
{
    [Theory]
    [InlineData("Linear(missing)", "CS0103")]
    [InlineData("Linear(\"ten\")", "CS1503")]
    [InlineData("Linear(1.5)", "CS1503")]
    [InlineData("Linear", "CS7036")]
    [InlineData("Linear(1, 2)", "CS1729")]
    [InlineData("Linear(3, Bogus = 1)", "CS0246")]
    [InlineData("Linear(3, Features = 1)", "CS0617")]
    [InlineData("Linear(3, Bias = 1)", "CS0029")]
    [InlineData("Linear(3, Bias = true, Bias = true)", "CS0643")]
    [InlineData("Linear(3, WeightInit = Init.Nothing)", "CS0117")]
    [InlineData("Linear(int.MaxValue + 1)", "CS0220")]
    [InlineData("Linear(Size)", "CS0182")]
    [InlineData("Reshape(1, Size)", "CS0182")]
    [InlineData("Lineer(3)", "CS0246")]
    [InlineData("Loss((Loss)\"x\")", "CS0030")]
    public void Error_InAnArgument_IsTheCompilersAlone(string element, string id)
    {
        var build = Consumer.Of($"[Network, Input(4), {element}, ReLU] public partial class Mlp {{ public static int Size = 3; }}").Build();
        Assert.Empty(build.NetGenDiagnostics);
        Assert.Empty(build.GeneratedTrees);
        Assert.Contains(build.Diagnostics, d => d.Id == id && d.Severity == DiagnosticSeverity.Error);
    }

    [Theory]
    [InlineData("[Network, Input(4), Linear(3)] public partial class Mlp; [Network] public partial class Mlp;", "CS0579")]
    [InlineData("[Network, Network, Input(4), Linear(3)] public partial class Mlp;", "CS0579")]
    [InlineData("[Network, Input(4), Linear(3)] public enum Mlp { A }", "CS0592")]
    [InlineData("[Network, Input(4), Linear(3)] public partial class Mlp : Missing;", "CS0246")]
    [InlineData("[Network, Input(4), Linear(3)] public partial class Mlp; public class Mlp { }", "CS0260")]
    [InlineData("[Network, Input(4), Linear(3)] public partial class ", "CS1001")]
    [InlineData("[Network, Input(4), Linear(3", "CS1026")]
    [InlineData("[Network, Input(4), Linear(3)]", "CS0116")]
    public void Broken_Declarations_NeverBreakTheGenerator(string source, string id)
    {
        var build = Consumer.Of(source).Build();
        Assert.DoesNotContain(build.Diagnostics, d => d.Id is "CS8785" or "AD0001" or "NG9999");
        Assert.Contains(build.Diagnostics, d => d.Id == id);
    }
}
