using NetGen.Generator.Diagnostics;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>A fault of NetGen's is NG9999, and never an exception that Roslyn would have to speak of.</summary>
public sealed class InternalErrorTests
{
    const string Source = "[Network, Input(4), Linear(3)] public partial class Mlp;";

    /// <summary>A model that no parser would make.</summary>
    static NetworkModel Broken { get; } = new(new("", "Mlp", "public", "partial class", []), [new("Input", [new(null, [4])], []), new("Nonsense", [], [])]);

    [Fact]
    public void Compiler_Failure_IsADiagnostic()
    {
        var outcome = Guarded.Compile(Broken, VectorWidths.All, TestContext.Current.CancellationToken);
        Assert.Empty(outcome.Files);
        var error = Assert.Single(outcome.Errors);
        Assert.Equal("NG9999", error.Id);
        Assert.Equal("Mlp", error.Arguments[0]);
        Assert.Contains("Exception: ", error.Arguments[1], StringComparison.Ordinal);
        Assert.Equal(outcome.Errors, Guarded.Check(Broken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Failure_ThatTheAnalyzerCannotSee_IsTheGeneratorsToReport(bool reportsErrors)
    {
        var consumer = Consumer.Of(Source);
        var compilation = consumer.CreateCompilation();
        var declaration = Guarded.Parse(compilation.GetTypeByMetadataName("Mlp")!, compilation, TestContext.Current.CancellationToken)!;
        var failure = new NetworkOutcome(Models.Single(Source), [new("NG9999", -1, ["Mlp", "why"])], []);
        var diagnostic = Assert.Single(GeneratorDiagnostics.Of(declaration, [failure], reportsErrors));
        Assert.Equal("NetGen failed on 'Mlp', which is a fault of NetGen's; please report it with the network's declaration: why", diagnostic.GetMessage(null));
        Assert.Equal(declaration.Name, diagnostic.Location);
    }

    [Fact]
    public void Errors_OfAnotherNetwork_AreNotThisOnes()
    {
        var compilation = Consumer.Of(Source).CreateCompilation();
        var declaration = Guarded.Parse(compilation.GetTypeByMetadataName("Mlp")!, compilation, TestContext.Current.CancellationToken)!;
        Assert.Empty(GeneratorDiagnostics.Of(declaration, [Guarded.Compile(Broken, VectorWidths.All, TestContext.Current.CancellationToken)], reportsErrors: true));
    }
}
