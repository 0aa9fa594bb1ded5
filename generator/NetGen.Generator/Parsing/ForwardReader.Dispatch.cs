using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

// Virtual members, of which the class that is read has its own.
sealed partial class ForwardReader
{
    /// <summary>The method that C# runs for one that is called: of a virtual one the most derived override of the class that is read, unless it is called by <c>base</c>.</summary>
    /// <param name="method">The method that is named, or a property's getter.</param>
    /// <param name="instance">What it is called on; null for a static one.</param>
    IMethodSymbol Dispatched(IMethodSymbol method, IOperation? instance)
    {
        if (!(method.IsVirtual || method.IsAbstract || method.IsOverride) || instance is null or { Syntax: BaseExpressionSyntax }) return method;
        for (var derived = type; derived is not null; derived = derived.BaseType)
            if (derived.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(own => Overrides(own, method)) is { } found)
                return found;
        return method;
    }

    static bool Overrides(IMethodSymbol own, IMethodSymbol method)
    {
        for (var overridden = own; overridden is not null; overridden = overridden.OverriddenMethod)
            if (SymbolEqualityComparer.Default.Equals(overridden.OriginalDefinition, method.OriginalDefinition))
                return true;
        return false;
    }

    /// <summary>A static member of a type parameter is one of a type that isn't known where the member is named.</summary>
    static void RefuseConstrained(ITypeSymbol? constrainedTo, IOperation member)
    {
        if (constrainedTo is not null) throw new ForwardException(member.Syntax, $"which type '{constrainedTo.Name}' is isn't known where Forward is read; call the member of a type, or give a function");
    }
}
