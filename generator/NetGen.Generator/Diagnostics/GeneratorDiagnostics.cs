using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Diagnostics;

/// <summary>What the generator reports itself: what the analyzer couldn't find, and all errors where a build skips analyzers, so that none is ever lost or said twice.</summary>
static class GeneratorDiagnostics
{
    /// <summary>Whether this build runs no analyzers; <c>NetGen.targets</c> tells.</summary>
    public static bool AnalyzersSkipped(AnalyzerConfigOptions options) =>
        options.TryGetValue("build_property.NetGenAnalyzersSkipped", out var value) && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<Diagnostic> Of(Declaration declaration, ImmutableArray<NetworkOutcome> rejected, bool analyzersSkipped)
    {
        if (analyzersSkipped)
        {
            foreach (var diagnostic in Reporting.Of(declaration)) yield return diagnostic;
        }
        if (declaration.Model is not { } model || rejected.IsEmpty) yield break;
        var found = Guarded.Check(model);
        foreach (var network in rejected)
        {
            if (network.Model != model) continue;
            // Errors that the cheap check misses. Where it finds some, they explain the rest.
            if (found.Count == 0)
                foreach (var error in network.Errors)
                    yield return Reporting.Of(error, declaration.LocationOf(error));
            yield break;
        }
    }
}
