using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetGen.Generator.Parsing;

/// <summary>Arithmetic on constants while a Forward is read: of the counter of a loop, say, which the C# compiler doesn't take for a constant.</summary>
static class ForwardConstants
{
    /// <summary>The result of an operator; null where it isn't one of these types, or has none.</summary>
    /// <exception cref="OverflowException">C# throws one.</exception>
    public static object? Binary(BinaryOperatorKind kind, object? left, object? right, ITypeSymbol? type, bool isChecked = false)
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
            var (x, y) = (Whole(left), Whole(right));
            if (y == 0 && kind is BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder) return null;
            object? whole = kind switch
            {
                BinaryOperatorKind.Add => isChecked ? checked(x + y) : unchecked(x + y),
                BinaryOperatorKind.Subtract => isChecked ? checked(x - y) : unchecked(x - y),
                BinaryOperatorKind.Multiply => isChecked ? checked(x * y) : unchecked(x * y),
                // The lowest number has no opposite, whether that is checked or not.
                BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder when y == -1 && x == (left is int && right is int ? int.MinValue : long.MinValue) => throw new OverflowException(),
                BinaryOperatorKind.Divide => x / y,
                BinaryOperatorKind.Remainder => x % y,
                BinaryOperatorKind.LeftShift => x << Bits(),
                BinaryOperatorKind.RightShift => x >> Bits(),
                BinaryOperatorKind.UnsignedRightShift => left is int ? (uint)(int)x >> Bits() : (long)((ulong)x >> Bits()),
                BinaryOperatorKind.And => x & y,
                BinaryOperatorKind.Or => x | y,
                BinaryOperatorKind.ExclusiveOr => x ^ y,
                _ => Compare(kind, x < y, x == y, x > y),
            };
            return whole is long ? ForwardConversions.Convert(whole, type, isChecked) : whole;

            // Of how far a number is shifted C# takes what is less than its own bits.
            int Bits() => (int)y & (left is int ? 31 : 63);
        }
        var (p, q) = (Real(left!), Real(right!));
        object? real = kind switch
        {
            BinaryOperatorKind.Add => p + q,
            BinaryOperatorKind.Subtract => p - q,
            BinaryOperatorKind.Multiply => p * q,
            BinaryOperatorKind.Divide => p / q,
            BinaryOperatorKind.Remainder => p % q,
            _ => Compare(kind, p < q, p == q, p > q),
        };
        return real is double ? ForwardConversions.Convert(real, type, isChecked) : real;
    }

    /// <summary>The result of an operator of one operand; null where there is none.</summary>
    /// <exception cref="OverflowException">C# throws one.</exception>
    public static object? Unary(UnaryOperatorKind kind, object? value, ITypeSymbol? type, bool isChecked) => (kind, value) switch
    {
        (UnaryOperatorKind.Not, bool flag) => !flag,
        (UnaryOperatorKind.Plus, _) => ForwardConversions.Convert(value, type),
        (UnaryOperatorKind.BitwiseNegation, int or long) => ForwardConversions.Convert(~Whole(value), type),
        (UnaryOperatorKind.Minus, int or long) => ForwardConversions.Convert(isChecked ? checked(-Whole(value)) : unchecked(-Whole(value)), type, isChecked),
        (UnaryOperatorKind.Minus, float or double) => ForwardConversions.Convert(-Real(value), type),
        _ => null,
    };

    /// <summary>A comparison, of which none but != holds for what isn't a number.</summary>
    static bool? Compare(BinaryOperatorKind kind, bool isLess, bool isEqual, bool isGreater) => kind switch
    {
        BinaryOperatorKind.Equals => isEqual,
        BinaryOperatorKind.NotEquals => !isEqual,
        BinaryOperatorKind.LessThan => isLess,
        BinaryOperatorKind.LessThanOrEqual => isLess || isEqual,
        BinaryOperatorKind.GreaterThan => isGreater,
        BinaryOperatorKind.GreaterThanOrEqual => isGreater || isEqual,
        _ => null,
    };

    /// <summary>Whether a constant pattern matches, which <c>double.NaN</c> does what isn't a number.</summary>
    public static bool Matches(object? value, object? pattern) =>
        Binary(BinaryOperatorKind.Equals, value, pattern, null) is true || Equals(value, pattern);

    static bool IsNumber(object? value) => value is int or long or float or double;

    static long Whole(object value) => value is int number ? number : (long)value;

    static double Real(object value) => ((IConvertible)value).ToDouble(CultureInfo.InvariantCulture);
}
