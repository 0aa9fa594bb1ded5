using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Choices by patterns, of constants, and by whether there is a tensor.
sealed partial class ForwardReader
{
    Symbolic Switch(ISwitchExpressionOperation choice)
    {
        var value = Evaluate(choice.Value);
        foreach (var arm in choice.Arms)
            if (Matches(arm.Pattern, value) && (arm.Guard is null || IsTrue(arm.Guard)))
                return Evaluate(arm.Value);
        throw new ForwardException(choice.Syntax, "none of its cases is for the value that it has here");
    }

    Flow Switch(ISwitchOperation choice)
    {
        var value = Evaluate(choice.Value);
        var chosen = choice.Cases.FirstOrDefault(section => section.Clauses.Any(clause => Matches(clause, value)))
            ?? choice.Cases.FirstOrDefault(section => section.Clauses.Any(clause => clause is IDefaultCaseClauseOperation));
        foreach (var statement in chosen?.Body ?? [])
        {
            var flow = Run(statement);
            if (flow.Kind == Kind.Break) return Flow.Next;
            if (flow != Flow.Next) return flow;
        }
        return Flow.Next;
    }

    bool Matches(ICaseClauseOperation clause, Symbolic value) => clause switch
    {
        ISingleValueCaseClauseOperation single => Compares(single, BinaryOperatorKind.Equals, value, single.Value),
        IPatternCaseClauseOperation pattern => Matches(pattern.Pattern, value) && (pattern.Guard is null || IsTrue(pattern.Guard)),
        IDefaultCaseClauseOperation => false,
        _ => throw Unsupported(clause),
    };

    bool Matches(IPatternOperation pattern, Symbolic value) => pattern switch
    {
        IDiscardPatternOperation => true,
        IRecursivePatternOperation { DeconstructionSubpatterns: [], PropertySubpatterns: [] } thing when IsOfItsType(thing, thing.MatchedType) =>
            !IsNull(value) && Declare(thing.DeclaredSymbol, value),
        IDeclarationPatternOperation { MatchesNull: false } thing when IsOfItsType(thing, thing.MatchedType) => !IsNull(value) && Declare(thing.DeclaredSymbol, value),
        IConstantPatternOperation constant => Compares(constant, BinaryOperatorKind.Equals, value, constant.Value),
        IRelationalPatternOperation relation => Compares(relation, relation.OperatorKind, value, relation.Value),
        INegatedPatternOperation not => !Matches(not.Pattern, value),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both => Matches(both.LeftPattern, value) && Matches(both.RightPattern, value),
        IBinaryPatternOperation either => Matches(either.LeftPattern, value) || Matches(either.RightPattern, value),
        _ => throw Unsupported(pattern),
    };

    bool Compares(IOperation pattern, BinaryOperatorKind kind, Symbolic value, IOperation with)
    {
        var other = Known(with);
        if (kind == BinaryOperatorKind.Equals && other is null) return IsNull(value);
        var known = Known(value, pattern);
        return ForwardConstants.Binary(kind, known, other, null) as bool? ?? (kind == BinaryOperatorKind.Equals && Equals(known, other));
    }

    /// <summary>Whether a pattern asks for no other type than what it looks at has, so that only null doesn't match.</summary>
    static bool IsOfItsType(IPatternOperation pattern, ITypeSymbol? matched) => SymbolEqualityComparer.Default.Equals(pattern.InputType, matched);

    /// <summary>Whether there is nothing, as where a helper's optional tensor is left out. That is known while the project builds.</summary>
    static bool IsNull(Symbolic value) => value is SymbolicConstant { Value: null };

    bool Declare(ISymbol? symbol, Symbolic value)
    {
        if (symbol is not null) frame.Declare(symbol, value);
        return true;
    }

    object? Known(IOperation expression) => Known(Evaluate(expression), expression);

    static object? Known(Symbolic value, IOperation expression) => value switch
    {
        SymbolicConstant constant => constant.Value,
        SymbolicSize => throw new ForwardException(expression.Syntax, SizeOfUse),
        _ => throw new ForwardException(expression.Syntax, ByTensor),
    };
}
