using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>scale · x + offset, of constants.</summary>
sealed record Affine(float Scale, float Offset) : Activation
{
    public override string Symbol => Offset == 0 ? $"{LayerBuilder.Text(Scale)} · " : Scale == 1 ? $"{LayerBuilder.Text(Offset)} + " : $"{LayerBuilder.Text(Offset)} + {LayerBuilder.Text(Scale)} · ";

    public override Expr Forward(Expr x) => Offset == 0 ? x * Scale : Scale == 1 ? x + Offset : Scale == -1 ? new Number(Offset) - x : x * Scale + Offset;

    public override Expr Gradient(Expr gradient, Expr saved) => Scale == 1 ? gradient : gradient * Scale;

    public override string Formula(Value result, ImmutableArray<string> inputs) => Symbol + (inputs[0].Contains(" ") ? $"({inputs[0]})" : inputs[0]);
}

/// <summary>1 / x.</summary>
sealed record Reciprocal : Activation
{
    public override bool GradientFromResult => true;

    public override string Symbol => "reciprocal";

    public override Expr Forward(Expr x) => Expr.One / x;

    public override Expr Gradient(Expr gradient, Expr saved) => -(gradient * saved * saved);
}

/// <summary>The difference of each pair of elements.</summary>
sealed record Difference : Elementwise
{
    public override Expr Body => new Argument(0) - new Argument(1);

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[0], gradient);
        gradients.Add(result.Inputs[1], new Affine(-1, 0), gradient);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} - {(inputs[1].Contains(" ") ? $"({inputs[1]})" : inputs[1])}";
}

/// <summary>The quotient of each pair of elements.</summary>
sealed record Quotient : Elementwise
{
    public override Expr Body => new Argument(0) / new Argument(1);

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[0], this, gradient, result.Inputs[1]);
        gradients.Add(result.Inputs[1], new QuotientGradient(), gradient, result, result.Inputs[1]);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"({inputs[0]}) / ({inputs[1]})";
}

/// <summary>What reaches the divisor of a <see cref="Quotient"/>: −∂y y / b.</summary>
sealed record QuotientGradient : Elementwise
{
    public override Expr Body => -(new Argument(0) * new Argument(1) / new Argument(2));

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"-({inputs[0]}) ⊙ {inputs[1]} / ({inputs[2]})";
}

/// <summary>An operator of C# on two tensors, or a tensor and a constant.</summary>
abstract class OperatorFunction : TensorFunction
{
    /// <summary>Of two constants.</summary>
    protected abstract float Of(float left, float right);

    protected abstract Value Of(FunctionCall call, Value left, float right);

    protected abstract Value Of(FunctionCall call, float left, Value right);

    /// <summary>Of values of the same shape.</summary>
    protected abstract Value Of(FunctionCall call, Value left, Value right);

    /// <summary>Of a value and a parameter of its shape, where there is an op for that; else null.</summary>
    protected virtual Value? OfParameter(FunctionCall call, Value value, Value parameter) => null;

    public sealed override Operand Build(FunctionCall call)
    {
        switch (call.Operands[0].Value, call.Operands[1].Value)
        {
            case (null, null):
                return new(null, Of(call.Operands[0].Constant, call.Operands[1].Constant));
            case ({ } left, null):
                return new(Of(call, call.Batched(left), call.Operands[1].Constant));
            case (null, { } right):
                return new(Of(call, call.Operands[0].Constant, call.Batched(right)));
            case ({ } left, { } right):
                if (left.Type.Batched != right.Type.Batched && left.Shape == right.Shape
                    && (left.Type.Batched ? OfParameter(call, left, right) : OfParameter(call, right, left)) is { } result)
                {
                    return new(result);
                }
                var (a, b) = call.Broadcast(left, right);
                return new(Of(call, a, b));
        }
    }
}

sealed class SumFunction : OperatorFunction
{
    public override string Name => "+";

    public override string Word => "plus";

    protected override float Of(float left, float right) => left + right;

    protected override Value Of(FunctionCall call, Value left, float right) => call.Add(new Affine(1, right), left);

    protected override Value Of(FunctionCall call, float left, Value right) => call.Add(new Affine(1, left), right);

    protected override Value Of(FunctionCall call, Value left, Value right) => call.Add(new Combine(Operator.Add), left, right);

    protected override Value? OfParameter(FunctionCall call, Value value, Value parameter) => call.Add(new AddWeight(), value, parameter);
}

sealed class DifferenceFunction : OperatorFunction
{
    public override string Name => "-";

    public override string Word => "minus";

    protected override float Of(float left, float right) => left - right;

    protected override Value Of(FunctionCall call, Value left, float right) => call.Add(new Affine(1, -right), left);

    protected override Value Of(FunctionCall call, float left, Value right) => call.Add(new Affine(-1, left), right);

    protected override Value Of(FunctionCall call, Value left, Value right) => call.Add(new Difference(), left, right);
}

sealed class ProductFunction : OperatorFunction
{
    public override string Name => "*";

    public override string Word => "product";

    protected override float Of(float left, float right) => left * right;

    protected override Value Of(FunctionCall call, Value left, float right) => call.Add(new Affine(right, 0), left);

    protected override Value Of(FunctionCall call, float left, Value right) => call.Add(new Affine(left, 0), right);

    protected override Value Of(FunctionCall call, Value left, Value right) => call.Add(new Combine(Operator.Multiply), left, right);
}

sealed class QuotientFunction : OperatorFunction
{
    public override string Name => "/";

    public override string Word => "quotient";

    protected override float Of(float left, float right) => left / right;

    protected override Value Of(FunctionCall call, Value left, float right)
    {
        if (right == 0) call.Builder.Fail("NG0018", "the divisor", "0", "another number");
        return call.Add(new Affine(1 / right, 0), left);
    }

    protected override Value Of(FunctionCall call, float left, Value right)
    {
        if (left == 1) return call.Add(new Reciprocal(), right);
        return call.Add(new Affine(left, 0), call.Part("reciprocal", new Reciprocal(), right));
    }

    protected override Value Of(FunctionCall call, Value left, Value right) => call.Add(new Quotient(), left, right);
}
