using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Parsing;
using NetGen.Generator.Weights;

namespace NetGen.Generator.Diagnostics;

/// <summary>
/// What the generator reports itself: in an editor only what the analyzer couldn't find, in a build every error. For in a build the compiler leaves analyzers
/// out where a declaration has an error, as a field of a type that NetGen would have generated has, and would hide the cause.
/// </summary>
static class GeneratorDiagnostics
{
    /// <summary>Whether this is a build rather than an editor's analysis; <c>NetGen.Build.globalconfig</c> tells.</summary>
    public static bool ReportsErrors(AnalyzerConfigOptions options) =>
        options.TryGetValue("netgen_report_errors", out var value) && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<Diagnostic> Of(Declaration declaration, ImmutableArray<NetworkOutcome> rejected, bool reportsErrors,
        EquatableArray<WeightsFile> files = default)
    {
        if (reportsErrors)
        {
            foreach (var diagnostic in Reporting.Of(declaration, files)) yield return diagnostic;
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
