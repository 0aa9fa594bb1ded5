using Microsoft.CodeAnalysis;
using NetGen.Generator.Parsing;
using NetGen.Generator.Weights;

namespace NetGen.Generator.Diagnostics;

/// <summary>Joins errors with their places.</summary>
static class Reporting
{
    /// <summary>All that is wrong with a declaration: what parsing found, and what the compiler's checks do.</summary>
    public static IEnumerable<Diagnostic> Of(Declaration declaration, EquatableArray<WeightsFile> files)
    {
        foreach (var error in declaration.Errors) yield return Of(error.Error, error.Location);
        if (declaration.Checkable is not { } model) yield break;
        var errors = Guarded.Check(model);
        foreach (var error in errors) yield return Of(error, declaration.LocationOf(error));
        if (errors.Count == 0 && Guarded.CheckWeights(model, files) is { } wrong) yield return Of(wrong, declaration.LocationOf(wrong));
        // What is wrong comes before what is only odd, and may be its cause.
        if (errors.Count > 0 || !declaration.Errors.IsEmpty) yield break;
        foreach (var warning in declaration.Warnings) yield return Of(warning.Error, warning.Location);
    }

    public static Diagnostic Of(NetworkError error, Location location) =>
        Diagnostic.Create(Descriptors.Get(error.Id), location, [.. error.Arguments.Select(argument => (object)argument)]);
}
