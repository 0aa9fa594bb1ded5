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
            Reach(type), "partial class", containers.ToEquatableArray());
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

    /// <summary>How far a type can be seen from a file that isn't one of its containers'; null where it can't.</summary>
    static string? Reach(INamedTypeSymbol type)
    {
        var reach = "public";
        for (var part = type; part is not null; part = part.ContainingType)
        {
            if (part.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal) return null;
            if (part.DeclaredAccessibility != Accessibility.Public) reach = "internal";
        }
        return reach;
    }

    /// <summary>A name that may be a keyword.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
