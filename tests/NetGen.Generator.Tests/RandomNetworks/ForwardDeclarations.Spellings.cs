using System.Globalization;

namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>What C# has to hold tensors, constants and functions in, and to choose between them.</summary>
sealed partial class ForwardDeclarations
{
    void Spelled(string x, int[] shape, int axis)
    {
        switch (random.Next(9))
        {
            case 0:
                List(x, shape, axis);
                break;
            case 1:
                Elements(x, shape, axis);
                break;
            case 2:
                Grid(x, shape);
                break;
            case 3:
                Table(x, shape);
                break;
            case 4:
                Patterns(x, shape);
                break;
            case 5:
                Query(x, shape, axis);
                break;
            case 6 or 7:
                Lambda(x, shape);
                break;
            default:
                LambdaOfLayer(x, shape);
                break;
        }
    }

    /// <summary>A list that grows by a loop, and changes.</summary>
    void List(string x, int[] shape, int axis)
    {
        var (list, more) = (Name(), 1 + random.Next(2));
        string[] starts =
        [
            "List<Tensor> {0} = [{1}];", "var {0} = new List<Tensor> {{ {1} }};", "var {0} = new List<Tensor>(); {0}.Add({1});",
            "IList<Tensor> {0} = new List<Tensor>([{1}]);",
        ];
        Line(string.Format(CultureInfo.InvariantCulture, starts[random.Next(4)], list, x));
        Line($"for (int i = 0; i < {more}; i++) {list}.Add({Function($"{list}[^1]")});");
        string[] changes =
        [
            "", $"{list}.Insert(1, {x} * 0.5f);", $"{list}[0] = {list}[^1] * 0.5f;", $"{list}[^1] += {list}[0] * 0.3f;",
            $"{list}.Add({Function(x)}); {list}.RemoveAt(0);",
        ];
        var change = random.Next(changes.Length);
        if (change > 0) Line(changes[change]);
        Summary(list, $"[.. {list}]", 1 + more + (change == 1 ? 1 : 0), x, shape, axis);
    }

    /// <summary>An array whose elements are assigned to.</summary>
    void Elements(string x, int[] shape, int axis)
    {
        var (array, count) = (Name(), 2 + random.Next(2));
        Line($"var {array} = new Tensor[{count}];");
        Line($"{array}[0] = {x};");
        Line($"for (int i = 1; i < {array}.Length; i++) {array}[i] = {Function($"{array}[i - 1]")};");
        string[] changes = [$"({array}[0], {array}[1]) = ({array}[1], {array}[0]);", $"{array}[^1] -= {array}[0] * 0.2f;", $"{array}[0] *= 0.5f;"];
        Line(changes[random.Next(changes.Length)]);
        Summary(array, array, count, x, shape, axis);
    }

    /// <summary>A tensor of those of a list or an array.</summary>
    /// <param name="all">The list.</param>
    /// <param name="array">The same where an array is wanted.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="x">What they are of.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="axis">An axis along which they may be joined.</param>
    void Summary(string all, string array, int count, string x, int[] shape, int axis)
    {
        var (first, last) = (Name(), Name());
        switch (random.Next(5))
        {
            case 0:
                Add($"Concat({axis}, {array})", [.. shape.Select((size, i) => i == axis ? count * size : size)], x);
                break;
            case 1:
                Add($"{all}[0] - {all}[^1] * 0.3f", shape, x);
                break;
            case 2:
                Add($"{all} is [var {first}, .., var {last}] ? {first} + {last} * 0.5f : {x}", shape, x);
                break;
            case 3:
                Add($"{all}.Aggregate((a, b) => a * 0.5f + b)", shape, x);
                break;
            default:
                Line($"var {first} = {x};");
                Line($"foreach (var {last} in {all}) {first} = {first} * 0.5 + {last};");
                Use(x);
                Declare(first, shape);
                break;
        }
    }

    /// <summary>An array of two dimensions whose elements are assigned to.</summary>
    void Grid(string x, int[] shape)
    {
        var (grid, columns) = (Name(), 1 + random.Next(3));
        Line($"{(random.Next(2) == 0 ? "var" : "Tensor[,]")} {grid} = new Tensor[2, {columns}];");
        Line($"for (int i = 0; i < 2; i++) for (int j = 0; j < {columns}; j++)");
        Line($"{grid}[i, j] = i + j == 0 ? {x} : {Function($"{grid}[j > 0 ? i : 0, j > 0 ? j - 1 : 0]")};");
        if (random.Next(2) == 0) Line($"{grid}[1, 0] += {grid}[0, {columns - 1}] * 0.5f;");
        Add($"{grid}[1, {columns - 1}] - {grid}[0, {columns - 1}] * 0.4f", shape, x);
    }

    /// <summary>A table of constants, of which some may change.</summary>
    void Table(string x, int[] shape)
    {
        var (table, name) = (Name(), Name());
        string Row() => $"{{ {random.Next(4)}, {random.Next(4)}, {random.Next(4)} }}";
        Line($"int[,] {table} = {{ {Row()}, {Row()} }};");
        if (random.Next(2) == 0) Line($"{table}[1, {random.Next(3)}]++;");
        Line($"var {name} = {x};");
        Line($"for (int i = 0; i < {table}.GetLength(0); i++) for (int j = 0; j < {table}.GetLength(1); j++)");
        Line($"if ({table}[i, j] > 0) {name} = {name} * 0.5f + {table}[i, j] * 0.1f;");
        Use(x);
        Declare(name, shape);
    }

    /// <summary>Choices by patterns of tuples and of lists.</summary>
    void Patterns(string x, int[] shape)
    {
        var (name, other) = (Name(), Name());
        if (random.Next(2) == 0)
        {
            Line($"var {name} = {x};");
            Line($"for (int i = 0; i < {1 + random.Next(4)}; i++)");
            Line($"{name} = (i, i % 2 == 0) switch {{ (0, _) => {Function(name)}, (> 1, true) => {name} * 0.5f + 1, "
                + $"(var {other}, false) when {other} < 3 => {Function(name)}, _ => {name} }};");
            Use(x);
            Declare(name, shape);
            return;
        }
        Line($"int[] {other} = [{Text([.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => random.Next(3))])}];");
        Add($"{other} switch {{ [0, ..] => {Function(x)}, [_, > 1] => {Function(x)}, [.., 1 or 2] and {{ Length: > 1 }} => {Function(x)}, "
            + $"[var {name}] => {x} * {name}, _ => {Function(x)} }}", shape, x);
    }

    void Query(string x, int[] shape, int axis)
    {
        var count = 2 + random.Next(2);
        switch (random.Next(5))
        {
            case 0:
                Add($"Enumerable.Range(1, {count}).Select(k => {Function(x)} * (k * 0.4f)).Aggregate((a, b) => a - b)", shape, x);
                break;
            case 1:
                Add($"Concat({axis}, Enumerable.Range(0, {count}).Where(k => k != 1).Select(k => {Function(x)} + k).ToArray())",
                    [.. shape.Select((size, i) => i == axis ? (count - 1) * size : size)], x);
                break;
            case 2:
                Add($"new[] {{ 0.5f, 1, 2 }}.Zip(new[] {{ {x}, {Function(x)} }}, (by, v) => v * by).Aggregate(Maximum)", shape, x);
                break;
            case 3:
                Add($"new[] {{ {x}, {Function(x)} }}.Select((v, k) => v * (k + 1)).Reverse().Append({x}).ToList()[{random.Next(3)}]", shape, x);
                break;
            default:
                Add($"Enumerable.Repeat({x}, {count}).Skip(1).Prepend({Function(x)}).Aggregate({x}, (a, b) => a + b * 0.3f)", shape, x);
                break;
        }
    }

    /// <summary>Functions that are held by locals, and called here or by a helper.</summary>
    void Lambda(string x, int[] shape)
    {
        var (function, mate, name) = (Name(), Mate(shape), Name());
        switch (random.Next(6))
        {
            case 0:
                Line($"Func<Tensor, Tensor> {function} = v => {Function("v")} + {mate} * 0.3f;");
                Add(random.Next(2) == 0 ? $"{function}({function}({x}))" : $"Apply({x}, {function}, 2)", shape, x, mate);
                break;
            case 1:
                Line($"var {name} = 0.5f;");
                Line($"var {function} = (Tensor v, int k) => v * ({name} + k);");
                Line($"{name} = 0.25f;");
                Add($"{function}({x}, {random.Next(3)})", shape, x);
                break;
            case 2:
                Line($"var {name} = {x};");
                Line($"foreach (var {function} in new Func<Tensor, Tensor>[] {{ Tanh, v => {Function("v")}, SiLU }}) {name} = {function}({name});");
                Use(x);
                Declare(name, shape);
                break;
            case 3:
                Line($"var {name} = {random.Next(3)};");
                Line($"Func<Tensor, Tensor> {function} = {name} switch {{ 0 => ReLU, 1 => Sigmoid, _ => v => {Function("v")} }};");
                Add($"Apply({x}, {function}) + Apply({x}, null) * 0.5f", shape, x);
                break;
            case 4:
                Line($"var {function} = new List<Func<Tensor>>();");
                Line($"for (int i = 0; i < 3; i++) {{ var {name} = {x} * (i * 0.5f + 0.1f); {function}.Add(() => {Function(name)}); }}");
                Add($"{function}[0]() - {function}[^1]()", shape, x);
                break;
            default:
                Line($"Tensor {function}(Tensor v, int times) => times == 0 ? v : {function}({Function("v")}, times - 1);");
                Line($"Func<Tensor, int, Tensor> {name} = {function};");
                Add($"{name}({x}, {1 + random.Next(2)})", shape, x);
                break;
        }
    }

    /// <summary>A function that calls a layer, twice with the same weights.</summary>
    void LambdaOfLayer(string x, int[] shape)
    {
        if (shape.Length > 2)
        {
            Lambda(x, shape);
            return;
        }
        var (layer, function) = (Field($"[Linear({shape[^1]})] readonly Layer"), Name());
        Line($"Func<Tensor, Tensor> {function} = v => {Function($"{layer}(v)")} - v * 0.5f;");
        Add(random.Next(2) == 0 ? $"Apply({x}, {function}, 2)" : $"{function}({function}({x}))", shape, x);
    }

    /// <summary>A function of a tensor, of moderate numbers.</summary>
    string Function(string of)
    {
        string[] functions = ["Tanh({0} * 0.7f)", "({0} * 0.5 + 1)", "({0} - Sigmoid({0}))", "({0} - Abs({0}) * 0.3f)", "Softplus(-{0})"];
        return string.Format(CultureInfo.InvariantCulture, functions[random.Next(functions.Length)], of);
    }

    void Line(string statements) => body.Append(statements).Append('\n');
}
