using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>What must hold of a network's class for NetGen to add to it.</summary>
static class TypeRules
{
    public static IEnumerable<LocatedError> Check(
        INamedTypeSymbol type, TypeDeclarationSyntax declaration, Compilation compilation, CancellationToken cancellation)
    {
        var name = declaration.Identifier.GetLocation();
        if (FindObstacle(type, declaration, compilation) is var (reason, wayOut))
        {
            yield return new(new("NG0015", -1, [type.Name, reason, wayOut]), name);
            yield break;
        }

        foreach (var error in CheckPartial(type, declaration)) yield return error;
        foreach (var error in CheckMembers(type, name, cancellation)) yield return error;
    }

    /// <summary>Why a type can't be a network, and what to do about it.</summary>
    static (string Reason, string WayOut)? FindObstacle(INamedTypeSymbol type, TypeDeclarationSyntax declaration, Compilation compilation)
    {
        if (type.TypeKind != TypeKind.Class || type.IsRecord)
            return ($"it is {(type.TypeKind == TypeKind.Interface ? "an" : "a")} {TypeReader.Keyword(type)}", "make it a class");
        if (type.IsStatic) return ("it is static", "remove 'static', since each instance has parameters of its own");
        if (type.IsAbstract) return ("it is abstract", "remove 'abstract'");
        if (type.Arity > 0) return ("it is generic", "remove its type parameters, or nest it in a generic class");
        for (var container = type; container is not null; container = container.ContainingType)
            if (container.IsFileLocal)
                return (ReferenceEquals(container, type) ? "it is local to its file" : $"'{container.Name}' around it is local to its file", "remove 'file'");

        if (type.GetAttributes().Any(attribute => WellKnownTypes.IsBlockAttribute(attribute.AttributeClass)))
            return ("it is a block too", "declare one of the two, and use the block in the network");
        if (declaration.ParameterList is not null) return ("it has a primary constructor", "remove it, since NetGen writes the constructor");
        foreach (var constructor in type.InstanceConstructors)
            if (!constructor.IsImplicitlyDeclared && !IsGenerated(constructor))
                return ("it declares a constructor", "remove it, since NetGen writes the constructor; a static method can prepare an instance instead");

        if (type.BaseType is not { } baseType) return null;
        for (var ancestor = baseType; ancestor.SpecialType != SpecialType.System_Object; ancestor = ancestor.BaseType)
        {
            if (ancestor.TypeKind == TypeKind.Error) return null;
            if (ancestor.GetAttributes().Any(attribute => WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass)))
                return ($"it derives from '{ancestor.Name}', which is one itself", "declare all the layers on one class");
            if (ancestor.BaseType is null) break;
        }
        if (!baseType.InstanceConstructors.Any(constructor => IsParameterless(constructor) && compilation.IsSymbolAccessibleWithin(constructor, type)))
            return ($"its base class '{baseType.Name}' has no parameterless constructor that it can call", "add one, or derive from another class");
        for (var ancestor = type; ancestor is not null; ancestor = ancestor.BaseType)
            if (ancestor.GetMembers().FirstOrDefault(m => m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }) is { } required)
                return ($"its member '{required.Name}' is required, and Create and Load can't set it", "remove 'required'");
        return null;
    }

    static bool IsParameterless(IMethodSymbol constructor) => constructor.Parameters.All(parameter => parameter.IsOptional || parameter.IsParams);

    static IEnumerable<LocatedError> CheckPartial(INamedTypeSymbol type, TypeDeclarationSyntax declaration)
    {
        var current = type;
        for (var syntax = declaration; syntax is not null; syntax = syntax.Parent as TypeDeclarationSyntax, current = current.ContainingType)
        {
            if (current is null) yield break;
            if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
                yield return new(new("NG0002", -1, [current.Name, type.Name, TypeReader.Keyword(current)]), syntax.Identifier.GetLocation());
        }
    }

    static IEnumerable<LocatedError> CheckMembers(INamedTypeSymbol type, Location name, CancellationToken cancellation)
    {
        var hasWeights = type.GetAttributes().Any(attribute => WellKnownTypes.IsWeightsAttribute(attribute.AttributeClass));
        if (ReservedNames.Contains(type.Name, hasWeights))
        {
            yield return new(new("NG0016", -1, [type.Name, type.Name, "a member can't be named as its class"]), name);
            yield break;
        }

        var reported = new HashSet<string>(StringComparer.Ordinal);
        for (var owner = type; owner is not null && owner.SpecialType != SpecialType.System_Object; owner = owner.BaseType)
        {
            var own = ReferenceEquals(owner, type);
            foreach (var member in owner.GetMembers())
            {
                cancellation.ThrowIfCancellationRequested();
                if (member.IsImplicitlyDeclared || !ReservedNames.Contains(member.Name, hasWeights) || IsGenerated(member) || IsAccessor(member)) continue;
                if (!own && member.DeclaredAccessibility == Accessibility.Private) continue;
                if (!reported.Add(member.Name)) continue;
                var clause = own ? $"'{type.Name}' declares one itself" : $"its base class '{owner.Name}' has one";
                var location = own ? member.Locations.FirstOrDefault(location => location.IsInSource) ?? name : name;
                yield return new(new("NG0016", -1, [type.Name, member.Name, clause]), location);
            }
        }
    }

    static bool IsAccessor(ISymbol member) => member is IMethodSymbol { AssociatedSymbol: not null };

    /// <summary>Whether a symbol is what NetGen wrote, which the analyzer sees beside what the user did.</summary>
    static bool IsGenerated(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Length > 0
        && symbol.DeclaringSyntaxReferences.All(reference => reference.SyntaxTree.FilePath.Contains(typeof(NetGenGenerator).FullName));
}
