using System.Globalization;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>Blocks that are used here, with layers or a Forward.</summary>
sealed partial class ForwardDeclarations
{
    /// <summary>A block on a tensor, or on one and another.</summary>
    void Block(string x, int[] shape)
    {
        if (random.Next(3) == 0) Stack(x, shape);
        else if (random.Next(2) == 0) Repeated(x, shape);
        else Method(x, shape);
    }

    /// <summary>A block with layers.</summary>
    void Stack(string x, int[] shape)
    {
        var features = Size();
        string[] layers = isFree || shape.Length < 3 ? [$"Linear({features}), Tanh, Linear(Arg.A)", $"SiLU, Linear({features}), Softmax, Linear(Arg.A)"] : ["Tanh, Flatten, Linear(Arg.A)"];
        var name = Declare($"[Block, {layers[random.Next(layers.Length)]}] class {{0}};");
        var outputs = Size();
        Add($"{Field($"[Use(typeof({name}), Arguments = [{outputs}])] readonly Layer")}({x})", shape.Length < 3 ? [.. shape.SkipLast(1), outputs] : [outputs], x);
    }

    /// <summary>A block with a Forward that leaves the shape as it is, several times.</summary>
    void Repeated(string x, int[] shape)
    {
        var inner = Within(shape);
        var rest = inner.tensors.Where(t => inner.unused.Contains(t.Name)).Select(t => $"Mean({t.Name}{(isFree ? ", 1, keep: true" : "")})");
        var name = Declare($"[Block]\nclass {{0}}\n{{\n{inner.Members("Tensor", ["Tensor x0"], [$"x0 + Tanh({string.Join(" + ", rest)})"])}}}");
        if (random.Next(2) == 0) Add($"{Field($"readonly {name}")}.Forward({x})", shape, x);
        else Stacked($"[Use(typeof({name})), Count({1 + random.Next(2)})] readonly Layer[]", x, shape);
    }

    /// <summary>A block with a Forward of two tensors, which may give two.</summary>
    void Method(string x, int[] shape)
    {
        var (second, of) = Pick();
        var inner = Within(shape, of);
        var left = inner.tensors.Where(t => inner.unused.Contains(t.Name)).ToList();
        var areTwo = left.Count > 1;
        var name = Declare($"[Block]\nclass {{0}}\n{{\n{inner.Members(areTwo ? $"({string.Join(", ", left.Select(_ => "Tensor"))})" : "Tensor", ["Tensor x0", "Tensor x1"], [.. left.Select(t => t.Name)])}}}");
        var names = left.Select(_ => Name()).ToList();
        body.Append(CultureInfo.InvariantCulture, $"var {(areTwo ? $"({string.Join(", ", names)})" : names[0])} = {Field($"readonly {name}")}.Forward({x}, {second});\n");
        Use(x);
        Use(second);
        for (var i = 0; i < left.Count; i++) Declare(names[i], left[i].Shape);
    }

    /// <summary>What a block computes of tensors of these shapes.</summary>
    ForwardDeclarations Within(params int[][] shapes)
    {
        var inner = new ForwardDeclarations(random, blocks, depth + 1) { isFree = isFree };
        for (var i = 0; i < shapes.Length; i++) inner.Declare($"x{i}", shapes[i]);
        inner.Steps(1 + random.Next(4));
        return inner;
    }

    /// <summary>Declares a block, and gives its name.</summary>
    string Declare(string block)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"Block{blocks.Count}");
        blocks.Add(block.Replace("{0}", name, StringComparison.Ordinal) + "\n");
        return name;
    }

    /// <summary>An input of as many positions as a sample has, and what is done with them; or then with one vector of each sample.</summary>
    void Sequence(List<string> inputs)
    {
        isFree = true;
        var (most, features) = (2 + random.Next(7), 1 + random.Next(8));
        var hasIds = random.Next(2) == 0;
        inputs.Add($"[Sequence({(hasIds ? "" : $"{features}, ")}Max = {most}{(!hasIds && random.Next(2) == 0 ? ", Gradient = true" : "")})] Tensor x0");
        if (hasIds) Add($"{Field($"[Embedding({2 + random.Next(20)}, {features})] readonly Layer")}(x0)", [most, features]);
        else Declare("x0", [most, features]);
        Steps(2 + random.Next(7));
        if (random.Next(2) == 0) return;
        var left = tensors.Where(t => unused.Contains(t.Name)).ToList();
        isFree = false;
        tensors.Clear();
        foreach (var (name, shape) in left)
        {
            string[] layers = ["MeanPositions", "SelectPosition", "SelectPosition(0)"];
            Add($"{Field($"[{layers[random.Next(3)]}] readonly Layer")}({name})", [shape[1]], name);
        }
        Steps(random.Next(4));
    }
}
