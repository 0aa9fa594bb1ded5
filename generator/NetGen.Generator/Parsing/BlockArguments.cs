using System.Globalization;

namespace NetGen.Generator.Parsing;

/// <summary>What <see cref="Arg"/> stands for at a use of a block.</summary>
/// <param name="input">The size of the first axis of the block's input.</param>
/// <param name="arguments">The arguments of the use.</param>
sealed class BlockArguments(int input, EquatableArray<int> arguments)
{
    const int Input = -1;

    /// <summary>The numbers that stand for arguments, in their order.</summary>
    static readonly int[] Numbers = [Arg.A, Arg.B, Arg.C, Arg.D, Arg.E, Arg.F, Arg.G, Arg.H];

    /// <summary>The element with its sizes in place.</summary>
    public ElementModel Apply(ElementModel element) => !Values(element).Any(v => Read(v) is not null) ? element : element with
    {
        Positional = element.Positional.Select(Apply).ToEquatableArray(),
        Named = element.Named.Select(argument => argument with { Value = Apply(argument.Value) }).ToEquatableArray(),
    };

    /// <summary>The first argument that the element refers to and that isn't given, <c>Arg.B</c>.</summary>
    public string? Missing(ElementModel element)
    {
        foreach (var value in Values(element))
            if (Read(value) is var (argument, _) && argument >= arguments.Count)
                return Name(argument);
        return null;
    }

    /// <summary>The first argument that an element refers to, <c>Arg.A</c> or <c>Arg.Input</c>.</summary>
    public static string? FirstOf(ElementModel element)
    {
        foreach (var value in Values(element))
            if (Read(value) is var (argument, _))
                return Name(argument);
        return null;
    }

    /// <summary>Whether a number stands for an argument, or a multiple of one.</summary>
    public static bool IsArgument(int value) => Read(value) is not null;

    /// <summary>A number as C# would write it, <c>64</c> or <c>4 * Arg.A</c>.</summary>
    public static string Display(int value) =>
        Read(value) is var (argument, factor) ? (factor == 1 ? "" : factor.ToString(CultureInfo.InvariantCulture) + " * ") + Name(argument)
        : value.ToString(CultureInfo.InvariantCulture);

    ArgumentValue Apply(ArgumentValue value) => value switch
    {
        { Array: { } sizes } => value with { Array = sizes.Select(Apply).ToEquatableArray() },
        { Scalar: int size } => value with { Scalar = Apply(size) },
        _ => value,
    };

    int Apply(int value)
    {
        if (Read(value) is not var (argument, factor)) return value;
        // A size that overflows is as wrong as the largest one, and says so.
        var size = (long)factor * (argument == Input ? input : arguments[argument]);
        return (int)Math.Max(int.MinValue, Math.Min(int.MaxValue, size));
    }

    static IEnumerable<int> Values(ElementModel element)
    {
        foreach (var value in element.Positional.Concat(element.Named.Select(argument => argument.Value)))
        {
            if (value.Scalar is int number) yield return number;
            foreach (var size in value.Array ?? []) yield return size;
        }
    }

    /// <summary>Which argument a number stands for, and what it is multiplied by.</summary>
    static (int Argument, int Factor)? Read(int value)
    {
        if (value > Arg.Input) return null;
        if (value % Arg.Input == 0) return (Input, value / Arg.Input);
        var index = Array.FindIndex(Numbers, number => value % number == 0);
        return index < 0 ? null : (index, value / Numbers[index]);
    }

    static string Name(int argument) => $"{nameof(Arg)}.{(argument == Input ? nameof(Arg.Input) : ((char)('A' + argument)).ToString())}";
}
