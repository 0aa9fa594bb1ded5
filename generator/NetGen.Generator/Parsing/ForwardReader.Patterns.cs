using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Choices by patterns, of constants, and by whether there is a tensor.
sealed partial class ForwardReader
{
    /// <summary>What stands before each <c>?.</c> that is being read.</summary>
    readonly Stack<Symbolic> accessed = [];

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

    bool Matches(IPatternOperation pattern, Symbolic value)
    {
        EnsureStack(pattern);
        return Fits(pattern, value);
    }

    bool Fits(IPatternOperation pattern, Symbolic value) => pattern switch
    {
        IDiscardPatternOperation => true,
        IRecursivePatternOperation thing when IsOfItsType(thing, thing.MatchedType) => !IsNull(value) && MatchesParts(thing, value) && Declare(thing.DeclaredSymbol, value),
        IListPatternOperation list => !IsNull(value) && MatchesItems(list, value) && Declare(list.DeclaredSymbol, value),
        IDeclarationPatternOperation { MatchesNull: true } any => Declare(any.DeclaredSymbol, value),
        IDeclarationPatternOperation thing when IsOfItsType(thing, thing.MatchedType) => !IsNull(value) && Declare(thing.DeclaredSymbol, value),
        IConstantPatternOperation constant => Compares(constant, BinaryOperatorKind.Equals, value, constant.Value),
        IRelationalPatternOperation relation => Compares(relation, relation.OperatorKind, value, relation.Value),
        INegatedPatternOperation not => !Matches(not.Pattern, value),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both => Matches(both.LeftPattern, value) && Matches(both.RightPattern, value),
        IBinaryPatternOperation either => Matches(either.LeftPattern, value) || Matches(either.RightPattern, value),
        _ => throw Unsupported(pattern),
    };

    /// <summary>Whether the elements of a tuple, and its length or that of an array or a list, match.</summary>
    bool MatchesParts(IRecursivePatternOperation pattern, Symbolic value)
    {
        var items = Items(value);
        var parts = pattern.DeconstructionSubpatterns;
        // What is taken apart by a method of its type can't be.
        if (parts.Length > 0 && (pattern.DeconstructSymbol is not null || items?.Count != parts.Length)) throw Unsupported(pattern);
        for (var i = 0; i < parts.Length; i++)
            if (!Matches(parts[i], items![i])) return false;
        foreach (var property in pattern.PropertySubpatterns)
        {
            if (property.Member is not IPropertyReferenceOperation { Property.Name: "Length" or "Count" } || items is null) throw Unsupported(property);
            if (!Matches(property.Pattern, new SymbolicConstant(items.Count))) return false;
        }
        return true;
    }

    /// <summary>Whether the elements of an array or a list match, of which a slice stands for as many as there are.</summary>
    bool MatchesItems(IListPatternOperation pattern, Symbolic value)
    {
        var items = Items(value) ?? throw Unsupported(pattern);
        var patterns = pattern.Patterns;
        var slice = patterns.ToList().FindIndex(part => part is ISlicePatternOperation);
        if (slice < 0 ? items.Count != patterns.Length : items.Count < patterns.Length - 1) return false;
        var more = items.Count - patterns.Length;
        for (var i = 0; i < patterns.Length; i++)
        {
            if (i != slice)
            {
                if (!Matches(patterns[i], items[slice >= 0 && i > slice ? i + more : i])) return false;
            }
            else if (((ISlicePatternOperation)patterns[i]).Pattern is { } inner)
            {
                if (!Matches(inner, PartOf(value, items, i, i + more + 1))) return false;
            }
        }
        return true;
    }

    /// <summary>Whether two tuples have the same constants.</summary>
    static bool AreEqual(ITupleBinaryOperation tuples, Symbolic left, Symbolic right)
    {
        if ((left, right) is (SymbolicList a, SymbolicList b)) return a.Items.Zip(b.Items, (x, y) => AreEqual(tuples, x, y)).All(same => same);
        if (IsNull(left) || IsNull(right)) return IsNull(left) && IsNull(right);
        var (one, other) = (Known(left, tuples), Known(right, tuples));
        return ForwardConstants.Binary(BinaryOperatorKind.Equals, one, other, null) as bool? ?? Equals(one, other);
    }

    bool Compares(IOperation pattern, BinaryOperatorKind kind, Symbolic value, IOperation with)
    {
        var other = Known(with);
        if (kind == BinaryOperatorKind.Equals && other is null) return IsNull(value);
        var known = Known(value, pattern);
        if (kind == BinaryOperatorKind.Equals) return ForwardConstants.Matches(known, other);
        return ForwardConstants.Binary(kind, known, other, null) as bool? ?? (known is null or string or bool ? false : throw Unsupported(pattern));
    }

    /// <summary>Whether a pattern asks for no other type than what it looks at has, so that only null doesn't match.</summary>
    static bool IsOfItsType(IPatternOperation pattern, ITypeSymbol? matched) => SymbolEqualityComparer.Default.Equals(pattern.InputType, matched);

    /// <summary>Whether there is nothing, as where a helper's optional tensor is left out. That is known while the project builds.</summary>
    static bool IsNull(Symbolic value) => value is SymbolicConstant { Value: null };

    /// <summary>What <c>?.</c> stands for: null where there is nothing.</summary>
    Symbolic IfThere(IConditionalAccessOperation access)
    {
        var value = Evaluate(access.Operation);
        if (IsNull(value)) return value;
        accessed.Push(value);
        var result = Evaluate(access.WhenNotNull);
        accessed.Pop();
        return result;
    }

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
