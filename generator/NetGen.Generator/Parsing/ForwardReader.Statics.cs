using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetGen.Generator.Parsing;

// Static fields and properties, which are what they begin with where nothing else sets them, and C# has set them before they are read.
sealed partial class ForwardReader
{
    /// <summary>The members whose initialisers are being computed.</summary>
    readonly List<ISymbol> initializing = [];

    /// <summary>What was found to set a member, since loops read them often; null where nothing does.</summary>
    readonly Dictionary<ISymbol, string?> setters = new(SymbolEqualityComparer.Default);

    /// <summary>What a static field or property has.</summary>
    /// <param name="member">It.</param>
    /// <param name="initializer">What it begins with.</param>
    /// <param name="at">Where it is read.</param>
    Symbolic Initial(ISymbol member, IOperation initializer, SyntaxNode at)
    {
        foreach (var earlier in initializing) CheckOrder(member, earlier, at);
        if (!setters.TryGetValue(member, out var setter)) setters.Add(member, setter = SetterOf(member));
        if (setter is not null)
            throw new ForwardException(at, $"'{member.Name}' is changed by {setter}, which isn't run while the project builds; let what sets it be its initializer, or a method that Forward calls");
        initializing.Add(member);
        var value = Fixed(Evaluate(initializer));
        initializing.Remove(member);
        return value;
    }

    /// <summary>C# runs a class's initialisers from the first to the last, and what is read before it is set is 0 or null.</summary>
    void CheckOrder(ISymbol member, ISymbol reader, SyntaxNode at)
    {
        if (!SymbolEqualityComparer.Default.Equals(member.ContainingType.OriginalDefinition, reader.ContainingType.OriginalDefinition)) return;
        if (SymbolEqualityComparer.Default.Equals(member, reader))
            throw new ForwardException(at, $"the initializer of '{reader.Name}' needs '{member.Name}' itself");
        var (own, other) = (Sources(member).First(), Sources(reader).First());
        if (DeclarationOf(own) != DeclarationOf(other))
            throw new ForwardException(at, $"'{member.Name}' is declared in another part of '{member.ContainingType.Name}' than '{reader.Name}', whose initializer needs it, and C# doesn't say which is set first; put them into one part");
        if (own.SpanStart > other.SpanStart)
            throw new ForwardException(at, $"'{member.Name}' is declared after '{reader.Name}', whose initializer needs it before C# has set it; declare it first");
    }

    /// <summary>What changes a static member, or its elements, in a class's own source beside the member's initializer; null where nothing does.</summary>
    string? SetterOf(ISymbol member)
    {
        var type = member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type;
        var hasElements = type is { IsReferenceType: true, TypeKind: not TypeKind.Delegate, SpecialType: not SpecialType.System_String };
        foreach (var part in Sources(member.ContainingType).Where(IsOwn))
        {
            SemanticModel? model = null;
            foreach (var name in part.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == member.Name))
            {
                // What the reader runs itself it refuses where it stands.
                var around = name.Ancestors().FirstOrDefault(node => node is MemberDeclarationSyntax or AccessorDeclarationSyntax);
                if (around is null || name.Ancestors().Any(bodies.ContainsKey) || !IsChanged(name, hasElements && around is ConstructorDeclarationSyntax)) continue;
                var symbol = (model ??= compilation.GetSemanticModel(part.SyntaxTree)).GetSymbolInfo(name, cancellation).Symbol;
                if (!SymbolEqualityComparer.Default.Equals(symbol?.OriginalDefinition, member.OriginalDefinition)) continue;
                return around switch
                {
                    ConstructorDeclarationSyntax constructor => constructor.Modifiers.Any(SyntaxKind.StaticKeyword) ? $"the static constructor of '{member.ContainingType.Name}'" : "a constructor",
                    MethodDeclarationSyntax method => $"the method '{method.Identifier.ValueText}'",
                    _ => "another member",
                };
            }
        }
        return null;
    }

    /// <summary>Whether source is the project's own: the analyzer sees what was generated too, which the generator doesn't, and they find the same.</summary>
    bool IsOwn(SyntaxNode source) => compilation.ContainsSyntaxTree(source.SyntaxTree) && !source.SyntaxTree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal);

    /// <summary>Whether an expression, or an element of it, gets another value, or may where it is given away.</summary>
    static bool IsChanged(ExpressionSyntax expression, bool orGiven)
    {
        while (true)
        {
            switch (expression.Parent)
            {
                case MemberAccessExpressionSyntax access when access.Name == expression:
                    expression = access;
                    break;
                case ElementAccessExpressionSyntax access when access.Expression == expression:
                    // An element is given away by its value.
                    (expression, orGiven) = (access, false);
                    break;
                case ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression }:
                    expression = (ExpressionSyntax)expression.Parent;
                    break;
                case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call, Name.Identifier.ValueText: var called }:
                    // Of a query the result is used.
                    return called == "Reverse" ? call.Parent is ExpressionStatementSyntax : IsChange(called) || (orGiven && called.StartsWith("As", StringComparison.Ordinal));
                case AssignmentExpressionSyntax assignment when assignment.Left == expression:
                case PostfixUnaryExpressionSyntax or RefExpressionSyntax:
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression }:
                    return true;
                case ArgumentSyntax { Parent: TupleExpressionSyntax tuple }:
                    expression = tuple;
                    break;
                case ArgumentSyntax { RefKindKeyword.ValueText: "ref" or "out" }:
                    return true;
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var owner, Name.Identifier.ValueText: var called } } }
                    when owner.ToString() is "Array" or "System.Array":
                    return IsChange(called);
                case ArgumentSyntax or EqualsValueClauseSyntax or AssignmentExpressionSyntax:
                    return orGiven;
                default:
                    return false;
            }
        }
    }

    /// <summary>Whether a method of an array or a list changes it.</summary>
    static bool IsChange(string method) => method is "Fill" or "Clear" or "Sort" or "Reverse" or "Copy" or "SetValue" or "Push" or "Pop" or "Enqueue" or "Dequeue"
        || method.StartsWith("Add", StringComparison.Ordinal) || method.StartsWith("Insert", StringComparison.Ordinal) || method.StartsWith("Remove", StringComparison.Ordinal);

    static SyntaxNode? DeclarationOf(SyntaxNode member) => member.FirstAncestorOrSelf<TypeDeclarationSyntax>();
}
