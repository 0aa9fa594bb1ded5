using System.Globalization;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

public sealed class DescriptorTests
{
    [Fact]
    public void Ids_AreUnique_AndInOrder()
    {
        var ids = Descriptors.All.Select(d => d.Id).ToArray();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Analyzer_SupportsAll() => Assert.Equal(Descriptors.All, new NetworkAnalyzer().SupportedDiagnostics);

    [Fact]
    public void Fields_AreAllListed()
    {
        var fields = typeof(Descriptors).GetFields().Where(f => f.FieldType == typeof(DiagnosticDescriptor)).Select(f => f.GetValue(null));
        Assert.Equal(Descriptors.All.Length, fields.Count());
        Assert.All(fields, field => Assert.Contains((DiagnosticDescriptor)field!, Descriptors.All));
    }

    [Fact]
    public void ReservedNames_AreThoseOfTheGeneratedMembers()
    {
        const string Source = "[Network, Input(4, Gradient = true), Linear(3), ReLU, Dropout, Linear(2), Loss(Loss.CrossEntropy)] public partial class Mlp;";
        var build = Consumer.Of(Source).Build().AssertClean();
        var members = build.Compilation.GetTypeByMetadataName("Mlp")!.GetMembers()
            .Where(member => member is not IMethodSymbol { MethodKind: not MethodKind.Ordinary } && member.CanBeReferencedByName)
            .Select(member => member.Name)
            .Distinct();
        Assert.Equal(ReservedNames.Methods.Concat(ReservedNames.Others).Order(StringComparer.Ordinal), members.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ReservedNames_OfWeights_AreThoseOfTheGeneratedMembers()
    {
        var build = (WeightsText.Fitting(Consumer.Of(WeightsText.Network)) with { CompilesKernels = false }).Build().AssertClean();
        var members = build.Compilation.GetTypeByMetadataName("Mlp")!.GetMembers().Select(member => member.Name).Where(name => !name.Contains('_')
            || name == "__default");
        Assert.All(ReservedNames.OfWeights, name => Assert.Contains(name, members));
    }

    [Fact]
    public void Releases_ListEveryRule()
    {
        var releases = File.ReadAllText(Path.Combine(Repository.Root, "generator/NetGen.Generator/AnalyzerReleases.Unshipped.md"));
        Assert.All(Descriptors.All, d => Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"\n{d.Id} | NetGen | {d.DefaultSeverity} | {d.Title}\n"), releases, StringComparison.Ordinal));
    }
}
