using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>Reads a block's declaration, in this project or another assembly.</summary>
static class BlockParser
{
    public static bool IsBlock(INamedTypeSymbol type) => type.GetAttributes().Any(attribute => WellKnownTypes.IsBlockAttribute(attribute.AttributeClass));

    public static bool IsNetwork(INamedTypeSymbol type) => type.GetAttributes().Any(attribute => WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass));

    /// <summary>What is wrong with a block's own declaration, whoever uses it; null where the type isn't a block.</summary>
    public static IReadOnlyList<LocatedError>? Check(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        if (!IsBlock(type)) return null;
        // A network that is a block too is told so as a network.
        if (type.GetAttributes().Any(attribute => WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass))) return [];
        var table = new BlockTable(compilation, cancellation);
        table.Add(type, out _);
        var block = table[0];
        if (block.IsForeign || block.Elements is not { } elements) return block.Errors;
        var circles = new List<LocatedError>();
        var fields = block.Fields.GroupBy(layer => layer.Place).Select(copies => copies.First());
        foreach (var (element, place) in elements.Models.Select((element, i) => (element, i)).Concat(fields.Select(layer => (layer.Element, layer.Place))))
        {
            foreach (var used in Uses(element).Where(used => used == 0 || table.Reaches(used, 0)).Take(1))
            {
                var path = string.Join(", which uses ", table.Path(used, 0).Select(name => $"'{name}'"));
                circles.Add(new(new("NG0033", place, [element.Display(), type.Name, path]), elements.Locations[place]));
            }
        }
        return [.. block.Errors, .. circles];
    }

    /// <summary>Reads a block, and into the table those that it uses.</summary>
    public static ParsedBlock Parse(INamedTypeSymbol type, Compilation compilation, BlockTable table, CancellationToken cancellation)
    {
        var errors = ImmutableArray.CreateBuilder<LocatedError>();
        var declaration = DeclarationOf(type, compilation, cancellation);
        // A network that another one has as a field.
        var isNetwork = !IsBlock(type);
        var elements = ElementList.Read(type, declaration, isNetwork ? "network" : "block", table, errors, cancellation);
        if (elements is not null && ForwardParser.IsForward(type))
        {
            if (declaration is null)
            {
                errors.Add(new(new("NG0050", -1, [type.Name, "its Forward is in another assembly, where it can't be read"]), Location.None));
                return new(type.Name, null, IsForeign: true, errors.ToImmutable(), HasForward: true);
            }
            var read = ForwardParser.Read(type, declaration, elements, isBlock: !isNetwork, compilation, table, errors, cancellation);
            return new(type.Name, read?.Elements, IsForeign: false, errors.ToImmutable(), read?.Forward, HasForward: true, isNetwork);
        }
        if (elements is not null)
        {
            var faults = isNetwork ? ElementOrder.Check(type.Name, elements.Models).Where(e => e.Element >= 0) : ElementOrder.CheckBlock(type.Name, elements.Models);
            errors.AddRange(faults.Select(error => new LocatedError(error, elements.Locations[error.Element])));
        }
        return new(type.Name, elements, declaration is null, errors.ToImmutable(), IsNetwork: isNetwork);
    }

    /// <summary>The blocks that an element uses, as indices into the table.</summary>
    public static IEnumerable<int> Uses(ElementModel element) =>
        element.Positional.Concat(element.Named.Select(argument => argument.Value)).SelectMany(value => value.Blocks).Select(block => block.Index);

    /// <summary>The declaration with [Block]; null where it is in another assembly, which in an editor may be a project with sources of its own.</summary>
    static TypeDeclarationSyntax? DeclarationOf(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        var marker = type.GetAttributes().First(attribute => WellKnownTypes.IsBlockAttribute(attribute.AttributeClass) || WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass));
        return DeclarationParser.SyntaxOf(marker, cancellation) is { } syntax && compilation.ContainsSyntaxTree(syntax.SyntaxTree)
            ? DeclarationParser.DeclarationOf(syntax) : null;
    }
}

/// <summary>A block as it was read.</summary>
/// <param name="Name">Its class's name.</param>
/// <param name="Elements">Its layers; null where they can't be told.</param>
/// <param name="IsForeign">Whether it is of another assembly.</param>
/// <param name="Errors">What is wrong with it.</param>
/// <param name="Forward">What its Forward computes.</param>
/// <param name="HasForward">Whether it has a Forward, which may not be readable.</param>
/// <param name="IsNetwork">Whether it is a network that another one uses.</param>
sealed record ParsedBlock(
    string Name, ElementList? Elements, bool IsForeign, ImmutableArray<LocatedError> Errors, ForwardModel? Forward = null, bool HasForward = false,
    bool IsNetwork = false)
{
    /// <summary>The layers that its fields declare.</summary>
    public IEnumerable<ForwardLayer> Fields => Forward?.Layers ?? [];
}
