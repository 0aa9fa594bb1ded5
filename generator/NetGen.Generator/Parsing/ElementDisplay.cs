using System.Globalization;
using System.Text;

namespace NetGen.Generator.Parsing;

/// <summary>How messages and comments name an element.</summary>
static class ElementDisplay
{
    /// <summary>The element as its user knows it: <c>Linear(128)</c>, or <c>fc1: Linear(128)</c> where it has a name.</summary>
    public static string Display(this ElementModel element)
    {
        var text = new StringBuilder();
        foreach (var argument in element.Named)
            if (argument is { Name: nameof(LayerAttribute.Name), Value.Scalar: string { Length: > 0 } name })
                text.Append(Escape(name)).Append(": ");
        return text.Append(element.Written()).ToString();
    }

    /// <summary>The element as it was written, without its name: <c>Linear(128)</c>.</summary>
    public static string Written(this ElementModel element)
    {
        var text = new StringBuilder(element.Kind);
        if (element.Kind == ElementKinds.Sequence)
        {
            var most = element.Named.Where(IsMax).Select(a => $"Max = {a.Value.Display()}");
            return $"{text}({string.Join(", ", element.Positional.Select(Display).Where(shape => shape.Length > 0).Concat(most))})";
        }
        if (element.Positional.Count == 0) return text.ToString();
        text.Append('(');
        var first = true;
        // Which part of a split it is was written behind the call.
        foreach (var argument in element.Kind == ElementKinds.Split ? element.Positional.Take(element.Positional.Count - 1) : element.Positional)
        {
            if (!first) text.Append(", ");
            text.Append(element.Kind == ElementKinds.Loss && argument.Scalar is int loss ? LossName(loss) : argument.Display());
            first = false;
        }
        return text.Append(')').ToString();
    }

    /// <summary>Whether it is a sequence's most positions, without which its shape would say little.</summary>
    static bool IsMax(NamedArgument argument) => argument.Name == nameof(SequenceAttribute.Max);

    /// <summary>A constant as C# would write it, without suffixes.</summary>
    public static string Display(this ArgumentValue value) => value switch
    {
        { Array: { } sizes } => string.Join(", ", sizes.Select(BlockArguments.Display)),
        { Blocks.Count: > 0 } => string.Join(", ", value.Blocks.Select(block => $"typeof({block.Name})")),
        { Scalar: null } => "null",
        { Scalar: bool flag } => flag ? "true" : "false",
        { Scalar: float number } => number.ToString("R", CultureInfo.InvariantCulture),
        { Scalar: int number } => BlockArguments.Display(number),
        { Scalar: string text } => $"\"{Escape(text)}\"",
        { Scalar: IFormattable number } => number.ToString(null, CultureInfo.InvariantCulture),
        { Scalar: var other } => other.ToString(),
    };

    /// <summary>Text with its control characters and quotes escaped, fit for a message.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '"' or '\\') escaped.Append('\\').Append(c);
            else if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
                escaped.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else escaped.Append(c);
        }
        return escaped.ToString();
    }

    static string LossName(int value) => Enum.IsDefined(typeof(Loss), value) ? ((Loss)value).ToString() : value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The kinds of element that aren't layers, and of the layer that decides what an input is, of the one that shares its weight, and of the function with several results.</summary>
static class ElementKinds
{
    public const string Input = "Input";
    public const string Shape = "Shape";
    public const string Sequence = "Sequence";
    public const string Loss = "Loss";
    public const string Embedding = "Embedding";
    public const string Split = "Split";
    public const string TiedLinear = "TiedLinear";

    public static bool IsInput(this ElementModel element) => element.Kind is Input or Shape or Sequence;

    public static bool IsLayer(this ElementModel element) => element.Kind is not (Input or Shape or Sequence or Loss);

    public static bool UsesBlocks(this ElementModel element) => element.Kind is "Use" or "Residual" or "Repeat" or "Parallel" or "Gate";

    /// <summary>The name of the earlier layer that an element refers to; null where it refers to none.</summary>
    public static string? Tap(this ElementModel element) => element.Kind is "Concat" or "Add" or TiedLinear ? element.Positional[0].Scalar as string ?? "" : null;
}
