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
        var result = call.Constants > 0 ? Along(call, x, call.Axis(0, x.Shape.Rank), call.Bool(1))
            : x.Type.Sequence?.IsAlong(x.Shape) == true ? OverAll(call, x) : Reduce(call, call.Reshaped(x, new Shape(x.Size)), new Shape(1));
        return new(negated ? call.Add(new Affine(-1, 0), result) : result);
    }

    Value Along(FunctionCall call, Value x, int axis, bool keep)
    {
        if (axis == 0 && x.Type.Sequence?.IsAlong(x.Shape) == true)
        {
            var rows = call.RowsOf(x);
            return call.Reshaped(call.Add(OverPositions, rows), keep && x.Shape.Rank == 2 ? new Shape(1, rows.Shape.Last) : new Shape(rows.Shape.Last));
        }
        var rank = x.Shape.Rank;
        var others = Enumerable.Range(0, rank).Where(i => i != axis).ToArray();
        var moved = call.Permuted(x, [.. others, axis]);
        var axes = keep ? x.Shape.Axes.Select((size, i) => i == axis ? 1 : size) : others.Select(i => x.Shape.Axes[i]);
        var shape = new Shape(axes.ToEquatableArray());
        return Reduce(call, moved, shape.Rank == 0 ? new Shape(1) : shape);
    }

    /// <summary>The same of as many positions as a sample has.</summary>
    Op OverPositions => kind == Reduction.Max ? new MaxPositions(IsShared: true) : new MeanPositions(IsSum: kind == Reduction.Sum);

    /// <summary>The same of all numbers of as many positions as a sample has: of each feature, then of these.</summary>
    Value OverAll(FunctionCall call, Value x)
    {
        var rows = call.RowsOf(x);
        if (rows.Shape.Last == 1) return call.Add(OverPositions, rows);
        var result = call.Reshaped(call.Part("rows", new ReduceRows(kind), call.Part("positions", OverPositions, rows)), new Shape(1));
        if (kind != Reduction.Max) return result;

        // Equal largest ones share the gradient evenly, whichever features they are of, as their mean has it.
        var isLargest = call.Part("isLargest", new Compare(">="), rows, call.Spread(result, rows.Shape));
        var largest = call.Part("largest", new ChooseConstant(0, ConstantFirst: false), isLargest, rows);
        return call.Add(new Quotient(), SumOf(largest), SumOf(isLargest));

        Value SumOf(Value numbers) => call.Reshaped(
            call.Part("sum", new ReduceRows(Reduction.Sum), call.Part("sums", new MeanPositions(IsSum: true), numbers)), new Shape(1));
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
        if (axis == 0 && x.Type.Sequence?.IsAlong(x.Shape) == true) return new(call.Reshaped(OverPositions(call, call.RowsOf(x)), x.Shape));
        if (axis == x.Shape.Rank - 1) return new(call.Add(new Softmax(log), x));
        // Exchanging two axes is its own way back.
        var order = Enumerable.Range(0, x.Shape.Rank).ToArray();
        (order[axis], order[order.Length - 1]) = (order[order.Length - 1], order[axis]);
        var last = call.Part("last", new Softmax(log), call.Permuted(x, order));
        return new(call.Add(Strided.Permuted(last.Shape, order), last));
    }

    /// <summary>The same along as many positions as a sample has, of each feature.</summary>
    Value OverPositions(FunctionCall call, Value rows)
    {
        var below = call.Part("below", new Below(), rows, call.Spread(call.Part("max", new MaxPositions(), rows), rows.Shape));
        var exp = call.Part("exp", new Exp(), below);
        var sum = call.Part("sum", new MeanPositions(IsSum: true), exp);
        return log ? call.Add(new Difference(), below, call.Spread(call.Part("logSum", new Log(), sum), rows.Shape))
            : call.Add(new Combine(Operator.Multiply), exp, call.Spread(call.Part("scale", new Reciprocal(), sum), rows.Shape));
    }
}

sealed class SoftmaxAlongFunction() : SoftmaxFunction("Softmax", log: false);

sealed class LogSoftmaxAlongFunction() : SoftmaxFunction("LogSoftmax", log: true);
