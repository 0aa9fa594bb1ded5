using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Choices by patterns, of constants.
sealed partial class ForwardReader
{
    Symbolic Switch(ISwitchExpressionOperation choice)
    {
        var value = Known(choice.Value);
        foreach (var arm in choice.Arms)
            if (Matches(arm.Pattern, value) && (arm.Guard is null || IsTrue(arm.Guard)))
                return Evaluate(arm.Value);
        throw new ForwardException(choice.Syntax, "none of its cases is for the value that it has here");
    }

    Flow Switch(ISwitchOperation choice)
    {
        var value = Known(choice.Value);
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

    bool Matches(ICaseClauseOperation clause, object? value) => clause switch
    {
        ISingleValueCaseClauseOperation single => Compares(BinaryOperatorKind.Equals, value, single.Value),
        IPatternCaseClauseOperation pattern => Matches(pattern.Pattern, value) && (pattern.Guard is null || IsTrue(pattern.Guard)),
        IDefaultCaseClauseOperation => false,
        _ => throw Unsupported(clause),
    };

    bool Matches(IPatternOperation pattern, object? value) => pattern switch
    {
        IDiscardPatternOperation => true,
        IConstantPatternOperation constant => Compares(BinaryOperatorKind.Equals, value, constant.Value),
        IRelationalPatternOperation relation => Compares(relation.OperatorKind, value, relation.Value),
        INegatedPatternOperation not => !Matches(not.Pattern, value),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both => Matches(both.LeftPattern, value) && Matches(both.RightPattern, value),
        IBinaryPatternOperation either => Matches(either.LeftPattern, value) || Matches(either.RightPattern, value),
        _ => throw Unsupported(pattern),
    };

    bool Compares(BinaryOperatorKind kind, object? value, IOperation with)
    {
        var other = Known(with);
        return ForwardConstants.Binary(kind, value, other, null) as bool? ?? (kind == BinaryOperatorKind.Equals && Equals(value, other));
    }

    object? Known(IOperation expression) => Evaluate(expression) switch
    {
        SymbolicConstant constant => constant.Value,
        SymbolicSize => throw new ForwardException(expression.Syntax, SizeOfUse),
        _ => throw new ForwardException(expression.Syntax, ByTensor),
    };
}
