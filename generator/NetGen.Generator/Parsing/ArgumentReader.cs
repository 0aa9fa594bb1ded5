using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>Turns an attribute's constants into plain values.</summary>
static class ArgumentReader
{
    const string Suffix = "Attribute";

    /// <summary>The element that an attribute declares; null where its arguments don't compile, or a type among them isn't a block.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="attributeClass">Its class.</param>
    /// <param name="syntax">Where it stands; null where that is another assembly.</param>
    /// <param name="block">What a type stands for.</param>
    public static ElementModel? Read(
        AttributeData attribute, INamedTypeSymbol attributeClass, AttributeSyntax? syntax, Func<ITypeSymbol?, BlockReference?> block)
    {
        if (attribute.AttributeConstructor is null) return null;

        var positional = new List<ArgumentValue>();
        foreach (var argument in attribute.ConstructorArguments)
        {
            if (Read(argument, block) is not { } value) return null;
            positional.Add(value);
        }
        var named = new List<NamedArgument>();
        foreach (var argument in attribute.NamedArguments)
        {
            // No block, as where it isn't set. One that is set twice is error CS0643.
            var isNone = argument.Value is { Kind: TypedConstantKind.Type, IsNull: true };
            if ((isNone ? new(null) : Read(argument.Value, block)) is not { } value || named.Exists(earlier => earlier.Name == argument.Key)) return null;
            named.Add(new(argument.Key, value));
        }

        // The compiler drops a named argument that it can't bind.
        var written = syntax?.ArgumentList?.Arguments.Count(argument => argument.NameEquals is not null) ?? 0;
        if (syntax is not null && written != named.Count) return null;

        var name = attributeClass.Name;
        var kind = name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
        return new(kind, positional.ToEquatableArray(), named.ToEquatableArray());
    }

    static ArgumentValue? Read(TypedConstant constant, Func<ITypeSymbol?, BlockReference?> block)
    {
        switch (constant.Kind)
        {
            case TypedConstantKind.Primitive or TypedConstantKind.Enum:
                return new(constant.Value);
            case TypedConstantKind.Type:
                return block(constant.Value as ITypeSymbol) is { } reference ? new(null, null, [reference]) : null;
            case TypedConstantKind.Array when IsOfTypes(constant):
                var blocks = new List<BlockReference>();
                foreach (var item in constant.IsNull ? [] : constant.Values)
                {
                    if (block(item.Value as ITypeSymbol) is not { } one) return null;
                    blocks.Add(one);
                }
                return new(null, blocks.Count == 0 ? [] : null, blocks.ToEquatableArray());
            case TypedConstantKind.Array when constant.IsNull:
                return new(null, []);
            case TypedConstantKind.Array:
                var sizes = new List<int>();
                foreach (var item in constant.Values)
                {
                    if (item.Value is not int size) return null;
                    sizes.Add(size);
                }
                return new(null, sizes.ToEquatableArray());
            default:
                return null;
        }
    }

    static bool IsOfTypes(TypedConstant array) => array.Type is IArrayTypeSymbol { ElementType.Name: nameof(Type) };
}
