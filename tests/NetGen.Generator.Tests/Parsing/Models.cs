using Microsoft.CodeAnalysis;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Parsing;

/// <summary>The models that the generator's own pipeline made.</summary>
static class Models
{
    /// <summary>The model of the one network of a source, which starts with <c>using NetGen;</c>.</summary>
    public static NetworkModel Single(string source) => Assert.Single(All(Consumer.Of(source)));

    /// <summary>The same of a source that has all its usings.</summary>
    public static NetworkModel SingleOf(string source) => Assert.Single(All(new Consumer().With("Source.cs", source)));

    public static IReadOnlyList<NetworkModel> All(Consumer consumer)
    {
        var run = consumer.CreateDriver().RunGenerators(consumer.CreateCompilation(), TestContext.Current.CancellationToken).GetRunResult();
        return Of(run);
    }

    public static IReadOnlyList<NetworkModel> Of(GeneratorDriverRunResult run) =>
        run.Results[0].TrackedSteps.TryGetValue(TrackingNames.Model, out var steps)
            ? [.. steps.SelectMany(step => step.Outputs)
                .Where(output => output.Reason != IncrementalStepRunReason.Removed)
                .Select(output => (NetworkModel)output.Value)]
            : [];
}
