using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>The elements of a network or a block, in source order.</summary>
/// <param name="Models">What they say.</param>
/// <param name="Locations">Where they stand; nowhere in another assembly.</param>
sealed record ElementList(EquatableArray<ElementModel> Models, ImmutableArray<Location> Locations)
{
    /// <summary>Reads the elements; null where they can't be told, for the C# compiler or <paramref name="errors"/> say why.</summary>
    /// <param name="type">The class.</param>
    /// <param name="declaration">The declaration that is marked as a network's or a block's; null for a class of another assembly.</param>
    /// <param name="what"><c>network</c> or <c>block</c>.</param>
    /// <param name="blocks">Where the blocks among the arguments are read to.</param>
    /// <param name="errors">Receives what is wrong.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static ElementList? Read(INamedTypeSymbol type, TypeDeclarationSyntax? declaration, string what, BlockTable blocks,
        ImmutableArray<LocatedError>.Builder errors, CancellationToken cancellation)
    {
        var models = new List<ElementModel>();
        var locations = ImmutableArray.CreateBuilder<Location>();
        var strayDeclarations = new HashSet<SyntaxNode>();
        var complete = true;
        foreach (var attribute in type.GetAttributes())
        {
            cancellation.ThrowIfCancellationRequested();
            if (attribute.AttributeClass is not { TypeKind: not TypeKind.Error } attributeClass)
            {
                // Perhaps a misspelt layer: without it nothing sensible can be said of the others.
                complete = false;
                continue;
            }
            if (!WellKnownTypes.IsElement(attributeClass)) continue;
            var syntax = declaration is null ? null : DeclarationParser.SyntaxOf(attribute, cancellation);
            var home = syntax is null ? null : DeclarationParser.DeclarationOf(syntax);
            if (declaration is not null && home is null) return null;
            var location = syntax?.GetLocation() ?? Location.None;
            var text = syntax?.ToString() ?? attributeClass.Name;

            if (!WellKnownTypes.IsOwnElement(attributeClass))
            {
                errors.Add(new(new("NG0025", -1, [text, what, type.Name]), location));
                complete = false;
            }
            else if (home != declaration)
            {
                // One error for each declaration, however many layers it has.
                if (strayDeclarations.Add(home!)) errors.Add(new(new("NG0003", -1, [text, type.Name, what]), location));
                complete = false;
            }
            else if (ArgumentReader.Read(attribute, attributeClass, syntax, used => Reference(used, text, location)) is { } element)
            {
                models.Add(element);
                locations.Add(location);
            }
            else
            {
                complete = false;
            }
        }
        return complete ? new(models.ToEquatableArray(), locations.ToImmutable()) : null;

        BlockReference? Reference(ITypeSymbol? used, string text, Location location)
        {
            // What C# doesn't know either is its own error.
            if (used is { TypeKind: TypeKind.Error }) return null;
            if (blocks.Add(used, out var problem) is { } reference) return reference;
            var name = used?.Name is { Length: > 0 } simple ? simple : used?.ToString() ?? "null";
            if (problem is not null) errors.Add(new(new("NG0032", -1, [text, name, problem]), location));
            return null;
        }
    }
}
