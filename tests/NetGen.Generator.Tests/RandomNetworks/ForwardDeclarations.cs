using System.Globalization;
using System.Text;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>Writes a class with fields and a Forward by chance: statements on the tensors that there are, whose shapes are known, each valid.</summary>
sealed partial class ForwardDeclarations
{
    readonly Random random;
    readonly List<string> fields = [];
    readonly List<string> blocks;
    readonly int depth;
    readonly StringBuilder body = new();
    readonly List<(string Name, int[] Shape)> tensors = [];
    readonly HashSet<string> unused = [];
    readonly List<(string Field, int[] Input, int[] Output)> shared = [];

    /// <summary>Whether the tensors have as many positions as a sample does, [positions, features]: their first axis can't be touched.</summary>
    bool isFree;

    ForwardDeclarations(Random random, List<string> blocks, int depth) => (this.random, this.blocks, this.depth) = (random, blocks, depth);

    /// <summary>What stands before the classes.</summary>
    public const string Usings = "using System;\nusing System.Collections.Generic;\nusing System.Linq;\nusing static NetGen.Functions;\n";

    /// <summary>The class of a number, for <see cref="Reference.NetworkSet"/>: its attributes and its body.</summary>
    public static string Of(int number) => new ForwardDeclarations(new Random(number * 7919 + 13), [], 0).Write();

    string Write()
    {
        var inputs = new List<string>();
        var isSequence = random.Next(5) == 0;
        if (isSequence) Sequence(inputs);
        else Inputs(inputs);
        var (type, results, classes) = Results(!isSequence && random.Next(3) == 0);
        var loss = results.Length > 1 ? "" : random.Next(4) switch
        {
            0 => "[Loss(Loss.MSE)] ",
            1 => "[Loss(Loss.Huber)] ",
            2 when classes > 1 => "[Loss(Loss.CrossEntropy)] ",
            _ => "",
        };
        return $"{loss}{{\n{string.Concat(blocks)}{Members(type, inputs, results)}"
            + "static Tensor Helper(Tensor x, float by, int times)\n{\nfor (int i = 0; i < times; i++) x = Tanh(x * by) + (i + 1) * 0.1f;\nreturn x;\n}\n"
            + "static Tensor Apply(Tensor x, Func<Tensor, Tensor>? function, int times = 1)\n{\n"
            + "for (int i = 0; i < times; i++) x = function?.Invoke(x) ?? x;\nreturn x;\n}\n}";
    }

    /// <summary>The fields and the Forward.</summary>
    string Members(string type, List<string> inputs, string[] results) =>
        $"{string.Concat(fields.Select(f => f + "\n"))}internal {type} Forward({string.Join(", ", inputs)})\n{{\n{body}return {(results.Length == 1 ? results[0] : $"({string.Join(", ", results)})")};\n}}\n";

    /// <summary>Inputs of fixed shapes, and some statements.</summary>
    void Inputs(List<string> inputs)
    {
        var hasIds = random.Next(6) == 0;
        var gradient = !hasIds && random.Next(2) == 0;
        if (hasIds) Texts(inputs);
        else for (var i = 0; i <= random.Next(3); i++)
        {
            var shape = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Size()).ToArray();
            inputs.Add($"[Shape({Text(shape)}{(gradient && i == 0 ? ", Gradient = true" : "")})] Tensor x{i}");
            Declare($"x{i}", shape);
        }
        Steps(3 + random.Next(10));
    }

    void Steps(int count)
    {
        for (; count > 0; count--) Step();
    }

    /// <summary>All that nothing has used, as an output or two, and of how many classes the one is if a loss takes it for some.</summary>
    (string Type, string[] Results, int Classes) Results(bool areTwo)
    {
        var left = tensors.Where(t => unused.Contains(t.Name)).ToList();
        if (isFree) return ("Tensor", [left.Count == 1 ? left[0].Name : $"Concat(1, {string.Join(", ", left.Select(t => t.Name))})"], left.Sum(t => t.Shape[1]));
        var classes = 0;
        var count = left.Count > 1 && areTwo ? 2 : 1;
        var results = new string[count];
        for (var i = 0; i < count; i++)
        {
            var part = left.Where((_, at) => at % count == i).ToList();
            if (part.Count == 1 && random.Next(2) == 0) results[i] = part[0].Name;
            else (results[i], classes) = (part.Count == 1 ? $"Flatten({part[0].Name})" : $"Concat({string.Join(", ", part.Select(t => $"Flatten({t.Name})"))})", part.Sum(t => SizeOf(t.Shape)));
        }
        return (count == 1 ? "Tensor" : random.Next(2) == 0 ? "(Tensor, Tensor)" : "(Tensor First, Tensor Second)", results, classes);
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

    string Field(string declaration)
    {
        var name = $"f{fields.Count}";
        fields.Add($"{declaration} {name};");
        return name;
    }

    void Add(string expression, int[] shape, params string[] operands)
    {
        // Tensors that became large would take long.
        if (isFree && shape[1] > 60) (expression, shape) = ($"Slice({expression}, 1, 3, 20)", [shape[0], 17]);
        else if (SizeOf(shape) > 600)
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
