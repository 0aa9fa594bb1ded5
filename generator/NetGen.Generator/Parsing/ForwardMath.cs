using System.Globalization;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>C#'s functions of numbers, as of the root of a size, which a Forward may call with constants.</summary>
static class ForwardMath
{
    /// <summary>Whether a method is one of C#'s functions of numbers.</summary>
    public static bool IsMath(IMethodSymbol method) => method is
    {
        IsStatic: true,
        ContainingType: { Name: "Math" or "MathF", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } },
    };

    /// <summary>The result of a function; null where it isn't one of these.</summary>
    /// <exception cref="OverflowException">C# throws one.</exception>
    public static object? Call(IMethodSymbol method, object[] numbers)
    {
        var isWhole = method.ReturnType.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64;
        object? result = isWhole && numbers.All(number => number is int or long)
            ? OfWhole(method, [.. numbers.Select(number => ((IConvertible)number).ToInt64(CultureInfo.InvariantCulture))])
            : OfReal(method.Name, [.. numbers.Select(number => ((IConvertible)number).ToDouble(CultureInfo.InvariantCulture))]);
        return ForwardConversions.Convert(result, method.ReturnType);
    }

    static object? OfWhole(IMethodSymbol method, long[] numbers) => (method.Name, numbers) switch
    {
        (nameof(Math.Abs), [int.MinValue]) when method.ReturnType.SpecialType == SpecialType.System_Int32 => throw new OverflowException(),
        (nameof(Math.Abs), [var x]) => Math.Abs(x),
        ("Clamp", [var x, var min, var max]) when min <= max => Math.Min(Math.Max(x, min), max),
        (nameof(Math.Max), [var x, var y]) => Math.Max(x, y),
        (nameof(Math.Min), [var x, var y]) => Math.Min(x, y),
        (nameof(Math.Sign), [var x]) => (long)Math.Sign(x),
        _ => null,
    };

    static object? OfReal(string function, double[] numbers) => (function, numbers) switch
    {
        (nameof(Math.Abs), [var x]) => Math.Abs(x),
        ("Cbrt", [var x]) => Root(x),
        (nameof(Math.Ceiling), [var x]) => Math.Ceiling(x),
        ("Clamp", [var x, var min, var max]) when !(min > max) => x < min ? min : x > max ? max : x,
        (nameof(Math.Cos), [var x]) => Math.Cos(x),
        (nameof(Math.Exp), [var x]) => Math.Exp(x),
        (nameof(Math.Floor), [var x]) => Math.Floor(x),
        (nameof(Math.Log), [var x]) => Math.Log(x),
        ("Log2", [var x]) => Log2(x),
        (nameof(Math.Max), [var x, var y]) => Math.Max(x, y),
        (nameof(Math.Min), [var x, var y]) => Math.Min(x, y),
        (nameof(Math.Pow), [var x, var y]) => Math.Pow(x, y),
        (nameof(Math.Round), [var x]) => Math.Round(x),
        // C# throws an exception for what isn't a number.
        (nameof(Math.Sign), [var x]) when !double.IsNaN(x) => (long)Math.Sign(x),
        (nameof(Math.Sin), [var x]) => Math.Sin(x),
        (nameof(Math.Sqrt), [var x]) => Math.Sqrt(x),
        (nameof(Math.Tanh), [var x]) => Math.Tanh(x),
        _ => null,
    };

    /// <summary>The cube root, by one step of Newton's from a power that is nearly it, so that roots that are whole are.</summary>
    static double Root(double x)
    {
        if (x == 0 || double.IsNaN(x) || double.IsInfinity(x)) return x;
        var root = Math.Sign(x) * Math.Pow(Math.Abs(x), 1.0 / 3);
        return root - (root * root * root - x) / (3 * root * root);
    }

    /// <summary>The logarithm to the base of 2, which is whole where it can be.</summary>
    static double Log2(double x)
    {
        var log = Math.Log(x, 2);
        return !double.IsInfinity(log) && Math.Pow(2, Math.Round(log)) == x ? Math.Round(log) : log;
    }
}
