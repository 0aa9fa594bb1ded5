using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>NetGen's attributes, as symbols. They are told by their full names, so that aliases and qualified names make no difference.</summary>
static class WellKnownTypes
{
    public const string Namespace = "NetGen";
    public const string NetworkAttribute = "NetGen.NetworkAttribute";
    public const string ExportNetworkAttribute = "NetGen.ExportNetworkAttribute";
    public const string BlockAttribute = "NetGen.BlockAttribute";

    public static bool IsNetworkAttribute(INamedTypeSymbol? type) => type is { Name: nameof(NetGen.NetworkAttribute) } && IsInNetGen(type);

    public static bool IsBlockAttribute(INamedTypeSymbol? type) => type is { Name: nameof(NetGen.BlockAttribute) } && IsInNetGen(type);

    public static bool IsWeightsAttribute(INamedTypeSymbol? type) => type is { Name: nameof(NetGen.WeightsAttribute) } && IsInNetGen(type);

    /// <summary>Whether a type is the one of NetGen's with a name, such as <c>Tensor</c>.</summary>
    public static bool IsForward(ITypeSymbol? type, string name) => type is INamedTypeSymbol named && named.Name == name && IsInNetGen(named);

    /// <summary>Whether an attribute class is an element of a network, whoever wrote it.</summary>
    public static bool IsElement(INamedTypeSymbol? type)
    {
        for (var @base = type?.BaseType; @base is not null; @base = @base.BaseType)
            if (@base.Name == nameof(NetworkElementAttribute) && IsInNetGen(@base))
                return true;
        return false;
    }

    /// <summary>Whether an element's class is NetGen's own, that is from the assembly of its base class.</summary>
    public static bool IsOwnElement(INamedTypeSymbol type)
    {
        var root = type;
        while (root.BaseType is { } @base && root.Name != nameof(NetworkElementAttribute)) root = @base;
        return IsInNetGen(type) && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, root.ContainingAssembly);
    }

    static bool IsInNetGen(INamedTypeSymbol type) =>
        type is { ContainingType: null, ContainingNamespace: { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true } };
}
