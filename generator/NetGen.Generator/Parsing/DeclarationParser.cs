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
        foreach (var attribute in attributes)
        {
            if (!WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass)) continue;
            // A second one is error CS0579.
            if (network is not null) return null;
            network = attribute;
        }
        if (network?.AttributeClass is not { } networkClass || SyntaxOf(network, cancellation) is not { } networkSyntax ||
            DeclarationOf(networkSyntax) is not { } declaration)
            return null;

        var name = declaration.Identifier.GetLocation();
        var errors = ImmutableArray.CreateBuilder<LocatedError>();
        errors.AddRange(ProjectRules.Check(type, networkClass, declaration, compilation).Select(error => new LocatedError(error, name)));
        errors.AddRange(TypeRules.Check(type, declaration, compilation, cancellation));

        var blocks = new BlockTable(compilation, cancellation);
        if (ElementList.Read(type, declaration, "network", blocks, errors, cancellation) is not { } elements)
            return new(name, null, [], errors.ToImmutable(), []);

        var describeOnly = IsDescribedOnly(network);
        var tile = GpuTileReader.Read(network);
        if (GpuTileReader.Check(type.Name, tile) is { } wrongTile) errors.Add(new(wrongTile, networkSyntax.GetLocation()));
        var weights = attributes.FirstOrDefault(attribute => WellKnownTypes.IsWeightsAttribute(attribute.AttributeClass));
        if (ForwardParser.IsForward(type))
        {
            var read = ForwardParser.Read(type, declaration, elements, isBlock: false, compilation, blocks, errors, cancellation);
            if (blocks.NetworkWithinItself is { } circle) errors.Add(new(new("NG0050", -1, [type.Name, $"its fields make the network '{circle}' contain itself, without an end"]), name));
            var checkable = read is { Forward: var forward } && blocks.IsSound
                ? new NetworkModel(TypeReader.Read(type), read.Value.Elements.Models, compilation.Options.CheckOverflow, blocks.Models, PathOf(weights), forward)
                {
                    DescribeOnly = describeOnly,
                    GpuTile = tile,
                }
                : null;
            return new(name, checkable, read?.Elements.Locations ?? [], errors.ToImmutable(), blocks.Locations,
                weights is null ? null : SyntaxOf(weights, cancellation)?.GetLocation(),
                checkable?.Forward is { } sound ? ForwardUses.WarnOfInputs(type, sound, cancellation) : []);
        }
        var misplaced = ElementOrder.Check(type.Name, elements.Models)
            .Select(error => new LocatedError(error, error.Element < 0 ? name : elements.Locations[error.Element]))
            .ToList();
        errors.AddRange(misplaced);
        // The errors of a block are reported where it is declared.
        var model = misplaced.Count == 0 && blocks.IsSound
            ? new NetworkModel(TypeReader.Read(type), elements.Models, compilation.Options.CheckOverflow, blocks.Models, PathOf(weights)) { DescribeOnly = describeOnly, GpuTile = tile }
            : null;
        return new(name, model, elements.Locations, errors.ToImmutable(), blocks.Locations,
            weights is null ? null : SyntaxOf(weights, cancellation)?.GetLocation());
    }

    /// <summary>Whether an attribute [Network] asks for a description alone.</summary>
    public static bool IsDescribedOnly(AttributeData network) =>
        network.NamedArguments.Any(argument => argument is { Key: nameof(NetworkAttribute.DescribeOnly), Value.Value: true });

    /// <summary>The file of [Weights]; null where that doesn't compile.</summary>
    static string? PathOf(AttributeData? weights) => weights?.ConstructorArguments is [{ Kind: TypedConstantKind.Primitive, Value: var path }]
        ? path as string ?? "" : null;

    /// <summary>The first layer of a type that is neither a network nor a block, where there is one.</summary>
    public static LocatedError? FindOrphan(INamedTypeSymbol type, CancellationToken cancellation)
    {
        AttributeData? first = null;
        foreach (var attribute in type.GetAttributes().Concat(type.GetMembers().OfType<IFieldSymbol>().SelectMany(field => field.GetAttributes())))
        {
            if (WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass) || WellKnownTypes.IsBlockAttribute(attribute.AttributeClass)) return null;
            if (first is null && (WellKnownTypes.IsElement(attribute.AttributeClass)
                || WellKnownTypes.IsWeightsAttribute(attribute.AttributeClass))) first = attribute;
        }
        if (first is null || SyntaxOf(first, cancellation) is not { } syntax) return null;
        return new(new("NG0011", -1, [type.Name, syntax.ToString()]), syntax.GetLocation());
    }

    public static AttributeSyntax? SyntaxOf(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;

    public static TypeDeclarationSyntax? DeclarationOf(AttributeSyntax attribute) => attribute.Parent?.Parent as TypeDeclarationSyntax;
}
