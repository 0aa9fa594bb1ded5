using System.Globalization;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Lowering;

/// <summary>Sums and products of an index and a constant, as kernels have them: without ones and zeros, and of a number the number that they are.</summary>
static class IndexText
{
    public static string Times(string index, long factor) => IsNumber(index, out var number) ? LayerBuilder.Text(number * factor)
        : factor == 0 ? "0" : factor == 1 ? index : $"{(index.Contains(" ") ? $"({index})" : index)} * {LayerBuilder.Text(factor)}";

    public static string Plus(string index, long addend) => IsNumber(index, out var number) ? LayerBuilder.Text(number + addend)
        : addend == 0 ? index : $"{index} {(addend < 0 ? "-" : "+")} {LayerBuilder.Text(Math.Abs(addend))}";

    static bool IsNumber(string index, out long number) => long.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
