using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

// Operators and conversions, of tensors and of constants.
sealed partial class ForwardReader
{
    /// <summary>Operators one after the other, as of a + b + c + d, of which there may be any number: those of the left operand aren't read within it.</summary>
    Symbolic Chain(IBinaryOperation last)
    {
        var chain = new Stack<IBinaryOperation>();
        for (IOperation left = last; left is IBinaryOperation { ConstantValue.HasValue: false } binary; left = binary.LeftOperand) chain.Push(binary);
        var value = Evaluate(chain.Peek().LeftOperand);
        while (chain.Count > 0)
        {
            var binary = chain.Pop();
            Count(binary);
            value = Binary(binary, binary.OperatorKind, binary.OperatorMethod, value, binary.LeftOperand, binary.RightOperand, binary.IsChecked);
        }
        return value;
    }

    Symbolic Binary(IOperation expression, BinaryOperatorKind kind, IMethodSymbol? method, Symbolic first, IOperation left, IOperation right, bool isChecked)
    {
        if (method is not null && WellKnownTypes.IsForward(method.ContainingType, "Tensor"))
        {
            var name = kind switch
            {
                BinaryOperatorKind.Add => "+",
                BinaryOperatorKind.Subtract => "-",
                BinaryOperatorKind.Multiply => "*",
                BinaryOperatorKind.Divide => "/",
                BinaryOperatorKind.GreaterThan => ">",
                BinaryOperatorKind.LessThan => "<",
                BinaryOperatorKind.GreaterThanOrEqual => ">=",
                BinaryOperatorKind.LessThanOrEqual => "<=",
                _ => throw Unsupported(expression),
            };
            return recorder.Function(expression.Syntax, name, [Tensor(first, left), Tensor(right)]);
        }
        if (first is SymbolicSize) throw new ForwardException(expression.Syntax, SizeOfUse);
        // The second operand isn't computed where the first one decides.
        if (first is SymbolicConstant { Value: bool known } && (known ? kind == BinaryOperatorKind.ConditionalOr : kind == BinaryOperatorKind.ConditionalAnd)) return first;
        var second = Evaluate(right);
        if (kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals && (IsNull(first) || IsNull(second)))
            return new SymbolicConstant(IsNull(first) == IsNull(second) == (kind == BinaryOperatorKind.Equals));
        if (kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals && (first is SymbolicTensor or SymbolicParameter || second is SymbolicTensor or SymbolicParameter))
            throw new ForwardException(expression.Syntax, ByTensor);
        if (first is not SymbolicConstant { Value: var a }) throw Unsupported(expression);
        return second switch
        {
            SymbolicConstant { Value: var b } when Computed(expression, () => ForwardConstants.Binary(kind, a, b, expression.Type, isChecked)) is { } result => new SymbolicConstant(result),
            SymbolicSize => throw new ForwardException(expression.Syntax, SizeOfUse),
            SymbolicConstant { Value: 0 or 0L } when a is int or long && kind is BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder =>
                throw new ForwardException(right.Syntax, "it is 0, by which a whole number can't be divided"),
            _ => throw Unsupported(expression),
        };
    }

    /// <summary>The result of a function of constants, for which C# may throw an exception.</summary>
    static object? Computed(IOperation expression, Func<object?> function)
    {
        try
        {
            return function();
        }
        catch (OverflowException)
        {
            throw new ForwardException(expression.Syntax, $"it overflows: the result is out of the range of {expression.Type?.ToDisplayString() ?? "its type"}");
        }
    }

    Symbolic Unary(IUnaryOperation unary)
    {
        if (unary.OperatorMethod is { } method && WellKnownTypes.IsForward(method.ContainingType, "Tensor"))
            return recorder.Function(unary.Syntax, "*", [Tensor(unary.Operand), recorder.Function(unary.Syntax, "Constant", [], new ArgumentValue(-1f)).Value]);
        return Evaluate(unary.Operand) is SymbolicConstant { Value: var value } && Computed(unary, () => ForwardConstants.Unary(unary.OperatorKind, value, unary.Type, unary.IsChecked)) is { } result
            ? new SymbolicConstant(result) : throw Unsupported(unary);
    }

    Symbolic Convert(IConversionOperation conversion)
    {
        var value = Evaluate(conversion.Operand);
        if (!conversion.Conversion.Exists) throw new ForwardException(conversion.Syntax, null);
        if (conversion.OperatorMethod is { } method)
        {
            if (WellKnownTypes.IsForward(method.ContainingType, "Tensor") && value is SymbolicConstant { Value: var number }
                && ForwardConversions.Convert(number, compilation.GetSpecialType(SpecialType.System_Single)) is float constant)
            {
                return recorder.Function(conversion.Syntax, "Constant", [], new ArgumentValue(constant));
            }
            throw value is SymbolicSize ? new ForwardException(conversion.Syntax, SizeOfUse) : Unsupported(conversion);
        }
        if (value is not SymbolicConstant { Value: var known }) return value;
        // What may be null is held as what it is otherwise.
        var type = conversion.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } ? inner : conversion.Type;
        if (type is not { SpecialType: not SpecialType.None and var target }) return value;
        if (Computed(conversion, () => ForwardConversions.Convert(known, type, conversion.IsChecked)) is { } converted) return new SymbolicConstant(converted);
        return ForwardConversions.IsOtherNumber(target) && known is int or long or float or double
            ? throw new ForwardException(conversion.Syntax, "of numbers Forward may have int, long, float and double, and narrower whole ones within their range") : value;
    }
}
