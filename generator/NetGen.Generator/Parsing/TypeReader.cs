using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NetGen.Generator.Parsing;

/// <summary>Reads how a type is to be continued in another file.</summary>
static class TypeReader
{
    public static TypeModel Read(INamedTypeSymbol type)
    {
        var containers = new List<ContainerModel>();
        for (var container = type.ContainingType; container is not null; container = container.ContainingType)
            containers.Insert(0, new($"partial {Keyword(container)} {Escape(container.Name)}{TypeParameters(container)}", container.Name, container.Arity));
        return new(Namespace(type.ContainingNamespace), Escape(type.Name),
            Accessibility(type.DeclaredAccessibility), "partial class", containers.ToEquatableArray());
    }

    /// <summary>What a type's declaration calls it: <c>class</c>, <c>record struct</c>.</summary>
    public static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };

    static string TypeParameters(INamedTypeSymbol type)
    {
        if (type.Arity == 0) return "";
        // Variance has to be repeated on every declaration.
        var parameters = type.TypeParameters.Select(p => p.Variance switch
        {
            VarianceKind.In => "in " + Escape(p.Name),
            VarianceKind.Out => "out " + Escape(p.Name),
            _ => Escape(p.Name),
        });
        return $"<{string.Join(", ", parameters)}>";
    }

    static string Namespace(INamespaceSymbol space)
    {
        var parts = new List<string>();
        for (; !space.IsGlobalNamespace; space = space.ContainingNamespace) parts.Insert(0, Escape(space.Name));
        return string.Join(".", parts);
    }

    static string Accessibility(Accessibility accessibility) => accessibility switch
    {
        Microsoft.CodeAnalysis.Accessibility.Public => "public",
        Microsoft.CodeAnalysis.Accessibility.Private => "private",
        Microsoft.CodeAnalysis.Accessibility.Protected => "protected",
        Microsoft.CodeAnalysis.Accessibility.ProtectedOrInternal => "protected internal",
        Microsoft.CodeAnalysis.Accessibility.ProtectedAndInternal => "private protected",
        _ => "internal",
    };

    /// <summary>A name that may be a keyword.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
