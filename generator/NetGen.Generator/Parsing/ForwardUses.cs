using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>What the results of a Forward depend on.</summary>
static class ForwardUses
{
    /// <summary>The values and the layers that have a part in the results.</summary>
    public static (HashSet<int> Values, HashSet<int> Layers) Of(ForwardModel forward)
    {
        var values = new HashSet<int>(forward.Results);
        var layers = new HashSet<int>();
        var first = forward.Inputs.Count + forward.Steps.Sum(step => step.Results);
        for (var s = forward.Steps.Count - 1; s >= 0; s--)
        {
            var step = forward.Steps[s];
            first -= step.Results;
            if (!Enumerable.Range(first, step.Results).Any(values.Contains)) continue;
            values.UnionWith(step.Inputs);
            if (step.Layer >= 0) layers.Add(step.Layer);
        }
        return (values, layers);
    }

    /// <summary>Warns of inputs of a network that no result depends on, but of those whose names say so, and where others ask for them.</summary>
    public static ImmutableArray<LocatedError> WarnOfInputs(INamedTypeSymbol type, ForwardModel forward, CancellationToken cancellation)
    {
        var method = ForwardParser.MethodsOf(type).First();
        if (method.IsOverride
            || type.AllInterfaces.SelectMany(i => i.GetMembers(method.Name)).Any(m => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(m), method))) return [];
        var used = Of(forward).Values;
        return
        [
            .. method.Parameters.Where(parameter => !used.Contains(parameter.Ordinal) && !parameter.Name.StartsWith("_", StringComparison.Ordinal))
                .Select(parameter => new LocatedError(new("NG0055", -1, [parameter.Name]), LocationOf(parameter))),
        ];

        Location LocationOf(IParameterSymbol parameter) =>
            parameter.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation)).OfType<ParameterSyntax>().FirstOrDefault()?.Identifier.GetLocation() ?? Location.None;
    }
}
