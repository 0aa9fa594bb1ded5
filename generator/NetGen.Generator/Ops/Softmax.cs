using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Lowering;

namespace NetGen.Generator.Ops;

/// <summary>eˣ / Σ eˣ along the last axis, or its logarithm.</summary>
/// <param name="Log">Whether the logarithm is taken.</param>
sealed record Softmax(bool Log) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override long Flops(Value result) => 4L * result.Size;

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient) =>
        gradients.Add(result.Inputs[0], new SoftmaxGradient(Log), gradient, result);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(Log ? "log_softmax" : "softmax")}({inputs[0]})";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var x = group.Values[0].Inputs[0];
        return RowKernel.Lower(group, context, Label, x.Shape.Last, ["x"], row =>
        {
            var max = row.Max("max", () => row.Read(x, float.NegativeInfinity));
            var sum = row.Sum("sum", () => Expr.Exp(row.Read(x, float.NegativeInfinity) - max));
            if (Log)
            {
                // The maximum is subtracted first: added to the logarithm of the sum it would round that away where it is large.
                var logSum = row.Let("logSum", Expr.Log(sum));
                row.Write(() => row.Read(x) - max - logSum);
            }
            else
            {
                var scale = row.Let("scale", Expr.One / sum);
                row.Write(() => Expr.Exp(row.Read(x) - max) * scale);
            }
        });
    }

    public override string Label => Log ? "LogSoftmax" : "Softmax";

    public override bool WorksByPosition(Value result) => result.Shape.Rank > 1;
}

/// <summary>What reaches the input of a <see cref="Softmax"/>: y (∂y − Σ ∂y y), or for the logarithm ∂y − eʸ Σ ∂y.</summary>
/// <param name="Log">Whether the logarithm was taken.</param>
sealed record SoftmaxGradient(bool Log) : Op
{
    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs[0].Type;

    public override long Flops(Value result) => 4L * result.Size;

    public override string Formula(Value result, ImmutableArray<string> inputs) =>
        Log ? $"{inputs[0]} - exp({inputs[1]}) Σ {inputs[0]}" : $"{inputs[1]} ⊙ ({inputs[0]} - Σ {inputs[0]} ⊙ {inputs[1]})";

    public override Kernel Lower(Group group, KernelContext context)
    {
        var result = group.Values[0];
        var (dy, y) = (result.Inputs[0], result.Inputs[1]);
        return RowKernel.Lower(group, context, Label, result.Shape.Last, ["dy", "y"], row =>
        {
            var sum = row.Sum("sum", () => Log ? row.Read(dy) : row.Read(dy) * row.Read(y));
            row.Write(() => Log ? row.Read(dy) - Expr.Exp(row.Read(y)) * sum : row.Read(y) * (row.Read(dy) - sum));
        });
    }

    public override string Label => Log ? "LogSoftmaxGradient" : "SoftmaxGradient";
}

sealed class SoftmaxLayer : Layer<SoftmaxAttribute>
{
    protected override Value Build(LayerBuilder builder, SoftmaxAttribute attribute, Value x) => builder.Add(new Softmax(Log: false), x);
}

sealed class LogSoftmaxLayer : Layer<LogSoftmaxAttribute>
{
    protected override Value Build(LayerBuilder builder, LogSoftmaxAttribute attribute, Value x) => builder.Add(new Softmax(Log: true), x);
}
