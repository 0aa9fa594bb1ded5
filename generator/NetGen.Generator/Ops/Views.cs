using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

sealed class TransposeFunction : TensorFunction
{
    public override string Name => "Transpose";

    public override Operand Build(FunctionCall call)
    {
        var x = call.Any(0);
        var rank = x.Shape.Rank;
        if (call.Constants == 0 && rank < 2) call.Builder.Fail("NG0020", x.Shape.ToString(), "it exchanges the two last axes, and needs as many");
        var (a, b) = call.Constants == 0 ? (rank - 2, rank - 1) : (call.Axis(0, rank), call.Axis(call.Int(1), rank, "other"));
        var order = Enumerable.Range(0, rank).ToArray();
        (order[a], order[b]) = (order[b], order[a]);
        return new(call.Add(Strided.Permuted(x.Shape, order), x));
    }
}

sealed class PermuteFunction : TensorFunction
{
    public override string Name => "Permute";

    public override Operand Build(FunctionCall call)
    {
        var x = call.Any(0);
        var rank = x.Shape.Rank;
        var order = (call.Ints(0) ?? []).Select(axis => call.Axis(axis, rank, "an axis")).ToArray();
        if (order.Length != rank || order.Distinct().Count() != rank)
            call.Builder.Fail("NG0020", x.Shape.ToString(), $"each of its {LayerBuilder.Text(rank)} axes must be named once");
        return new(call.Add(Strided.Permuted(x.Shape, order), x));
    }
}

sealed class SliceFunction : TensorFunction
{
    public override string Name => "Slice";

    public override Operand Build(FunctionCall call)
    {
        var x = call.Any(0);
        var axis = call.Axis(0, x.Shape.Rank);
        var size = x.Shape.Axes[axis];
        var (start, end, step) = (call.Int(1), call.Int(2), call.Builder.PositiveSize(call.Int(3), "step"));
        Within("start", start, -size, size - 1);
        Within("end", end, 1 - size, size);
        if (start < 0) start += size;
        if (end < 0) end += size;
        if (start >= end)
        {
            call.Builder.Fail("NG0020", x.Shape.ToString(),
                $"from {LayerBuilder.Text(call.Int(1))} to {LayerBuilder.Text(call.Int(2))} there is nothing along an axis of {LayerBuilder.Text(size)} elements");
        }
        return new(call.Add(Strided.Part(x.Shape, axis, start, (end - start + step - 1) / step, step), x));

        void Within(string name, int place, int least, int most)
        {
            if (place >= least && place <= most) return;
            call.Builder.Fail("NG0018", name, LayerBuilder.Text(place), $"from {LayerBuilder.Text(least)} to {LayerBuilder.Text(most)} along an axis of {LayerBuilder.Text(size)} {(size == 1 ? "element" : "elements")}");
        }
    }
}

sealed class SplitFunction : TensorFunction
{
    public override string Name => "Split";

    public override Operand Build(FunctionCall call)
    {
        var x = call.Any(0);
        var (axis, part) = (call.Axis(1, x.Shape.Rank), call.Int(2));
        var size = x.Shape.Axes[axis];
        if (call.Ints(0) is not { } sizes)
        {
            var parts = call.Int(0);
            if (size % parts != 0)
                call.Builder.Fail("NG0020", x.Shape.ToString(), $"{LayerBuilder.Text(size)} elements can't be cut into {LayerBuilder.Text(parts)} equal parts");
            return new(call.Add(Strided.Part(x.Shape, axis, part * (size / parts), size / parts), x));
        }
        foreach (var one in sizes) call.Builder.PositiveSize(one, "a part's size");
        if (sizes.Sum(one => (long)one) != size)
        {
            call.Builder.Fail("NG0020", x.Shape.ToString(),
                $"the parts have {LayerBuilder.Text(sizes.Sum(one => (long)one))} elements together, and the axis has {LayerBuilder.Text(size)}");
        }
        return new(call.Add(Strided.Part(x.Shape, axis, sizes.Take(part).Sum(), sizes[part]), x));
    }
}

sealed class GatherFunction : TensorFunction
{
    public override string Name => "Gather";

    public override Operand Build(FunctionCall call)
    {
        var x = call.Tensor(0);
        var axis = call.Axis(0, x.Shape.Rank);
        var (places, size) = (call.Ints(1) ?? [], x.Shape.Axes[axis]);
        if (places.Length == 0 || places.Any(place => place < 0 || place >= size))
            call.Builder.Fail("NG0020", x.Shape.ToString(), $"the places must be from 0 to {LayerBuilder.Text(size - 1)}, and at least one");
        // Places that follow each other are one part.
        var parts = new List<Value>();
        for (int i = 0, count; i < places.Length; i += count)
        {
            for (count = 1; i + count < places.Length && places[i + count] == places[i] + count;) count++;
            var part = Strided.Part(x.Shape, axis, places[i], count);
            if (count == places.Length) return new(call.Add(part, x));
            parts.Add(call.Part($"part{LayerBuilder.Text(parts.Count)}", part, x));
        }
        return new(JoinAlong.Build(call, axis, parts));
    }
}
