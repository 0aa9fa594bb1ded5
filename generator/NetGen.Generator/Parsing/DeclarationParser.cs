using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>Reads a network's declaration from its symbol. The generator and the analyzer both do, and find the same.</summary>
static class DeclarationParser
{
    /// <summary>Reads a type that may have [Network]; null where it hasn't, or has what only the C# compiler can speak of.</summary>
    public static Declaration? Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        AttributeData? network = null;
        var attributes = type.GetAttributes();
        var complete = true;
        foreach (var attribute in attributes)
        {
            if (WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass))
            {
                // A second one is error CS0579.
                if (network is not null) return null;
                network = attribute;
            }
            else if (attribute.AttributeClass is null or { TypeKind: TypeKind.Error })
            {
                // Perhaps a misspelt layer: without it nothing sensible can be said of the others.
                complete = false;
            }
        }
        if (network?.AttributeClass is not { } networkClass || SyntaxOf(network, cancellation) is not { } networkSyntax ||
            DeclarationOf(networkSyntax) is not { } declaration)
            return null;

        var name = declaration.Identifier.GetLocation();
        var errors = ImmutableArray.CreateBuilder<LocatedError>();
        errors.AddRange(ProjectRules.Check(type, networkClass, declaration, compilation).Select(error => new LocatedError(error, name)));
        errors.AddRange(TypeRules.Check(type, declaration, compilation, cancellation));

        var elements = ReadElements(type, attributes, declaration, errors, cancellation);
        if (elements is null) complete = false;
        if (!complete) return new(name, null, [], errors.ToImmutable());

        var model = new NetworkModel(TypeReader.Read(type), elements!.Select(e => e.Model).ToEquatableArray(), compilation.Options.CheckOverflow);
        var locations = elements!.Select(e => e.Location).ToImmutableArray();
        var misplaced = ElementOrder.Check(type.Name, model.Elements)
            .Select(error => new LocatedError(error, error.Element < 0 ? name : locations[error.Element]))
            .ToList();
        errors.AddRange(misplaced);
        return new(name, misplaced.Count == 0 ? model : null, locations, errors.ToImmutable());
    }

    /// <summary>The first layer of a type without [Network], where there is one.</summary>
    public static LocatedError? FindOrphan(INamedTypeSymbol type, CancellationToken cancellation)
    {
        AttributeData? first = null;
        foreach (var attribute in type.GetAttributes())
        {
            if (WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass)) return null;
            if (first is null && WellKnownTypes.IsElement(attribute.AttributeClass)) first = attribute;
        }
        if (first is null || SyntaxOf(first, cancellation) is not { } syntax) return null;
        return new(new("NG0011", -1, [type.Name, syntax.ToString()]), syntax.GetLocation());
    }

    /// <summary>The elements in source order; null where they can't be told, for the C# compiler or <paramref name="errors"/> say why.</summary>
    static List<(ElementModel Model, Location Location)>? ReadElements(
        INamedTypeSymbol type, ImmutableArray<AttributeData> attributes, TypeDeclarationSyntax declaration,
        ImmutableArray<LocatedError>.Builder errors, CancellationToken cancellation)
    {
        var elements = new List<(ElementModel Model, Location Location)>();
        var strayDeclarations = new HashSet<SyntaxNode>();
        var complete = true;
        foreach (var attribute in attributes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (attribute.AttributeClass is not { } attributeClass || !WellKnownTypes.IsElement(attributeClass)) continue;
            if (SyntaxOf(attribute, cancellation) is not { } syntax || DeclarationOf(syntax) is not { } home) return null;

            if (!WellKnownTypes.IsOwnElement(attributeClass))
            {
                errors.Add(new(new("NG0025", -1, [syntax.ToString(), type.Name]), syntax.GetLocation()));
                complete = false;
            }
            else if (home != declaration)
            {
                // One error for each declaration, however many layers it has.
                if (strayDeclarations.Add(home)) errors.Add(new(new("NG0003", -1, [syntax.ToString(), type.Name]), syntax.GetLocation()));
                complete = false;
            }
            else if (ArgumentReader.Read(attribute, attributeClass, syntax) is { } element)
            {
                elements.Add((element, syntax.GetLocation()));
            }
            else
            {
                complete = false;
            }
        }
        return complete ? elements : null;
    }

    static AttributeSyntax? SyntaxOf(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;

    static TypeDeclarationSyntax? DeclarationOf(AttributeSyntax attribute) => attribute.Parent?.Parent as TypeDeclarationSyntax;
}
