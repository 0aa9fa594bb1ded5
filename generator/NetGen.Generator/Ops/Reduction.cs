using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Ops;

/// <summary>What rows become when one number is made of each.</summary>
enum Reduction { Sum, Mean, Max }

/// <summary>One number for each row, the elements of the last axis.</summary>
/// <param name="Kind">Which.</param>
sealed record ReduceRows(Reduction Kind) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs)
    {
        var axes = inputs[0].Shape.Axes;
        return new(axes.Count == 1 ? new Shape(1) : new Shape(axes.Take(axes.Count - 1).ToEquatableArray()));
    }

    public override long Flops(Value result) => result.Inputs[0].Size;

    public override bool WorksByPosition(Value result) => result.Inputs[0].Shape.Rank == 2;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var x = result.Inputs[0];
        gradients.Add(x, new ReduceRowsGradient(Kind, x.Shape), Kind == Reduction.Max ? [gradient, x, result] : [gradient]);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{Kind.ToString().ToLowerInvariant()}({inputs[0]})";

    public override string Label => $"{Kind}Rows";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var x = group.Values[0].Inputs[0];
        return RowKernel.Lower(group, context, Label, x.Shape.Last, ["x"], row => row.WriteNumber(Kind switch
        {
            Reduction.Max => row.Max("max", () => row.Read(x, float.NegativeInfinity)),
            Reduction.Mean => row.Sum("sum", () => row.Read(x)) * (1f / x.Shape.Last),
            _ => row.Sum("sum", () => row.Read(x)),
        }, 0, 1));
    }
}

/// <summary>What reaches the rows of a <see cref="ReduceRows"/>: the gradient of each row's number, its part, or the share of the largest elements.</summary>
/// <param name="Kind">What the rows became.</param>
/// <param name="Shape">The input's shape.</param>
sealed record ReduceRowsGradient(Reduction Kind, Shape Shape) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => new(Shape);

    public override long Flops(Value result) => result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) => Kind switch
    {
        Reduction.Max => $"{inputs[0]} ⊙ [{inputs[1]} = {inputs[2]}]",
        Reduction.Mean => $"{inputs[0]} / {LayerBuilder.Text(Shape.Last)}",
        _ => inputs[0],
    };

    public override string Label => $"{Kind}RowsGradient";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var inputs = group.Values[0].Inputs;
        if (Kind != Reduction.Max)
        {
            return RowKernel.Lower(group, context, Label, Shape.Last, ["dy"], row =>
            {
                var share = row.Let("share", row.Read(inputs[0], 0, 1) * (Kind == Reduction.Mean ? 1f / Shape.Last : 1));
                row.Write(() => share);
            }, rows: Shape.Size / Shape.Last);
        }
        return RowKernel.Lower(group, context, Label, Shape.Last, ["dy", "x", "y"], row =>
        {
            var max = row.Let("max", row.Read(inputs[2], 0, 1));
            var count = row.Sum("count", () => Expr.WhereGreaterOrEqual(row.Read(inputs[1], float.NegativeInfinity), max, Expr.One, Expr.Zero));
            var share = row.Let("share", row.Read(inputs[0], 0, 1) / count);
            row.Write(() => Expr.WhereGreaterOrEqual(row.Read(inputs[1], float.NegativeInfinity), max, share, Expr.Zero));
        }, rows: Shape.Size / Shape.Last);
    }
}

/// <summary>A reduction along an axis, or of all values.</summary>
abstract class ReductionFunction(string name, Reduction kind, bool negated = false) : TensorFunction
{
    public sealed override string Name => name;

    public sealed override Operand Build(FunctionCall call)
    {
        var x = call.Tensor(0);
        // The smallest is the largest of the negated.
        if (negated) x = call.Part("negated", new Affine(-1, 0), x);
        var result = call.Constants == 0 ? Reduce(call, call.Reshaped(x, new Shape(x.Size)), new Shape(1)) : Along(call, x, call.Axis(0, x.Shape.Rank), call.Bool(1));
        return new(negated ? call.Add(new Affine(-1, 0), result) : result);
    }

    Value Along(FunctionCall call, Value x, int axis, bool keep)
    {
        if (axis == 0 && x.Type.Sequence?.IsAlong(x.Shape) == true) return OverPositions(call, x, keep);
        var rank = x.Shape.Rank;
        var others = Enumerable.Range(0, rank).Where(i => i != axis).ToArray();
        var moved = call.Permuted(x, [.. others, axis]);
        var axes = keep ? x.Shape.Axes.Select((size, i) => i == axis ? 1 : size) : others.Select(i => x.Shape.Axes[i]);
        var shape = new Shape(axes.ToEquatableArray());
        return Reduce(call, moved, shape.Rank == 0 ? new Shape(1) : shape);
    }

    /// <summary>The same of as many positions as a sample has.</summary>
    Value OverPositions(FunctionCall call, Value x, bool keep)
    {
        var rows = x.Shape.Rank == 2 ? x : call.Reshaped(x, new Shape(x.Size, 1));
        var result = call.Add(kind == Reduction.Max ? new MaxPositions(IsShared: true) : new MeanPositions(IsSum: kind == Reduction.Sum), rows);
        return call.Reshaped(result, keep && x.Shape.Rank == 2 ? new Shape(1, rows.Shape.Last) : new Shape(rows.Shape.Last));
    }

    Value Reduce(FunctionCall call, Value x, Shape shape) => call.Reshaped(call.Add(new ReduceRows(kind), x), shape);
}

sealed class SumAlongFunction() : ReductionFunction("Sum", Reduction.Sum);

sealed class MeanAlongFunction() : ReductionFunction("Mean", Reduction.Mean);

sealed class MaxAlongFunction() : ReductionFunction("Max", Reduction.Max);

sealed class MinAlongFunction() : ReductionFunction("Min", Reduction.Max, negated: true);

/// <summary>A softmax along any axis: that axis last, and back.</summary>
abstract class SoftmaxFunction(string name, bool log) : TensorFunction
{
    public sealed override string Name => name;

    public sealed override Operand Build(FunctionCall call)
    {
        var x = call.Tensor(0);
        var axis = call.Axis(0, x.Shape.Rank);
        if (axis == x.Shape.Rank - 1) return new(call.Add(new Softmax(log), x));
        // Exchanging two axes is its own way back.
        var order = Enumerable.Range(0, x.Shape.Rank).ToArray();
        (order[axis], order[order.Length - 1]) = (order[order.Length - 1], order[axis]);
        var last = call.Part("last", new Softmax(log), call.Permuted(x, order));
        return new(call.Add(Strided.Permuted(last.Shape, order), last));
    }
}

sealed class SoftmaxAlongFunction() : SoftmaxFunction("Softmax", log: false);

sealed class LogSoftmaxAlongFunction() : SoftmaxFunction("LogSoftmax", log: true);
