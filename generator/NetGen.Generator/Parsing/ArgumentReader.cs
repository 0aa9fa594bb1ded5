using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

/// <summary>Turns an attribute's constants into plain values.</summary>
static class ArgumentReader
{
    const string Suffix = "Attribute";

    /// <summary>The element that an attribute declares; null where its arguments don't compile.</summary>
    public static ElementModel? Read(AttributeData attribute, INamedTypeSymbol attributeClass, AttributeSyntax syntax)
    {
        if (attribute.AttributeConstructor is null) return null;

        var positional = new List<ArgumentValue>();
        foreach (var argument in attribute.ConstructorArguments)
        {
            if (Read(argument) is not { } value) return null;
            positional.Add(value);
        }
        var named = new List<NamedArgument>();
        foreach (var argument in attribute.NamedArguments)
        {
            // One that is set twice is error CS0643.
            if (Read(argument.Value) is not { } value || named.Exists(earlier => earlier.Name == argument.Key)) return null;
            named.Add(new(argument.Key, value));
        }

        // The compiler drops a named argument that it can't bind.
        var written = syntax.ArgumentList?.Arguments.Count(argument => argument.NameEquals is not null) ?? 0;
        if (written != named.Count) return null;

        var name = attributeClass.Name;
        var kind = name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
        return new(kind, positional.ToEquatableArray(), named.ToEquatableArray());
    }

    static ArgumentValue? Read(TypedConstant constant)
    {
        switch (constant.Kind)
        {
            case TypedConstantKind.Primitive or TypedConstantKind.Enum:
                return new(constant.Value);
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
}
