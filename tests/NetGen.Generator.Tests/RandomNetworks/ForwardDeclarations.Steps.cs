using System.Globalization;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>The statements, each with what it needs of the tensors that there are.</summary>
sealed partial class ForwardDeclarations
{
    /// <summary>A statement on a tensor that there is.</summary>
    void Step()
    {
        var (x, shape) = Pick();
        var axis = isFree ? 1 : random.Next(shape.Length);
        switch (random.Next(42))
        {
            case 0 or 1:
                string[] functions = ["ReLU", "Tanh", "Sigmoid", "SiLU", "GELU", "Softplus", "Abs", "Hardswish", "LeakyReLU", "ELU", "Mish", "-"];
                Add($"{functions[random.Next(functions.Length)]}({x})", shape, x);
                break;
            case 2:
                string[] constants = ["{0} * 2", "1 - {0}", "{0} / 3.0 + 0.5", "2 / ({0} * {0} + 1)", "Sqrt({0} * {0} + 1)", "Log({0} * {0} + 0.5f)", "Exp(Tanh({0}))"];
                Add(string.Format(CultureInfo.InvariantCulture, constants[random.Next(constants.Length)], x), shape, x);
                break;
            case 3 or 4:
                Linear(x, shape);
                break;
            case 5 when !isFree && shape.Length is 2 or 3:
                var channels = Size();
                var kernel = shape.Skip(1).All(size => size >= 3) ? 3 : 1;
                var conv = Field($"[Conv{(shape.Length == 2 ? "1d" : "2d")}({channels}, {kernel}{(random.Next(2) == 0 ? ", Padding = Padding.Same" : "")})] readonly Layer");
                var same = fields[^1].Contains("Same", StringComparison.Ordinal);
                Add($"{conv}({x})", [channels, .. shape.Skip(1).Select(size => same ? size : size - kernel + 1)], x);
                break;
            case 5 when isFree:
                var features = Size();
                Add($"{Field($"[Conv1d({features}, {1 + random.Next(5)}, Padding = Padding.Same, Dilation = {1 + random.Next(3)})] readonly Layer")}({x})", [shape[0], features], x);
                break;
            case 6 when shape[^1] > 2:
                Add($"{Field("[LayerNorm] readonly Layer")}({x})", shape, x);
                break;
            case 7 or 8:
                var mate = Mate(shape);
                string[] operators = ["{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / ({1} * {1} + 1)", "Maximum({0}, {1})", "Minimum({0}, {1} * 0.5f)", "Where({0} > {1}, {1}, {0} * 2)"];
                Add(string.Format(CultureInfo.InvariantCulture, operators[random.Next(operators.Length)], x, mate), shape, x, mate);
                break;
            case 9:
                Add($"{x} {(random.Next(2) == 0 ? "*" : "+")} {Numbers(shape)}", shape, x);
                break;
            case 10:
                string[] reductions = ["Sum", "Mean", "Max", "Min"];
                var keep = isFree || random.Next(2) == 0;
                var rest = keep ? [.. shape.Select((size, i) => i == axis ? 1 : size)] : shape.Where((_, i) => i != axis).DefaultIfEmpty(1).ToArray();
                Add($"{reductions[random.Next(4)]}({x}, {(random.Next(2) == 0 ? axis : axis - shape.Length)}{(keep ? ", keep: true" : "")})", rest, x);
                break;
            case 11:
                Add($"{x} - Mean({x}, {axis}, keep: true)", shape, x);
                break;
            case 12:
                Add($"{(random.Next(2) == 0 ? "Softmax" : "LogSoftmax")}({x}, {(isFree ? random.Next(2) : axis)})", shape, x);
                break;
            case 13 when !isFree && shape.Length > 1:
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
            case 18 when !isFree:
                var columns = Size();
                Add($"MatMul({x}, {Field($"[Parameter({Text([shape[^1], columns])})] readonly Tensor")})", [.. shape.SkipLast(1), columns], x);
                break;
            case 19 when !isFree && shape.Length > 1:
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
            case 25:
                // What is compared only has no gradient: it stays one of those that nothing has used.
                var other = Mate(shape);
                Add($"Mask({x}, {other} > {(random.Next(2) == 0 ? "0.2f" : x)}, {(random.Next(2) == 0 ? "-1" : "0.3f")})", shape, x);
                break;
            case 26 when !isFree:
                Einsum(x, shape);
                break;
            case 27 or 28:
                Array(x, shape);
                break;
            case 29 or 30 when depth < 2:
                Block(x, shape);
                break;
            case 31 when shape.Length == 2:
                // The loss that balances experts counts the choices of the whole batch, which a network of each sample's length can't.
                var options = (random.Next(2) == 0 ? ", TopK = 1" : "") + (isFree ? ", BalanceLoss = 0" : "");
                Add($"{Field($"[MixtureOfExperts({2 + random.Next(3)}, {Size()}{options})] readonly Layer")}({x})", shape, x);
                break;
            case 32 or 33:
                string[] ofAll = ["{0} - Mean({0})", "{0} * Sigmoid(Sum({0}) * 0.1f)", "{0} / (Abs(Max({0})) + 1)", "{0} + Min({0})"];
                Add(string.Format(CultureInfo.InvariantCulture, ofAll[random.Next(4)], x), shape, x);
                break;
            case >= 34 and < 40:
                Spelled(x, shape, axis);
                break;
            default:
                if (isFree) Add($"Helper({x}, 0.5f, 1)", shape, x);
                else Add(shape.Length == 1 ? $"Reshape({x}, 1, -1)" : $"Flatten({x})", shape.Length == 1 ? [1, shape[0]] : [SizeOf(shape)], x);
                break;
        }
    }

    /// <summary>Attention of a sequence to itself, or to another one.</summary>
    void Attention(string x, int[] shape)
    {
        var divisors = Enumerable.Range(1, shape[1]).Where(heads => shape[1] % heads == 0).ToArray();
        var heads = divisors[random.Next(divisors.Length)];
        var groups = Enumerable.Range(1, heads).Where(pairs => heads % pairs == 0).ToArray();
        var arguments = $"{heads}{(random.Next(2) == 0 ? ", Causal = true" : "")}{(random.Next(2) == 0 ? $", KeyValueHeads = {groups[random.Next(groups.Length)]}" : "")}"
            + (random.Next(3) == 0 ? ", Bias = false" : "")
            // A sample of any length has its random numbers where the longest has them, which a network of its length doesn't.
            + (!isFree && random.Next(4) == 0 ? ", Dropout = 0.3f" : "");
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
        if (isFree || (shape.Length == 2 && random.Next(2) == 0))
        {
            var outputs = Size();
            Add($"{Field($"[Linear({outputs})] readonly Layer")}({x})", [shape[0], outputs], x);
            return;
        }
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

    /// <summary>A tensor of a shape: that which is asked about, or another one.</summary>
    string Mate(int[] shape)
    {
        var mates = tensors.Where(t => t.Shape.SequenceEqual(shape)).ToList();
        return mates[random.Next(mates.Count)].Name;
    }

    /// <summary>A parameter or a buffer that goes with each element of a tensor.</summary>
    string Numbers(int[] shape)
    {
        int[] ones = isFree ? [1, shape[1]] : [.. shape.Select(size => random.Next(3) == 0 ? 1 : size)];
        ones = ones[random.Next(ones.Length)..];
        string[] declarations = [$"Parameter({Text(ones)})", $"Parameter({Text(ones)})", $"Buffer({Text(ones)})", $"Buffer({Text(ones)}, Init = Init.Constant, Value = 0.5f)"];
        return Field($"[{declarations[random.Next(4)]}] readonly Tensor");
    }

    /// <summary>A sum of products by names of axes, of a tensor alone, with itself, or with a parameter.</summary>
    void Einsum(string x, int[] shape)
    {
        var (last, size) = (shape[^1], Size());
        string Parameter(params int[] sizes) => Field($"[Parameter({Text(sizes)})] readonly Tensor");
        switch (shape.Length, random.Next(3))
        {
            case (1, 0):
                Add($"Einsum(\"a,b->ab\", {x}, {Parameter(size)})", [last, size], x);
                break;
            case (1, 1):
                Add($"Einsum(\"a,ab->b\", {x}, {Parameter(last, size)})", [size], x);
                break;
            case (1, _):
                Add($"Einsum(\"a,a->\", {x}, {x})", [1], x);
                break;
            case (2, 0):
                Add($"Einsum(\"ab,cb->ca\", {x}, {Parameter(size, last)})", [size, shape[0]], x);
                break;
            case (2, 1):
                Add($"Einsum(\"ij,ik->jk\", {x}, {x}) * 0.3f", [last, last], x);
                break;
            case (2, _):
                Add($"Einsum(\"ab->ba\", {x})", [last, shape[0]], x);
                break;
            case (_, 0):
                Add($"Einsum(\"hqd,hkd->hqk\", {x}, {x}) * 0.3f", [shape[0], shape[1], shape[1]], x);
                break;
            case (_, 1):
                Add($"Einsum(\"abc,bd->acd\", {x}, {Parameter(shape[1], size)})", [shape[0], last, size], x);
                break;
            default:
                Add($"Einsum(\"abc->cb\", {x})", [last, shape[1]], x);
                break;
        }
    }

    /// <summary>A few layers of one field, one after the other.</summary>
    void Array(string x, int[] shape)
    {
        string[] layers = shape.Length == 1 ? [$"Linear({shape[0]})"] : shape.Length > 2 ? ["Tanh"]
            : shape[1] > 2 ? [$"Linear({shape[1]})", "LayerNorm", $"GRU({shape[1]})", "TransformerEncoderLayer(1, 3)"] : [$"Linear({shape[1]})", $"GRU({shape[1]})"];
        Stacked($"[{layers[random.Next(layers.Length)]}, Count({1 + random.Next(3)})] readonly Layer[]", x, shape);
    }

    /// <summary>Calls of all layers of a field.</summary>
    void Stacked(string declaration, string x, int[] shape)
    {
        var (field, name) = (Field(declaration), Name());
        switch (random.Next(4))
        {
            case 0:
                Line($"var {name} = {x};");
                Line($"foreach (var layer in {field}) {name} = layer({name});");
                break;
            case 1:
                Line($"var {name} = {x};");
                Line($"for (int i = 0; i < {field}.Length; i++) {name} = {field}[i]({name});");
                break;
            case 2:
                Line($"var {name} = {field}.Aggregate({x}, (h, layer) => layer(h));");
                break;
            default:
                var functions = Name();
                Line($"var {name} = {x};");
                Line($"var {functions} = new List<Func<Tensor, Tensor>>();");
                Line($"foreach (var layer in {field}) {functions}.Add(v => layer(v));");
                Line($"foreach (var function in {functions}) {name} = function({name});");
                break;
        }
        Use(x);
        Declare(name, shape);
    }
}
