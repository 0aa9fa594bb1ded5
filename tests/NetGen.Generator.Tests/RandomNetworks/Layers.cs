using System.Globalization;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>Chance's part in a layer, drawn before its input's shape is known, so that any layer can be left out and the rest still makes a network.</summary>
/// <param name="Kind">Which layer.</param>
/// <param name="Size">Its size, where it has one.</param>
/// <param name="Variant">Which of its options.</param>
/// <param name="Number">A number for its argument, from 0 to 1.</param>
/// <param name="Seed">What decides the rest, where a layer has many options.</param>
public sealed record Choice(int Kind, int Size, int Variant, float Number, int Seed);

/// <summary>Turns choices into valid layers, one after the other.</summary>
/// <param name="input">The shape that they begin with.</param>
/// <param name="blocks">The declarations of the blocks that they use, to which more are added.</param>
/// <param name="depth">Within how many blocks they stand.</param>
sealed partial class LayerStack(int[] input, List<string> blocks, int depth)
{
    /// <summary>How many kinds of layers there are to choose from.</summary>
    public const int Kinds = 36;

    readonly List<string> layers = [];

    public int[] Shape { get; private set; } = input;

    public IReadOnlyList<string> Layers => layers;

    public int Size => Shape.Aggregate(1, (a, b) => a * b);

    /// <summary>Whether the output may be a softmax or sigmoid, which some losses refuse.</summary>
    public bool IsNormalized { get; private set; }

    public void Add(Choice choice)
    {
        switch (choice.Kind)
        {
            case <= 3 when Shape.Length is 2 or 3 && choice.Variant % 4 != 0: AddImageLayer(choice); break;
            case <= 3:
                var ofRows = Shape.Length == 2 && choice.Seed % 2 == 0;
                if (Shape.Length > 1 && !ofRows) Add("Flatten", [Size]);
                Add($"Linear({Text(choice.Size)}{LinearOptions(choice)})", ofRows ? [Shape[0], choice.Size] : [choice.Size]);
                break;
            case 4: Add("ReLU"); break;
            case 5: Add(choice.Variant % 2 == 0 ? "LeakyReLU" : $"LeakyReLU({Text(choice.Number - 0.3f)}f)"); break;
            case 6: Add(choice.Variant % 2 == 0 ? "ELU" : $"ELU({Text(choice.Number)}f)"); break;
            case 7: Add(choice.Variant % 2 == 0 ? "GELU" : "GELU(Tanh = true)"); break;
            case 8: Add("SiLU"); break;
            case 9: Add("Tanh"); break;
            case 10: Add("Sigmoid"); IsNormalized = true; break;
            case 11: Add(choice.Variant % 2 == 0 ? "Softplus" : $"Softplus({Text(choice.Number + 0.5f)}f, {Text(5 + 10 * choice.Number)}f)"); break;
            case 12: Add("Hardswish"); break;
            case 13: Add("Hardsigmoid"); break;
            case 14: Add("Mish"); break;
            case 15: Add(choice.Variant % 3 == 0 ? "PReLU" : choice.Variant % 3 == 1 ? $"PReLU({Text(Shape[0])})" : $"PReLU({Text(Shape[0])}, Value = {Text(choice.Number - 0.2f)}f)"); break;
            case 16: Add("Softmax"); IsNormalized = true; break;
            case 17: Add("LogSoftmax"); IsNormalized = true; break;
            case 18: Reshape(choice); break;
            case 19: Again("Flatten", [Size]); break;
            case 20: Again($"Dropout({Text(choice.Number * 0.9f)}f)", Shape); break;
            case 21: Add(Normalization(choice)); break;
            case 22: Add("ReLU6"); break;
            case <= 30: AddImageLayer(choice); break;
            case < Kinds: AddStructure(choice); break;
            default: throw new InvalidOperationException($"There is no layer {choice.Kind}.");
        }
    }

    /// <summary>A layer's text with one more argument.</summary>
    public static string With(string layer, string argument) =>
        layer.EndsWith(')') ? $"{layer[..^1]}{(layer.EndsWith("()", StringComparison.Ordinal) ? "" : ", ")}{argument})" : $"{layer}({argument})";

    public static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Text(IEnumerable<int> sizes) => string.Join(", ", sizes.Select(Text));

    void Add(string layer, int[]? shape = null)
    {
        layers.Add(layer);
        Shape = shape ?? Shape;
        IsNormalized = false;
    }

    /// <summary>Adds a layer that may compute nothing.</summary>
    void Again(string layer, int[] shape)
    {
        var normalized = IsNormalized;
        Add(layer, shape);
        IsNormalized = normalized;
    }

    void Reshape(Choice choice)
    {
        var (left, sizes) = (Size, new List<int>());
        for (var axes = choice.Variant % 4; axes > 0; axes--)
        {
            var divisors = Enumerable.Range(1, left).Where(d => left % d == 0).ToArray();
            sizes.Add(divisors[(choice.Size + axes * choice.Variant) % divisors.Length]);
            left /= sizes[^1];
        }
        sizes.Add(left);
        int[] shape = [.. sizes];
        if (choice.Variant % 3 == 0) sizes[choice.Variant % sizes.Count] = -1;
        Again($"Reshape({Text(sizes)})", shape);
    }

    string Normalization(Choice choice)
    {
        var axes = choice.Variant % (Shape.Length + 1);
        var options = (choice.Variant / 8 % 4) switch { 0 => ", Affine = false", 1 => ", Bias = false", 2 => ", Epsilon = 0.001f", _ => "" };
        var sizes = Text(Shape.TakeLast(axes));
        return axes == 0 && options.Length == 0 ? "LayerNorm" : $"LayerNorm({(sizes + options).TrimStart(',', ' ')})";
    }

    static string LinearOptions(Choice choice) => choice.Variant switch
    {
        0 => ", Bias = false",
        1 => ", WeightInit = Init.XavierUniform",
        2 => ", WeightInit = Init.HeNormal, WeightGain = 1.5f, BiasInit = Init.Zeros",
        3 => ", WeightInit = Init.Constant, WeightValue = -0.125f, BiasInit = Init.Constant, BiasValue = 1e-3f",
        4 => ", WeightInit = Init.XavierNormal, Bias = false",
        5 => ", WeightInit = Init.HeUniform",
        _ => "",
    };
}
