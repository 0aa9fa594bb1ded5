using System.Globalization;
using System.Text;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>Writes a class with fields and a Forward by chance: statements on the tensors that there are, whose shapes are known, each valid.</summary>
sealed class ForwardDeclarations
{
    readonly Random random;
    readonly List<string> fields = [];
    readonly StringBuilder body = new();
    readonly List<(string Name, int[] Shape)> tensors = [];
    readonly HashSet<string> unused = [];
    readonly List<(string Field, int[] Input, int[] Output)> shared = [];

    ForwardDeclarations(int number) => random = new Random(number * 7919 + 13);

    /// <summary>The class of a number, for <see cref="Reference.NetworkSet"/>: its attributes and its body.</summary>
    public static string Of(int number) => new ForwardDeclarations(number).Write();

    string Write()
    {
        var inputs = new List<string>();
        var hasIds = random.Next(6) == 0;
        var gradient = !hasIds && random.Next(2) == 0;
        if (hasIds) Texts(inputs);
        else for (var i = 0; i <= random.Next(3); i++)
        {
            var shape = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Size()).ToArray();
            inputs.Add($"[Shape({Text(shape)}{(gradient && i == 0 ? ", Gradient = true" : "")})] Tensor x{i}");
            Declare($"x{i}", shape);
        }
        var steps = 3 + random.Next(10);
        for (var i = 0; i < steps; i++) Step();
        var left = tensors.Where(t => unused.Contains(t.Name)).ToList();
        // All that nothing has used is an output, or a part of one.
        var outputs = left.Count > 1 && random.Next(3) == 0 ? 2 : 1;
        var results = new List<(string Text, int Size)>();
        for (var i = 0; i < outputs; i++)
        {
            var part = left.Where((_, at) => at % outputs == i).ToList();
            results.Add(part.Count == 1 && random.Next(2) == 0 ? (part[0].Name, 0)
                : (part.Count == 1 ? $"Flatten({part[0].Name})" : $"Concat({string.Join(", ", part.Select(t => $"Flatten({t.Name})"))})", part.Sum(t => SizeOf(t.Shape))));
        }
        var type = outputs == 1 ? "Tensor" : random.Next(2) == 0 ? "(Tensor, Tensor)" : "(Tensor First, Tensor Second)";
        body.Append(CultureInfo.InvariantCulture, $"return {(outputs == 1 ? results[0].Text : $"({results[0].Text}, {results[1].Text})")};\n");
        var loss = outputs > 1 ? "" : random.Next(4) switch
        {
            0 => "[Loss(Loss.MSE)] ",
            1 => "[Loss(Loss.Huber)] ",
            2 when results[0].Size > 1 => "[Loss(Loss.CrossEntropy)] ",
            _ => "",
        };
        return $"{loss}{{\n{string.Concat(fields.Select(f => f + "\n"))}{type} Forward({string.Join(", ", inputs)})\n{{\n{body}}}\n"
            + "static Tensor Helper(Tensor x, float by, int times)\n{\nfor (int i = 0; i < times; i++) x = Tanh(x * by) + (i + 1) * 0.1f;\nreturn x;\n}\n}";
    }

    void Step()
    {
        var (x, shape) = Pick();
        var axis = random.Next(shape.Length);
        switch (random.Next(26))
        {
            case 0 or 1:
                string[] functions = ["ReLU", "Tanh", "Sigmoid", "SiLU", "GELU", "Softplus", "Abs", "Hardswish", "LeakyReLU", "ELU", "Mish", "-"];
                Add($"{functions[random.Next(functions.Length)]}({x})", shape, x);
                break;
            case 2:
                string[] constants = ["{0} * 2", "1 - {0}", "{0} / 3 + 0.5f", "2 / ({0} * {0} + 1)", "Sqrt({0} * {0} + 1)", "Log({0} * {0} + 0.5f)", "Exp(Tanh({0}))"];
                Add(string.Format(CultureInfo.InvariantCulture, constants[random.Next(constants.Length)], x), shape, x);
                break;
            case 3 or 4:
                Linear(x, shape);
                break;
            case 5 when shape.Length is 2 or 3:
                var channels = Size();
                var kernel = shape.Skip(1).All(size => size >= 3) ? 3 : 1;
                var conv = Field($"[Conv{(shape.Length == 2 ? "1d" : "2d")}({channels}, {kernel}{(random.Next(2) == 0 ? ", Padding = Padding.Same" : "")})] readonly Layer");
                var same = fields[^1].Contains("Same", StringComparison.Ordinal);
                Add($"{conv}({x})", [channels, .. shape.Skip(1).Select(size => same ? size : size - kernel + 1)], x);
                break;
            case 6 when shape[^1] > 2:
                Add($"{Field("[LayerNorm] readonly Layer")}({x})", shape, x);
                break;
            case 7 or 8:
                var mates = tensors.Where(t => t.Shape.SequenceEqual(shape)).ToList();
                var mate = mates[random.Next(mates.Count)].Name;
                string[] operators = ["{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / ({1} * {1} + 1)", "Maximum({0}, {1})", "Minimum({0}, {1} * 0.5f)", "Where({0} > {1}, {1}, {0} * 2)"];
                Add(string.Format(CultureInfo.InvariantCulture, operators[random.Next(operators.Length)], x, mate), shape, x, mate);
                break;
            case 9:
                var ones = shape.Select(size => random.Next(3) == 0 ? 1 : size).Skip(random.Next(shape.Length)).ToArray();
                Add($"{x} {(random.Next(2) == 0 ? "*" : "+")} {Field($"[Parameter({Text(ones)})] readonly Tensor")}", shape, x);
                break;
            case 10:
                string[] reductions = ["Sum", "Mean", "Max", "Min"];
                var keep = random.Next(2) == 0;
                var rest = keep ? [.. shape.Select((size, i) => i == axis ? 1 : size)] : shape.Where((_, i) => i != axis).DefaultIfEmpty(1).ToArray();
                Add($"{reductions[random.Next(4)]}({x}, {(random.Next(2) == 0 ? axis : axis - shape.Length)}{(keep ? ", keep: true" : "")})", rest, x);
                break;
            case 11:
                Add($"{x} - Mean({x}, {axis}, keep: true)", shape, x);
                break;
            case 12:
                Add($"{(random.Next(2) == 0 ? "Softmax" : "LogSoftmax")}({x}, {axis})", shape, x);
                break;
            case 13 when shape.Length > 1:
                var order = Enumerable.Range(0, shape.Length).ToArray();
                random.Shuffle(order);
                Add($"Permute({x}, {Text(order)})", [.. order.Select(i => shape[i])], x);
                break;
            case 14:
                var start = random.Next(shape[axis]);
                var end = start + 1 + random.Next(shape[axis] - start);
                Add($"Slice({x}, {axis}, {start}, {end})", [.. shape.Select((size, i) => i == axis ? end - start : size)], x);
                break;
            case 15:
                Add($"Concat({axis}, {x}, {x} * 0.5f)", [.. shape.Select((size, i) => i == axis ? 2 * size : size)], x);
                break;
            case 16:
                Add($"Gather({x}, {axis}, {shape[axis] - 1}, 0, {random.Next(shape[axis])})", [.. shape.Select((size, i) => i == axis ? 3 : size)], x);
                break;
            case 17 when shape[axis] % 2 == 0:
                var (a, b) = (Name(), Name());
                body.Append(CultureInfo.InvariantCulture, $"var ({a}, {b}) = Split({x}, 2, axis: {axis});\n");
                Use(x);
                Declare(a, [.. shape.Select((size, i) => i == axis ? size / 2 : size)]);
                Declare(b, tensors[^1].Shape);
                break;
            case 18:
                var columns = Size();
                Add($"MatMul({x}, {Field($"[Parameter({Text([shape[^1], columns])})] readonly Tensor")})", [.. shape.SkipLast(1), columns], x);
                break;
            case 19 when shape.Length > 1:
                Add($"MatMul({x}, Transpose({x})) * 0.2f", [.. shape.SkipLast(1), shape[^2]], x);
                break;
            case 20:
                Add($"Helper({x}, 0.7f, {1 + random.Next(3)})", shape, x);
                break;
            case 21 or 22 when shape is [> 1, _]:
                Attention(x, shape);
                break;
            case 23 when shape.Length == 2:
                var hidden = Size();
                string[] recurrences = ["LSTM", "GRU", "RNN"];
                Add($"{Field($"[{recurrences[random.Next(3)]}({hidden}{(random.Next(3) == 0 ? ", Bias = false" : "")})] readonly Layer")}({x})", [shape[0], hidden], x);
                break;
            case 24 when shape is [> 1, _]:
                string[] positions = ["SinusoidalPositions", "PositionalEmbedding", "TransformerEncoderLayer(1, 5)", "TransformerDecoderLayer(1, 4, NormFirst = true)"];
                // Layers with a normalisation need something to normalise.
                Add($"{Field($"[{positions[random.Next(shape[1] > 2 ? 4 : 2)]}] readonly Layer")}({x})", shape, x);
                break;
            default:
                Add(shape.Length == 1 ? $"Reshape({x}, 1, -1)" : $"Flatten({x})", shape.Length == 1 ? [1, shape[0]] : [SizeOf(shape)], x);
                break;
        }
    }

    /// <summary>Inputs of ids, and what one embedding or two make of them.</summary>
    void Texts(List<string> inputs)
    {
        var (features, vocabulary) = (Size(), 2 + random.Next(40));
        string Embedding() => Field($"[Embedding({vocabulary}, {features})] readonly Layer");
        var embedding = Embedding();
        for (var i = 0; i <= random.Next(3); i++)
        {
            var positions = Size();
            inputs.Add($"[Shape({positions})] Tensor x{i}");
            if (i > 0 && random.Next(2) == 0) embedding = Embedding();
            Add($"{embedding}(x{i})", [positions, features]);
        }
        if (random.Next(2) == 0) Add($"{Field($"[TiedLinear(\"{embedding}\"{(random.Next(2) == 0 ? ", Bias = true" : "")})] readonly Layer")}({tensors[^1].Name})",
            [tensors[^1].Shape[0], vocabulary], tensors[^1].Name);
    }

    /// <summary>Attention of a sequence to itself, or to another one.</summary>
    void Attention(string x, int[] shape)
    {
        var divisors = Enumerable.Range(1, shape[1]).Where(heads => shape[1] % heads == 0).ToArray();
        var heads = divisors[random.Next(divisors.Length)];
        var groups = Enumerable.Range(1, heads).Where(pairs => heads % pairs == 0).ToArray();
        var arguments = $"{heads}{(random.Next(2) == 0 ? ", Causal = true" : "")}{(random.Next(2) == 0 ? $", KeyValueHeads = {groups[random.Next(groups.Length)]}" : "")}"
            + (random.Next(3) == 0 ? ", Bias = false" : "");
        // A query that sees one key has no gradient, of which rounding leaves something.
        var memories = tensors.Where(t => t.Shape is [> 1, _]).ToList();
        var memory = memories[random.Next(memories.Count)].Name;
        if (random.Next(3) == 0) Add($"{Field($"[MultiheadAttention({arguments})] readonly Layer")}({x})", shape, x);
        else if (random.Next(4) == 0 && shape[1] > 2) Add($"{Field($"[TransformerDecoderLayer({heads}, {Size()})] readonly Layer")}({x}, {memory})", shape, x, memory);
        else Add($"{Field($"[MultiheadAttention({arguments})] readonly Layer")}({x}, {memory})", shape, x, memory);
    }

    /// <summary>A Linear of its own or, sometimes, one that there is, with the same weights.</summary>
    void Linear(string x, int[] shape)
    {
        var argument = shape.Length == 1 ? x : $"Flatten({x})";
        var size = SizeOf(shape);
        var known = shared.FindIndex(s => s.Input[0] == size);
        if (known >= 0 && random.Next(2) == 0)
        {
            Add($"{shared[known].Field}({argument})", shared[known].Output, x);
            return;
        }
        var features = random.Next(3) == 0 ? size : Size();
        var field = Field($"[Linear({features}{(random.Next(3) == 0 ? ", Bias = false" : "")})] readonly Layer");
        shared.Add((field, [size], [features]));
        Add($"{field}({argument})", [features], x);
    }

    string Field(string declaration)
    {
        var name = $"f{fields.Count}";
        fields.Add($"{declaration} {name};");
        return name;
    }

    void Add(string expression, int[] shape, params string[] operands)
    {
        // Tensors that became large would take long.
        if (SizeOf(shape) > 600)
        {
            expression = $"Flatten(Max({expression}, 0))";
            shape = [SizeOf(shape) / shape[0]];
            if (shape[0] > 600) (expression, shape) = ($"Sum({expression})", [1]);
        }
        foreach (var operand in operands) Use(operand);
        var name = Name();
        body.Append(CultureInfo.InvariantCulture, $"var {name} = {expression};\n");
        Declare(name, shape);
    }

    void Use(string name) => unused.Remove(name);

    string Name() => $"t{names++}";

    int names;

    void Declare(string name, int[] shape)
    {
        tensors.Add((name, shape));
        unused.Add(name);
    }

    /// <summary>A tensor, rather one of the last.</summary>
    (string Name, int[] Shape) Pick() => tensors[Math.Max(random.Next(tensors.Count), random.Next(tensors.Count))];

    int Size() => random.Next(5) switch { 0 => 16 + random.Next(3), 1 => 1, _ => 2 + random.Next(6) };

    static int SizeOf(int[] shape) => shape.Aggregate(1, (a, b) => a * b);

    static string Text(int[] numbers) => string.Join(", ", numbers);
}
