using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

/// <summary>Arithmetic on constants while a Forward is read: of the counter of a loop, say, which the C# compiler doesn't take for a constant.</summary>
static class ForwardConstants
{
    /// <summary>A number or a truth value as another type; null where there is no such conversion.</summary>
    public static object? Convert(object? value, ITypeSymbol? type) => (value, type?.SpecialType) switch
    {
        (null, _) => null,
        (bool, SpecialType.System_Boolean) or (string, SpecialType.System_String) => value,
        (IConvertible number, SpecialType.System_Int32) when IsNumber(value) => unchecked((int)Whole(number)),
        (IConvertible number, SpecialType.System_Int64) when IsNumber(value) => Whole(number),
        (IConvertible number, SpecialType.System_Single) when IsNumber(value) => number.ToSingle(CultureInfo.InvariantCulture),
        (IConvertible number, SpecialType.System_Double) when IsNumber(value) => number.ToDouble(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The result of an operator; null where it isn't one of these types, or has none.</summary>
    public static object? Binary(BinaryOperatorKind kind, object? left, object? right, ITypeSymbol? type)
    {
        if (left is bool a && right is bool b)
        {
            return kind switch
            {
                BinaryOperatorKind.And or BinaryOperatorKind.ConditionalAnd => a && b,
                BinaryOperatorKind.Or or BinaryOperatorKind.ConditionalOr => a || b,
                BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.NotEquals => a != b,
                BinaryOperatorKind.Equals => a == b,
                _ => null,
            };
        }
        if (left is string first && right is string second && kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals)
            return string.Equals(first, second, StringComparison.Ordinal) == (kind == BinaryOperatorKind.Equals);
        if (!IsNumber(left) || !IsNumber(right)) return null;
        if (left is int or long && right is int or long)
        {
            var (x, y) = (Whole((IConvertible)left), Whole((IConvertible)right));
            if (y == 0 && kind is BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder) return null;
            object? whole = kind switch
            {
                BinaryOperatorKind.Add => unchecked(x + y),
                BinaryOperatorKind.Subtract => unchecked(x - y),
                BinaryOperatorKind.Multiply => unchecked(x * y),
                BinaryOperatorKind.Divide => y == -1 ? unchecked(-x) : x / y,
                BinaryOperatorKind.Remainder => y == -1 ? 0 : x % y,
                BinaryOperatorKind.LeftShift => x << Bits(),
                BinaryOperatorKind.RightShift => x >> Bits(),
                BinaryOperatorKind.UnsignedRightShift => left is int ? (uint)(int)x >> Bits() : (long)((ulong)x >> Bits()),
                BinaryOperatorKind.And => x & y,
                BinaryOperatorKind.Or => x | y,
                BinaryOperatorKind.ExclusiveOr => x ^ y,
                _ => Compare(kind, x.CompareTo(y)),
            };
            return whole is long ? Convert(whole, type) : whole;

            // Of how far a number is shifted C# takes what is less than its own bits.
            int Bits() => (int)y & (left is int ? 31 : 63);
        }
        var (p, q) = (((IConvertible)left!).ToDouble(CultureInfo.InvariantCulture), ((IConvertible)right!).ToDouble(CultureInfo.InvariantCulture));
        object? real = kind switch
        {
            BinaryOperatorKind.Add => p + q,
            BinaryOperatorKind.Subtract => p - q,
            BinaryOperatorKind.Multiply => p * q,
            BinaryOperatorKind.Divide => p / q,
            BinaryOperatorKind.Remainder => p % q,
            _ => Compare(kind, p.CompareTo(q)),
        };
        return real is double ? Convert(real, type) : real;
    }

    /// <summary>The result of an operator of one operand; null where there is none.</summary>
    public static object? Unary(UnaryOperatorKind kind, object? value, ITypeSymbol? type) => (kind, value) switch
    {
        (UnaryOperatorKind.Not, bool flag) => !flag,
        (UnaryOperatorKind.Plus, _) => Convert(value, type),
        (UnaryOperatorKind.BitwiseNegation, int or long) => Convert(~Whole((IConvertible)value), type),
        (UnaryOperatorKind.Minus, int or long) => Convert(unchecked(-Whole((IConvertible)value)), type),
        (UnaryOperatorKind.Minus, float or double) => Convert(-((IConvertible)value).ToDouble(CultureInfo.InvariantCulture), type),
        _ => null,
    };

    /// <summary>Whether a method is one of C#'s functions of numbers.</summary>
    public static bool IsMath(IMethodSymbol method) => method is
    {
        IsStatic: true,
        ContainingType: { Name: "Math" or "MathF", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } },
    };

    /// <summary>The result of a function of numbers; null where it isn't one of these.</summary>
    public static object? Call(IMethodSymbol method, double[] numbers) => (method.Name, numbers) switch
    {
        (nameof(Math.Abs), [var x]) => Convert(Math.Abs(x), method.ReturnType),
        (nameof(Math.Ceiling), [var x]) => Convert(Math.Ceiling(x), method.ReturnType),
        (nameof(Math.Cos), [var x]) => Convert(Math.Cos(x), method.ReturnType),
        (nameof(Math.Exp), [var x]) => Convert(Math.Exp(x), method.ReturnType),
        (nameof(Math.Floor), [var x]) => Convert(Math.Floor(x), method.ReturnType),
        (nameof(Math.Log), [var x]) => Convert(Math.Log(x), method.ReturnType),
        (nameof(Math.Max), [var x, var y]) => Convert(Math.Max(x, y), method.ReturnType),
        (nameof(Math.Min), [var x, var y]) => Convert(Math.Min(x, y), method.ReturnType),
        (nameof(Math.Pow), [var x, var y]) => Convert(Math.Pow(x, y), method.ReturnType),
        (nameof(Math.Round), [var x]) => Convert(Math.Round(x), method.ReturnType),
        (nameof(Math.Sin), [var x]) => Convert(Math.Sin(x), method.ReturnType),
        (nameof(Math.Sqrt), [var x]) => Convert(Math.Sqrt(x), method.ReturnType),
        (nameof(Math.Tanh), [var x]) => Convert(Math.Tanh(x), method.ReturnType),
        _ => null,
    };

    static bool? Compare(BinaryOperatorKind kind, int order) => kind switch
    {
        BinaryOperatorKind.Equals => order == 0,
        BinaryOperatorKind.NotEquals => order != 0,
        BinaryOperatorKind.LessThan => order < 0,
        BinaryOperatorKind.LessThanOrEqual => order <= 0,
        BinaryOperatorKind.GreaterThan => order > 0,
        BinaryOperatorKind.GreaterThanOrEqual => order >= 0,
        _ => null,
    };

    static bool IsNumber(object? value) => value is int or long or float or double;

    static long Whole(IConvertible number) => number switch
    {
        float f => unchecked((long)f),
        double d => unchecked((long)d),
        _ => number.ToInt64(CultureInfo.InvariantCulture),
    };
}
