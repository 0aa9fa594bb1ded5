using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>Sums of products by names of axes: axes in another order, and one product of matrices.</summary>
sealed class EinsumFunction : TensorFunction
{
    public override string Name => "Einsum";

    public override Operand Build(FunctionCall call)
    {
        var pattern = call.Text(0).Replace(" ", "");
        var sides = pattern.Split(["->"], StringSplitOptions.None);
        if (sides.Length != 2 || !pattern.Replace("->", ",").All(c => c == ',' || char.IsLetter(c)))
            Fail("names the axes of each tensor by letters, then those of the result: \"ik,kj->ij\"");
        var (names, output) = (sides[0].Split(','), sides[1]);
        if (names.Length != call.Operands.Count) Fail($"is for {LayerBuilder.Text(names.Length)} tensors, and gets {LayerBuilder.Text(call.Operands.Count)}");
        if (names.Length > 2) Fail("is for more than two tensors: write it as several");
        if (names.Append(output).Any(name => name.Distinct().Count() != name.Length)) Fail("names an axis twice for one tensor: take a diagonal apart by Gather");
        if (output.Except(string.Concat(names)).Any()) Fail("has an axis in its result that no tensor has");
        if (output.Length > InputAttribute.MaxRank) Fail($"has more than {LayerBuilder.Text(InputAttribute.MaxRank)} axes in its result: give several of them one letter, by Reshape before it");
        var tensors = names.Select((_, i) => call.Tensor(i)).ToArray();
        var sizes = new Dictionary<char, (int Size, Value Of)>();
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i].Length != tensors[i].Shape.Rank) Fail($"names {LayerBuilder.Text(names[i].Length)} axes of a tensor of shape {tensors[i].Shape}");
            for (var a = 0; a < names[i].Length; a++)
            {
                var size = tensors[i].Shape.Axes[a];
                if (!sizes.TryGetValue(names[i][a], out var known)) sizes.Add(names[i][a], (size, tensors[i]));
                else if (known.Size != size)
                {
                    call.Builder.Fail("NG0031", known.Of.Shape.ToString(), tensors[i].Shape.ToString(),
                        $"the axis '{names[i][a]}' has {LayerBuilder.Text(known.Size)} elements in one and {LayerBuilder.Text(size)} in the other");
                }
            }
        }
        // What only one tensor has, and the result hasn't, is summed first.
        for (var i = 0; i < names.Length; i++)
        {
            var others = output + (names.Length == 2 ? names[1 - i] : "");
            (names[i], tensors[i]) = Summed(call, names[i], tensors[i], new string([.. names[i].Where(others.Contains)]));
        }
        var result = names.Length == 1 ? (names[0], tensors[0]) : Product(call, names, tensors, output, sizes);
        var ordered = call.Permuted(result.Item2, [.. output.Select(axis => result.Item1.IndexOf(axis))]);
        return new(call.Reshaped(ordered, output.Length == 0 ? new Shape(1) : ordered.Shape));

        void Fail(string problem) => call.Builder.Fail("NG0054", $"has the pattern \"{Parsing.ElementDisplay.Escape(call.Text(0))}\", which {problem}");
    }

    static (string, Value) Product(FunctionCall call, string[] names, Value[] tensors, string output, Dictionary<char, (int Size, Value Of)> sizes)
    {
        string Of(string axes, Func<char, bool> which) => new([.. axes.Where(which)]);
        var matrices = Of(names[0], axis => names[1].Contains(axis) && output.Contains(axis));
        var inner = Of(names[0], axis => names[1].Contains(axis) && !output.Contains(axis));
        var (rows, columns) = (Of(names[0], axis => !names[1].Contains(axis)), Of(names[1], axis => !names[0].Contains(axis)));
        var left = Grouped(0, [matrices, rows, inner]);
        var right = Grouped(1, [matrices, inner, columns]);
        var product = MatMulFunction.Product(call, left, right);
        var order = matrices + rows + columns;
        return (order, call.Reshaped(product, order.Length == 0 ? new Shape(1) : new Shape(order.Select(axis => sizes[axis].Size).ToArray())));

        // A tensor as matrices: each group of axes is one.
        Value Grouped(int i, string[] groups)
        {
            var permuted = call.Permuted(tensors[i], [.. string.Concat(groups).Select(axis => names[i].IndexOf(axis))]);
            return call.Reshaped(permuted, new Shape(groups.Select(group => (int)Shape.LongSize(group.Select(axis => sizes[axis].Size))).ToArray()));
        }
    }

    /// <summary>Sums over the axes that aren't kept.</summary>
    static (string, Value) Summed(FunctionCall call, string names, Value tensor, string kept)
    {
        if (kept.Length == names.Length) return (names, tensor);
        var order = kept + new string([.. names.Where(axis => !kept.Contains(axis))]);
        var permuted = call.Permuted(tensor, [.. order.Select(axis => names.IndexOf(axis))]);
        var shape = permuted.Shape.Axes.Take(kept.Length).ToArray();
        var size = (int)Shape.LongSize(shape);
        var sums = call.Part("sum", new ReduceRows(Reduction.Sum), call.Reshaped(permuted, new Shape(size, tensor.Size / size)));
        return (kept, call.Reshaped(sums, shape.Length == 0 ? new Shape(1) : new Shape(shape)));
    }
}
