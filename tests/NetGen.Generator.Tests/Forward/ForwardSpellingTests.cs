using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;

namespace NetGen.Generator.Tests.Forward;

/// <summary>What a Forward may be written with beside plain calls: the steps are the plain ones.</summary>
public sealed class ForwardSpellingTests
{
    [Theory]
    [InlineData("var all = new List<Tensor>(); all.Add(x); all.Add(fc(x)); return Concat(all.ToArray());", "return Concat(x, fc(x));")]
    [InlineData("List<Tensor> all = [x]; foreach (var layer in layers) all.Add(layer(all[^1])); return Concat([.. all]);", "var a = layers[0](x); return Concat(x, a, layers[1](a));")]
    [InlineData("var all = new List<Tensor>(2) { x, fc(x) }; all[0] = all[1] * 2; all[^1] += 1; return all[0] + all[1];", "var a = fc(x); return a * 2 + (a + 1);")]
    [InlineData("List<Tensor> all = new(layers.Length); for (int i = 0; i < layers.Length; i++) all.Add(layers[i](i == 0 ? x : all[i - 1])); return all[all.Count - 1];", "return layers[1](layers[0](x));")]
    [InlineData("IList<Tensor> all = [x, fc(x)]; all.Insert(1, x * 3); all.RemoveAt(0); return all[0] / all[1];", "var a = fc(x); return x * 3 / a;")]
    [InlineData("List<Tensor> all = [x, fc(x)]; var same = all; same.Reverse(); same.AddRange([x * 2]); foreach (var one in all) x += one; return x;", "var a = fc(x); var b = x * 2; return x + a + x + b;")]
    [InlineData("var all = new List<Tensor>([x, x]); Grow(all); all[0] = Total(all); all.RemoveAt(1); var last = Total(all); all.Clear(); return last / (all.Count + 1);", "var a = fc(x); var b = x + x + a; return (b + a) / 1;")]
    [InlineData("var states = new List<(Tensor H, float C)>(); for (int i = 0; i < 2; i++) states.Add((x * i, i + 1)); foreach (var (h, c) in states) x += h * c; return x + states[1].H;",
        "var a = x * 0; var b = x * 1; return x + a * 1 + b * 2 + b;")]
    [InlineData("List<Tensor> all = [x, x * 2, x * 3]; return all[1..] is [var first, .., var last] ? first + last : x;", "var a = x * 2; return a + x * 3;")]
    [InlineData("List<int> sizes = [.. Sizes, 5]; sizes[0]++; for (int i = 0; i < sizes.Count; i++) x *= sizes[i]; return x;", "return x * 3 * 3 * 5;")]
    [InlineData("var all = new List<Layer>(layers) { fc }; foreach (var layer in all) x = layer(x); return x;", "return fc(layers[1](layers[0](x)));")]
    [InlineData("List<Tensor>? none = null; none ??= [x]; Tensor Last() => none[^1]; none.Add(x * 2); return Last();", "return x * 2;")]
    [InlineData("var skips = new Stack<Tensor>(); foreach (var layer in layers) { skips.Push(x); x = layer(x); } while (skips.Count > 0) x = x * 2 + skips.Pop(); return x;",
        "var a = layers[0](x); return (layers[1](a) * 2 + a) * 2 + x;")]
    [InlineData("var all = new Stack<Tensor>([x, fc(x)]); all.Push(all.Peek() * 2); foreach (var one in all) x -= one; return Concat([.. all.Skip(1), x]);",
        "var a = fc(x); var b = a * 2; return Concat(a, x, x - b - a - x);")]
    [InlineData("Queue<Tensor> all = new(Known.Select(n => x * n)); all.Enqueue(fc(x)); var first = all.Dequeue(); return first - all.Peek() + all.ToArray()[^1] * all.Count;",
        "var a = x * 2; var b = x * 3; var c = fc(x); return a - b + c * 2;")]
    public void Lists(string statements, string plain) => AssertSame(statements, plain);

    [Theory]
    [InlineData("var all = new Tensor[3]; for (int i = 0; i < all.Length; i++) all[i] = i == 0 ? x : fc(all[i - 1]); return Concat(all);", "var a = fc(x); return Concat(x, a, fc(a));")]
    [InlineData("Tensor[] all = [x, fc(x)]; var same = all; same[0] *= 2; var part = all[..1]; part[0] = x; return all[0] / all[1];", "var a = fc(x); return x * 2 / a;")]
    [InlineData("var counts = new int[2]; var marks = new bool[1]; counts[1] += 3; counts[0]++; marks[0] = !marks[0]; return marks[0] ? x * counts[1] + counts[0] : x;", "return x * 3 + 1;")]
    [InlineData("Tensor?[] all = new Tensor?[2]; all[1] ??= x; all[1] ??= x * 2; return all[0] ?? all[1]!;", "return x;")]
    [InlineData("Tensor[] all = [x, x]; foreach (var one in all) all[1] = fc(one); return all[1];", "return fc(fc(x));")]
    [InlineData("Tensor[] all = [x]; all = [.. all, fc(x)]; (all[0], all[1]) = (all[1], all[0]); return all[0] - all[1];", "var a = fc(x); return a - x;")]
    public void ElementsOfArrays(string statements, string plain) => AssertSame(statements, plain);

    [Theory]
    [InlineData("int[] all = [1, 2, 3]; var i = 0; all[i++] += 5; all[i++]++; ++all[i++]; return x * all[0] * all[1] * all[2] * i;", "return x * 6 * 3 * 4 * 3;")]
    [InlineData("int[] all = [1, 2, 3]; var i = 0; all[i] = all[i++ + 1] * 10; all[i++] = all[i] * 10; return x * all[0] * all[1] * all[2] * i;", "return x * 20 * 30 * 3 * 2;")]
    [InlineData("int[] all = [1, 2, 3]; var i = 2; all[i] = i = 0; return x * all[0] + all[2];", "return x * 1 + 0;")]
    [InlineData("int[] all = [1, 2]; var i = 0; all[i] += i++ + 5; return x * all[0] + all[1];", "return x * 6 + 2;")]
    [InlineData("int[] all = [1, 2]; var i = 0; (i, all[i]) = (1, 7); return x * all[0] + all[1];", "return x * 7 + 2;")]
    [InlineData("Tensor?[] all = [null, x]; var i = 0; int Next() => i++; all[Next()] ??= fc(x); return all[0]! * i;", "return fc(x) * 1;")]
    [InlineData("var all = new int[2, 2]; var i = 0; all[i++, i] = 5; all[i, i++ - 1] += 3; return x * all[0, 1] * all[1, 0] * i;", "return x * 5 * 3 * 2;")]
    [InlineData("int Of(int a, int b) => a * 10 + b; var i = 1; return x * Of(b: i++, a: i++);", "return x * 21;")]
    public void ValuesThatChangeLocals_OfTheirTargets(string statements, string plain) => AssertSame(statements, plain);

    [Theory]
    [InlineData("for (int i = 0; i < Table.GetLength(0); i++) for (int j = 0; j < Table.GetLength(1); j++) x = x * Table[i, j] + i; return x;",
        "return ((((((x * 1 + 0) * 2 + 0) * 3 + 0) * 4 + 1) * 5 + 1) * 6) + 1;")]
    [InlineData("foreach (var number in Table) x *= number; return x + Table.Length;", "return x * 1 * 2 * 3 * 4 * 5 * 6 + 6;")]
    [InlineData("var table = new[,] { { 2f, 3f } }; return x * table[0, 1] + Cube[1, 0, 1];", "return x * 3 + 7;")]
    [InlineData("int[][] ragged = [[1], [2, 3]]; return x * ragged[1][1] + Sizes.GetLength(0);", "return x * 3 + 2;")]
    [InlineData("var all = new[,] { { x, fc(x) } }; return all[0, 1] + all[0, 0];", "return fc(x) + x;")]
    [InlineData("Tensor[,] grid = new Tensor[2, 2]; for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) grid[i, j] = i == 0 ? fc(x) : grid[i - 1, 1 - j]; return grid[0, 1] - grid[1, 1];",
        "var a = fc(x); var b = fc(x); return b - a;")]
    [InlineData("var counts = new int[2, 3]; counts[1, 2] += 3; counts[1, 2]++; var same = counts; same[0, 0]--; return x * counts[1, 2] + counts[0, 0] + counts[0, 1] * counts.Length;",
        "return x * 4 + -1 + 0;")]
    [InlineData("var all = new Tensor?[1, 2]; all[0, 1] ??= fc(x); all[0, 1] ??= x; (all[0, 0], all[0, 1]) = (all[0, 1], x); return all[0, 0]! / all[0, 1]!;", "return fc(x) / x;")]
    [InlineData("var flags = new bool[2, 2, 2]; flags[1, 0, 1] = true; foreach (var flag in flags) if (flag) x *= 2; return x;", "return x * 2;")]
    [InlineData("Tensor[][] rows = new Tensor[2][]; rows[1] = new Tensor[2]; rows[1][0] = fc(x); return rows[1][0] * (rows[0] is null ? 2 : 3);", "return fc(x) * 2;")]
    public void ArraysOfSeveralDimensions(string statements, string plain) => AssertSame(statements, plain);

    [Theory]
    [InlineData("for (int i = 0; i < 3; i++) x = (i, i % 2 == 0) switch { (0, _) => x * 2, (var n, true) when n > 1 => x * n + 5, ( > 0, false) => x * 3, _ => x }; return x;",
        "return x * 2 * 3 * 2 + 5;")]
    [InlineData("var pair = (Left: 1, Right: \"b\"); return pair is (1, \"a\") ? x : pair is (> 0, not \"a\") ? fc(x) : x * 2;", "return fc(x);")]
    [InlineData("switch ((Sizes[0], (true, 4))) { case (2, (false, _)): return x; case (2, (true, var y)): return fc(x) * y; default: return x; }", "return fc(x) * 4;")]
    [InlineData("(Tensor?, Tensor) pair = (null, x); return pair switch { (null, var y) => fc(y), (var a, var b) => a + b };", "return fc(x);")]
    [InlineData("return (x, 2) is var (y, n) && n == 2 ? fc(y) : x;", "return fc(x);")]
    [InlineData("return (1, (2, 3)) == (1, (2, 3)) && (1, 2) != (1, 3) ? fc(x) : x;", "return fc(x);")]
    [InlineData("return Sizes is { Length: > 1 } and [2, ..] && layers is [var first, var second] && (x, 3) is (var y, > 2) ? second(first(y)) : x;", "return layers[1](layers[0](x));")]
    public void TuplePatterns(string statements, string plain) => AssertSame(statements, plain);

    [Theory]
    [InlineData("return 0.5 * x / Math.Sqrt(16) - 0.1;", "return 0.5f * x / 4 - 0.1f;")]
    [InlineData("double third = 1.0 / 3; const long n = 1L << 40; return Where(x > third, n * x, -1.5);", "return Where(x > (float)(1.0 / 3), 1099511627776f * x, -1.5f);")]
    [InlineData("Tensor y = 2.5; y += x; y *= 1e-3; return fc(y) - 1;", "return fc((2.5f + x) * 1e-3f) - 1f;")]
    public void ConstantsOfDoublePrecision(string statements, string plain) => AssertSame(statements, plain);

    [Theory]
    [InlineData("foreach (var y in layers.Select(layer => layer(x)).ToArray()) x += y; return x;", "var a = layers[0](x); var b = layers[1](x); return x + a + b;")]
    [InlineData("Tensor y = x; foreach (var (layer, i) in layers.Select((layer, i) => (layer, i))) y = layer(y) * i; return y;", "return layers[1](layers[0](x) * 0) * 1;")]
    [InlineData("return Concat(layers.Select(layer => layer(x)).ToArray());", "return Concat(layers[0](x), layers[1](x));")]
    [InlineData("return layers.Aggregate(x, (h, layer) => ReLU(layer(h)));", "return ReLU(layers[1](ReLU(layers[0](x))));")]
    [InlineData("var all = Enumerable.Range(1, 3).Where(i => i != 2).Select((n, i) => x * n + i).ToList(); all.AddRange(all.Select(one => -one)); return Concat([.. all.Skip(1)]);",
        "var a = x * 1 + 0; var b = x * 3 + 1; return Concat(b, -a, -b);")]
    [InlineData("return x * Sizes.Sum() + Sizes.Max(n => -n) + Known.Min() * (float)Known.Sum(n => n / 2.0) + Enumerable.Empty<int>().Sum() + layers.Max(layer => 1.5f) + layers[0](layers[1](x));",
        "return x * 5 + -2 + 5 + 0 + 1.5f + layers[0](layers[1](x));")]
    [InlineData("return Concat([.. Enumerable.Empty<Tensor>().Append(x), fc(Enumerable.Empty<Tensor>().Aggregate(x, (a, b) => a + b))]);", "return Concat(x, fc(x));")]
    [InlineData("foreach (var (layer, size) in layers.Zip(Sizes)) x = layer(x) * size; return x;", "return layers[1](layers[0](x) * 2) * 3;")]
    [InlineData("return Sizes.Zip(Known, (a, b) => { var c = a * b; return x * c; }).Append(x).Reverse().Aggregate((a, b) => a - b);", "var a = x * 4; var b = x * 9; return x - b - a;")]
    [InlineData("Tensor Twice(Tensor y) => fc(y) * 2; return new List<Tensor>(Enumerable.Repeat(x, 2).Select(Twice)).First();", "var a = fc(x) * 2; _ = fc(x) * 2; return a;")]
    [InlineData("List<Tensor> all = [x]; foreach (var one in all.Select(y => { all.Add(y); return y; })) x += one; return x * all.Count;", "return (x + x) * 2;")]
    [InlineData("return Concat((from layer in layers where Sizes.Length > 1 select layer(x) * 2).ToArray());", "return Concat(layers[0](x) * 2, layers[1](x) * 2);")]
    [InlineData("return Concat([.. layers.SelectMany(layer => new[] { layer(x), x }), x]);", "return Concat(layers[0](x), x, layers[1](x), x, x);")]
    [InlineData("if (layers.Any() && Sizes.Any(n => n > 2) && !Sizes.Any(n => n > 3) && Sizes.All(n => n > 1) && !Sizes.All(n => n > 2)) x = layers[0](x) + layers[1](x); return x * Sizes.Count(n => n > 2);",
        "return (layers[0](x) + layers[1](x)) * 1;")]
    [InlineData("var n = 0; return Sizes.Any(size => { n++; return size == 2; }) ? fc(x) * n * Known.First(k => k > 2) * Known.Last(k => k < 3) : x;", "return fc(x) * 1 * 3 * 2;")]
    public void Queries(string statements, string plain) => AssertSame(statements, plain);

    [Theory]
    [InlineData("Func<Tensor, Tensor> f = t => ReLU(fc(t)); return f(f(x));", "return ReLU(fc(ReLU(fc(x))));")]
    [InlineData("var f = (Tensor t, float by = 2) => t * by; return f(x) + f.Invoke(x, 3);", "return x * 2 + x * 3;")]
    [InlineData("Func<Tensor, Tensor> f = ReLU, g = Doubled; var h = f; f = t => h(g(t)); return f(fc(x));", "return ReLU(fc(fc(x) * 2));")]
    [InlineData("Func<Tensor, Tensor>[] all = [Tanh, t => t * 2, fc.Apply]; foreach (var f in all) x = f(x); return x;", "return fc(Tanh(x) * 2);")]
    [InlineData("return Apply(Apply(x, t => fc(t)), Sigmoid, 2);", "return Sigmoid(Sigmoid(fc(x)));")]
    [InlineData("Tensor Local(Tensor t) => fc(t) + x; Func<Tensor, Tensor> f = Local; var y = Apply(x, f); x = y * 2; return f(x);", "var y = fc(x) + x; var z = y * 2; return fc(z) + z;")]
    [InlineData("return x.Then(t => fc(t)).Then(ReLU).Then(null);", "return ReLU(fc(x));")]
    [InlineData("var all = new List<Func<Tensor, Tensor>>(); foreach (var layer in layers) { var n = all.Count + 2; all.Add(t => layer(t) * n); } foreach (var f in all) x = f(x); return x;",
        "return layers[1](layers[0](x) * 2) * 3;")]
    [InlineData("var all = new Func<Tensor>[2]; for (int i = 0; i < 2; i++) { var (a, b) = (x * i, fc); all[i] = () => b(a); } return all[0]() - all[1]();",
        "var a = x * 0; var b = x * 1; return fc(a) - fc(b);")]
    [InlineData("var all = new Func<Tensor>[2]; foreach (var (layer, n) in layers.Zip(Sizes)) all[n - 2] = () => layer(x) * n; return all[0]() - all[1]();",
        "return layers[0](x) * 2 - layers[1](x) * 3;")]
    [InlineData("var all = new List<Func<Tensor>>(); for (int i = 0; i < 2; i++) all.Add(() => x * i); return all[0]();", "return x * 2;")]
    [InlineData("var n = 1; Func<Tensor, Tensor> f = t => t * n++; return f(x) + f(x) + n;", "return x * 1 + x * 2 + 3;")]
    [InlineData("Func<int, Tensor, Tensor> f = null!; f = (n, t) => n == 0 ? t : f(n - 1, fc(t)); return f(2, x);", "return fc(fc(x));")]
    [InlineData("Func<Tensor, Func<Tensor, Tensor>> add = a => b => { Tensor Sum() => a + b; return Sum(); }; return add(x)(fc(x));", "return x + fc(x);")]
    [InlineData("Func<Tensor, Tensor>? f = null; Tensor y = f?.Invoke(x) ?? fc(x); f ??= t => t * 3; return f?.Invoke(y)!;", "return fc(x) * 3;")]
    [InlineData("Layer f = (t, memory) => memory is null ? fc(t) : t * 2; return f(x) + f(x, x);", "return fc(x) + x * 2;")]
    [InlineData("Func<Tensor, Tensor?, Tensor> f = fc.Invoke, g = new(layers[0]); return f(x, null) * g(x, null) + layers[1](x);", "return fc(x) * layers[0](x) + layers[1](x);")]
    [InlineData("Func<Tensor, int, Tensor> f = (t, n) => n switch { 0 => t, > 1 => fc(t), _ => t * n }; for (int i = 0; i < 3; i++) x = f(x, i); return x;", "return fc(x * 1);")]
    [InlineData("Func<Tensor, (Tensor, Tensor)> f = t => (t, fc(t)); var (a, b) = f(x); return a / b;", "return x / fc(x);")]
    [InlineData("var all = new List<Tensor>(); Action<Tensor> add = t => all.Add(t); add(x); add(fc(x)); return Concat([.. all]);", "return Concat(x, fc(x));")]
    [InlineData("Func<double, double> root = Math.Sqrt; Func<Tensor, int, int, Tensors> cut = Split; var parts = cut(x, 2, 0); return Concat(parts[1] * (float)root(9), parts[0]);",
        "var (a, b) = Split(x, 2); return Concat(b * 3, a);")]
    [InlineData("Func<Tensor, Tensor> f = delegate (Tensor t) { if (Sizes.Length > 1) return fc(t); return t; }; return f(x);", "return fc(x);")]
    [InlineData("return Activations[Sizes.Length - 1](x) + Squash(x) + Cube.Length;", "return Sigmoid(x) + Tanh(x) + 4;")]
    [InlineData("Func<Tensor, Tensor> f = half.Forward; return f(x);", "return half.Forward(x);")]
    [InlineData("return Known.Select(n => x * n).Aggregate(Maximum);", "return Maximum(x * 2, x * 3);")]
    [InlineData("Func<Tensor, Layer, Tensor> step = (h, layer) => ReLU(layer(h)); return layers.Aggregate(x, step);", "return ReLU(layers[1](ReLU(layers[0](x))));")]
    public void Functions(string statements, string plain) => AssertSame(statements, plain);

    [Theory]
    [InlineData("foreach (var y in {|NG0052:layers.Select(layer => layer(x))|}) x += y; return x;",
        "'layers.Select(layer => layer(x))' can't be read: the loop changes 'x', which the query uses: let the loop itself compute its elements, or end the query with ToArray()")]
    [InlineData("Tensor[] all = [x, x]; foreach (var (layer, y) in {|NG0052:layers.Select((layer, i) => (layer, all[i]))|}) all[1] = layer(y); return all[1];", null)]
    [InlineData("List<Tensor> all = [x]; foreach (var y in {|NG0052:layers.Select(layer => layer(all[^1]))|}) all.Add(y * 2); return all[^1];", null)]
    [InlineData("var all = {|NG0052:layers.Select(layer => layer(x))|}; return Concat([.. all]);", "'layers.Select(layer => layer(x))' can't be read: a query that isn't used where it stands needs ToArray() at its end")]
    [InlineData("return {|NG0052:layers.OrderBy(layer => 1)|}.First()(x);", null)]
    [InlineData("return {|NG0052:Sizes.Take(0).First()|} * x;", "'Sizes.Take(0).First()' can't be read: there are no elements")]
    [InlineData("return {|NG0052:Enumerable.Empty<Tensor>().Aggregate((p, q) => p + q)|};", "'Enumerable.Empty<Tensor>().Aggregate((p, q) => p + q)' can't be read: there are no elements")]
    [InlineData("var all = Enumerable.Empty<Tensor>().ToArray(); return {|NG0052:all[0]|};", "'all[0]' can't be read: the index 0 is out of range: there are 0 elements")]
    [InlineData("return x * {|NG0052:Sizes.Where(n => n > 5).Max()|};", "'Sizes.Where(n => n > 5).Max()' can't be read: there are no elements")]
    [InlineData("return x * {|NG0052:Sizes.Sum(n => int.MaxValue)|};", "'Sizes.Sum(n => int.MaxValue)' can't be read: it overflows: the result is out of the range of int")]
    [InlineData("return {|NG0052:Sizes.First(n => n > 5)|} * x;", "'Sizes.First(n => n > 5)' can't be read: there is no such element")]
    [InlineData("return {|NG0052:new List<Tensor>().Last()|};", "'new List<Tensor>().Last()' can't be read: there are no elements")]
    [InlineData("return {|NG0052:Split(x, new int[0])[0]|};", "'Split(x, new int[0])[0]' can't be read: the index 0 is out of range: there are 0 elements")]
    [InlineData("return {|NG0054:Concat([.. Enumerable.Empty<Tensor>()])|};", "'Concat' joins nothing: name at least one tensor")]
    [InlineData("Func<Tensor, Tensor>? f = null; return {|NG0052:f|}(x);", "'f' can't be read: there is no function, but null")]
    [InlineData("Func<Tensor, Tensor> f = null!; f = y => {|NG0052:f(fc(y))|}; return f(x);", "'f(fc(y))' can't be read: calls are nested too deeply, or without an end")]
    [InlineData("Ref f = {|NG0052:(in Tensor y) => y * 2|}; return f(x);", "'(in Tensor y) => y * 2' can't be read: it is asynchronous or has parameters by reference; return values, several as a tuple")]
    [InlineData("var f = {|NG0052:async (Tensor y) => { await Task.Yield(); return y; }|}; return f(x).Result;", null)]
    [InlineData("Func<int, int> f = {|NG0052:int.Abs|}; return x * f(-2);", "'int.Abs' can't be read: the source of 'Abs' isn't part of this project; call layers, the functions of NetGen.Functions, or methods of the class")]
    [InlineData("List<Tensor> all = [x]; Action<Tensor> add = {|NG0052:all.Add|}; add(x); return all[1];",
        "'all.Add' can't be read: of methods only those of the class, of its blocks and of NetGen.Functions can be given in place of a lambda")]
    [InlineData("Func<Tensor, Tensor> f = ReLU; {|NG0052:f += Tanh|}; return f(x);", null)]
    [InlineData("Func<Tensor, Tensor, Tensor> f = Maximum; return {|NG0052:f(x, null!)|};", "'f(x, null!)' can't be read: there is no tensor, but null")]
    [InlineData("Func<Tensor, int, Tensors> f = (y, n) => Split(y, {|NG0052:n|}); return f(x, 0)[0];", "'n' can't be read: there must be 1 to 1000 parts")]
    [InlineData("{|NG0052:held|} = y => y; return held(x);", null)]
    [InlineData("List<Tensor> all = [x]; return {|NG0052:all[1]|};", "'all[1]' can't be read: the index 1 is out of range: there are 1 elements")]
    [InlineData("List<Tensor> all = [x]; all[{|NG0052:2|}] = fc(x); return x;", "'2' can't be read: the index 2 is out of range: there are 1 elements")]
    [InlineData("List<Tensor> all = [x]; all.RemoveAt({|NG0052:-1|}); return x;", "'-1' can't be read: the index -1 is out of range: there are 1 elements")]
    [InlineData("List<Tensor> all = [x]; return {|NG0052:all.Find(t => true)|}!;",
        "'all.Find(t => true)' can't be read: of a list Forward may have Add, AddRange, Insert, RemoveAt, Clear, Reverse, ToArray, Count and its elements")]
    [InlineData("List<Tensor> all = [x]; foreach (var one in {|NG0052:all|}) all.Add(fc(one)); return x;", "'all' can't be read: it is changed while foreach goes through it; let foreach go through its ToArray()")]
    [InlineData("float Cleared(List<float> list) { list.Clear(); return 2; } List<float> all = [1]; {|NG0052:all[0]|} = Cleared(all); return x;",
        "'all[0]' can't be read: the index 0 is out of range: there are 0 elements")]
    [InlineData("ref Tensor {|NG0052:same = ref x|}; same = x * 2; return x;", "'same = ref x' can't be read: 'same' is a local by reference; assign to what it stands for")]
    [InlineData("var all = new Stack<Tensor>(); return {|NG0052:all.Pop()|} + x;", "'all.Pop()' can't be read: there are no elements")]
    [InlineData("var all = new Queue<Tensor>([x]); return {|NG0052:all.TryDequeue(out var one)|} ? one : x;",
        "'all.TryDequeue(out var one)' can't be read: of a stack or a queue Forward may have Push, Pop, Enqueue, Dequeue, Peek, Clear, ToArray, Count and its elements")]
    [InlineData("{|NG0052:Known.Add(4)|}; return x * Known[0];", "'Known.Add(4)' can't be read: only a list that Forward makes can be changed: make it a local")]
    [InlineData("{|NG0052:own|}.Add(x); return x;", "'own' can't be read: a list that isn't 'static readonly' has to be a local")]
    [InlineData("{|NG0052:Sizes[0]|} = 5; return x * Sizes[0];", "'Sizes[0]' can't be read: only locals, parameters and the elements of arrays and lists that Forward makes can be assigned to")]
    [InlineData("{|NG0052:Ragged[0][0]|} = 5; return x * Ragged[0][0];", null)]
    [InlineData("{|NG0052:layers[0]|} = fc; return layers[0](layers[1](x));", null)]
    [InlineData("var all = new Tensor[2]; all[0] = fc(x); return all[0] + {|NG0052:all[1]|};", "'all[1]' can't be read: there is no tensor, but null")]
    [InlineData("var all = new Tensor[2]; all[{|NG0052:^3|}] = fc(x); return x;", "'^3' can't be read: the index -1 is out of range: there are 2 elements")]
    [InlineData("var all = new Tensor[{|NG0052:20000|}]; return x;", "'20000' can't be read: it must be a constant from 0 to 10000")]
    [InlineData("var all = {|NG0052:new (int, Tensor)[2]|}; return x;", null)]
    [InlineData("return x * Table[1, {|NG0052:3|}];", "'3' can't be read: the index 3 is out of range: there are 3 elements")]
    [InlineData("return x * Table.GetLength({|NG0052:2|});", "'2' can't be read: the index 2 is out of range: there are 2 elements")]
    [InlineData("var all = {|NG0052:new int[2000, 30]|}; return x;", "'new int[2000, 30]' can't be read: it has more than 10000 elements")]
    [InlineData("var all = new int[2, {|NG0052:-1|}]; return x;", "'-1' can't be read: it must be a constant from 0 to 10000")]
    [InlineData("var all = new Tensor[2, 2]; all[1, {|NG0052:2|}] = x; return x;", "'2' can't be read: the index 2 is out of range: there are 2 elements")]
    [InlineData("var all = new Tensor[2, 2]; all[0, 1] = x; return all[0, 1] + {|NG0052:all[1, 1]|};", "'all[1, 1]' can't be read: there is no tensor, but null")]
    [InlineData("{|NG0052:Table[0, 1]|} = 5; return x * Table[0, 1];", "'Table[0, 1]' can't be read: only locals, parameters and the elements of arrays and lists that Forward makes can be assigned to")]
    [InlineData("return (Sizes, 2) is ({ {|NG0052:Rank: 1|} }, 2) ? x : fc(x);", null)]
    [InlineData("return ({|NG0052:(1, 3) switch { (1, 2) => fc(x), (2, _) => x }|});", "'(1, 3) switch { (1, 2) => fc(x), (2, _) => x }' can't be read: none of its cases is for the value that it has here")]
    [InlineData("return ((object)x, 1) switch { ({|NG0052:2|}, 1) => x, _ => fc(x) };", "'2' can't be read: it depends on a tensor's values, which aren't known while the project builds; choose between values with Where(condition, a, b)")]
    public void Mistakes(string statements, string? message)
    {
        var source = Source(statements);
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }

    [Theory]
    [InlineData("return Dropout(LeakyReLU(x, 0.2), 0.1);", "return Dropout(LeakyReLU(x, 0.2f), 0.1f);")]
    [InlineData("return Mask(x, Equal(x, 0), -1e9);", "return Mask(x, Equal(x, 0), -1e9f);")]
    [InlineData("const double Rate = 0.3; return ELU(Softplus(x, 1 + Rate), Rate / 2);", "return ELU(Softplus(x, 1.3f), 0.15f);")]
    public void NumbersOfFunctions(string statements, string plain) => AssertSame(statements, plain);

    static void AssertSame(string statements, string plain)
    {
        Consumer.Of(Source(statements)).Build().AssertClean();
        Assert.Equal(Steps(plain), Steps(statements));
    }

    static IEnumerable<string> Steps(string statements) => Models.Single(Source(statements)).Forward!.Steps
        .Select(step => $"{step.Function?.Kind ?? $"{step.Layer}"}({string.Join(",", step.Inputs)}; {string.Join(",", step.Function?.Positional.Select(p => p.Scalar) ?? [])})");

    static string Source(string statements) => $$"""
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading.Tasks;
        using static NetGen.Functions;
        [Network] public partial class Net
        {
            {{(statements.Contains("fc", StringComparison.Ordinal) || statements.Contains("Grow", StringComparison.Ordinal) ? "[Linear(4)] readonly Layer fc;" : "")}}
            {{(statements.Contains("layers", StringComparison.Ordinal) ? "[Linear(4), Count(2)] readonly Layer[] layers;" : "")}}
            {{(statements.Contains("own", StringComparison.Ordinal) ? "readonly List<Tensor> own = [];" : "")}}
            {{(statements.Contains("half", StringComparison.Ordinal) ? "readonly Half half;" : "")}}
            static readonly int[] Sizes = [2, 3];
            static readonly int[][] Ragged = [[2], [3]];
            {{(statements.Contains("held", StringComparison.Ordinal) ? "Func<Tensor, Tensor> held = y => y;" : "")}}
            {{(statements.Contains("Doubled", StringComparison.Ordinal) ? "Tensor Doubled(Tensor y) => fc(y * 2);" : "")}}
            static readonly Func<Tensor, Tensor>[] Activations = [ReLU, y => Sigmoid(y)];
            static Func<Tensor, Tensor> Squash => Tanh;
            static readonly List<int> Known = [2, 3];
            static readonly int[,] Table = { { 1, 2, 3 }, { 4, 5, 6 } };
            static int[,,] Cube { get; } = new int[,,] { { { 1, 2 } }, { { 5, 7 } } };
            Tensor Forward([Shape(4)] Tensor x)
            {
                {{statements}}
            }
            {{(statements.Contains("Grow", StringComparison.Ordinal) ? "void Grow(List<Tensor> all) => all.Add(fc(all[0]));" : "")}}
            static Tensor Apply(Tensor x, Func<Tensor, Tensor> f, int times = 1) { for (int i = 0; i < times; i++) x = f(x); return x; }
            static Tensor Total(IReadOnlyList<Tensor> all) { var sum = all[0]; for (int i = 1; i < all.Count; i++) sum += all[i]; return sum; }
        }
        [Block] class Half { internal Tensor Forward(Tensor x) => x * 0.5f; }
        delegate Tensor Ref(in Tensor x);
        static class Extensions
        {
            public static Tensor Then(this Tensor x, Func<Tensor, Tensor>? f) => f is null ? x : f(x);
            public static Tensor Apply(this Layer layer, Tensor x) => layer(x);
        }
        """;
}
