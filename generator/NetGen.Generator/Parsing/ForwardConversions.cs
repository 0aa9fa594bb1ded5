using System.Globalization;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>Conversions of constants while a Forward is read. Of whole numbers there are int and long; those of a narrower type are an int.</summary>
static class ForwardConversions
{
    /// <summary>
    /// A number or a truth value as another type; null where there is no such conversion. A real number beyond a whole one's range is the nearest one there, and what isn't a number is 0, as since .NET 9.
    /// </summary>
    /// <exception cref="OverflowException">C# throws one.</exception>
    public static object? Convert(object? value, ITypeSymbol? type, bool isChecked = false) => (value, type?.SpecialType) switch
    {
        (null, _) => null,
        (bool, SpecialType.System_Boolean) or (string, SpecialType.System_String) => value,
        (float or double or int or long, SpecialType.System_Single) => ((IConvertible)value).ToSingle(CultureInfo.InvariantCulture),
        (float or double or int or long, SpecialType.System_Double) => ((IConvertible)value).ToDouble(CultureInfo.InvariantCulture),
        (int or long, { } whole) => OfWhole(((IConvertible)value).ToInt64(CultureInfo.InvariantCulture), whole, isChecked),
        (float or double, { } whole) => OfReal(((IConvertible)value).ToDouble(CultureInfo.InvariantCulture), whole, isChecked),
        _ => null,
    };

    /// <summary>What the C# compiler has computed, as it is held.</summary>
    public static object? Held(object? value) => value is byte or sbyte or short or ushort ? ((IConvertible)value).ToInt32(CultureInfo.InvariantCulture) : value;

    /// <summary>Whether numbers of a type are read only where they are held as another one.</summary>
    public static bool IsOtherNumber(SpecialType type) => type is >= SpecialType.System_Char and <= SpecialType.System_UIntPtr
        and not (SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Single or SpecialType.System_Double);

    static object? OfWhole(long number, SpecialType type, bool isChecked) => type switch
    {
        SpecialType.System_Int32 => isChecked ? checked((int)number) : unchecked((int)number),
        SpecialType.System_Int64 => number,
        SpecialType.System_Byte => (int)(isChecked ? checked((byte)number) : unchecked((byte)number)),
        SpecialType.System_SByte => (int)(isChecked ? checked((sbyte)number) : unchecked((sbyte)number)),
        SpecialType.System_Int16 => (int)(isChecked ? checked((short)number) : unchecked((short)number)),
        SpecialType.System_UInt16 => (int)(isChecked ? checked((ushort)number) : unchecked((ushort)number)),
        _ => null,
    };

    static object? OfReal(double number, SpecialType type, bool isChecked)
    {
        var (lowest, highest) = type switch
        {
            SpecialType.System_Int32 => (int.MinValue, int.MaxValue),
            SpecialType.System_Int64 => (long.MinValue, long.MaxValue),
            SpecialType.System_Byte => (byte.MinValue, byte.MaxValue),
            SpecialType.System_SByte => (sbyte.MinValue, sbyte.MaxValue),
            SpecialType.System_Int16 => (short.MinValue, short.MaxValue),
            SpecialType.System_UInt16 => (ushort.MinValue, ushort.MaxValue),
            _ => (0L, 0L),
        };
        if (highest == 0) return null;
        var whole = Math.Truncate(number);
        if (!(whole >= lowest && (highest == long.MaxValue ? whole < highest : whole <= highest)))
        {
            if (isChecked) throw new OverflowException();
            // What .NET makes of one beyond a narrower type isn't said.
            if (type is not (SpecialType.System_Int32 or SpecialType.System_Int64)) return null;
            whole = double.IsNaN(number) ? 0 : number;
        }
        var nearest = whole >= highest ? highest : whole <= lowest ? lowest : (long)whole;
        return type == SpecialType.System_Int64 ? nearest : (object)(int)nearest;
    }
}
