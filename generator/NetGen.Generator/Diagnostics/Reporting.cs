using Microsoft.CodeAnalysis;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Diagnostics;

/// <summary>Joins errors with their places.</summary>
static class Reporting
{
    /// <summary>All that is wrong with a declaration: what parsing found, and what the compiler's checks do.</summary>
    public static IEnumerable<Diagnostic> Of(Declaration declaration)
    {
        foreach (var error in declaration.Errors) yield return Of(error.Error, error.Location);
        if (declaration.Checkable is not { } model) yield break;
        foreach (var error in Guarded.Check(model)) yield return Of(error, declaration.LocationOf(error));
    }

    public static Diagnostic Of(NetworkError error, Location location) =>
        Diagnostic.Create(Descriptors.Get(error.Id), location, [.. error.Arguments.Select(argument => (object)argument)]);
}
