using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Exports;

/// <summary>Reads the attributes [assembly: ExportNetwork(typeof(FashionCnn))].</summary>
static class ExportParser
{
    /// <summary>What can't be the name of a type in C or C++.</summary>
    static readonly ImmutableHashSet<string> Keywords = ImmutableHashSet.Create(StringComparer.Ordinal,
        "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char", "char8_t", "char16_t", "char32_t", "class", "co_await",
        "co_return", "co_yield", "compl", "concept", "const", "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
        "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new",
        "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires", "restrict", "return", "short",
        "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename",
        "typeof", "typeof_unqual", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq");

    public static IEnumerable<Export> Read(ImmutableArray<AttributeData> attributes, SyntaxNode unit, Compilation compilation, CancellationToken cancellation)
    {
        foreach (var attribute in attributes)
        {
            if (DeclarationParser.SyntaxOf(attribute, cancellation) is not { } syntax || syntax.SyntaxTree != unit.SyntaxTree) continue;
            // What doesn't compile is an error of C#'s.
            if (attribute.ConstructorArguments is not [{ Kind: TypedConstantKind.Type, Value: var type }]
                || type is ITypeSymbol { TypeKind: TypeKind.Error }) continue;
            yield return Read(attribute, type as INamedTypeSymbol, syntax.ToString(), syntax.GetLocation(), compilation);
        }
    }

    static Export Read(AttributeData attribute, INamedTypeSymbol? type, string text, Location location, Compilation compilation)
    {
        if (Obstacle(type, compilation) is { } obstacle) return new(null, text, new("NG0043", -1, [text, obstacle]), location);
        var given = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == nameof(ExportNetworkAttribute.Name)).Value.Value as string;
        var name = given ?? Snake(type!.Name);
        return IsName(name)
            ? new(new(TypeReader.Read(type!), name), text, null, location)
            : new(null, text, new("NG0044", -1, [text, name, "it isn't a name of C's: set Name to one of letters, digits and underscores"]), location);
    }

    /// <summary>Why a type can't be exported.</summary>
    static string? Obstacle(INamedTypeSymbol? type, Compilation compilation)
    {
        if (type is null) return "name a class that is marked with [Network]";
        if (type.GetAttributes().FirstOrDefault(attribute => WellKnownTypes.IsNetworkAttribute(attribute.AttributeClass)) is not { } network)
            return $"'{type.Name}' isn't marked with [Network]";
        if (DeclarationParser.IsDescribedOnly(network)) return $"'{type.Name}' is only described: remove DescribeOnly from its [Network]";
        if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
            return $"'{type.Name}' is one of '{type.ContainingAssembly.Name}': export it there, or declare it in this project";
        for (var container = type.ContainingType; container is not null; container = container.ContainingType)
            if (container.Arity > 0) return $"'{type.Name}' is nested in the generic '{container.Name}', and so isn't one class: move it out";
        // What generated code couldn't see, the attribute can't name either: error CS0122.
        return null;
    }

    static bool IsName(string name) =>
        name.Length > 0 && name.All(c => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_') && !char.IsDigit(name[0])
            && !Keywords.Contains(name);

    static bool StartsWord(string name, int i) => i < name.Length && char.IsLower(name[i]);

    /// <summary>FashionCnn as fashion_cnn, MyMLP2 as my_mlp2.</summary>
    static string Snake(string name)
    {
        var snake = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var begins = i > 0 && char.IsUpper(name[i]) && name[i - 1] != '_' && (!char.IsUpper(name[i - 1]) || StartsWord(name, i + 1));
            if (begins) snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }
        return snake.ToString();
    }
}
