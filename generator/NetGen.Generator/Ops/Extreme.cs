using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>The larger or smaller of each pair of elements, NaN where either is.</summary>
/// <param name="IsMax">Whether it is the larger.</param>
sealed record Extreme(bool IsMax) : Elementwise
{
    public override Expr Body => IsMax ? Expr.Maximum(new Argument(0), new Argument(1)) : -Expr.Maximum(-new Argument(0), -new Argument(1));

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[0], new ExtremeGradient(IsMax), gradient, result.Inputs[0], result.Inputs[1]);
        gradients.Add(result.Inputs[1], new ExtremeGradient(IsMax), gradient, result.Inputs[1], result.Inputs[0]);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(IsMax ? "max" : "min")}({string.Join(", ", inputs)})";

    public override string Label => IsMax ? "Maximum" : "Minimum";
}

/// <summary>
/// What reaches one input of an <see cref="Extreme"/>, from the gradient, that input and the other one. Of equal ones each gets half, as in PyTorch.
/// </summary>
/// <param name="IsMax">Whether it was the larger.</param>
sealed record ExtremeGradient(bool IsMax) : Elementwise
{
    public override Expr Body => Of(IsMax, new Argument(0), new Argument(1), new Argument(2));

    public static Expr Of(bool isMax, Expr gradient, Expr own, Expr other)
    {
        var (high, low) = isMax ? (own, other) : (other, own);
        return Expr.WhereGreater(high, low, gradient, Expr.WhereGreater(low, high, Expr.Zero, gradient * 0.5f));
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ⊙ [{inputs[1]} {(IsMax ? ">" : "<")} {inputs[2]}]";
}

/// <summary>
/// The larger or smaller of each element and a constant. NaN stays NaN, since a maximum of vectors gives its second operand where either is NaN.
/// </summary>
/// <param name="IsMax">Whether it is the larger.</param>
/// <param name="Than">The constant.</param>
sealed record ExtremeConstant(bool IsMax, float Than) : Activation
{
    public override bool IsMonotonic => true;

    public override string Symbol => IsMax ? "max" : "min";

    public override Expr Forward(Expr x) => IsMax ? Expr.Max(Than, x) : Expr.Min(Than, x);

    public override Expr Gradient(Expr gradient, Expr saved) => ExtremeGradient.Of(IsMax, gradient, saved, Than);

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{Symbol}({inputs[0]}, {LayerBuilder.Text(Than)})";
}

/// <summary>The larger or smaller of two tensors' elements.</summary>
abstract class ExtremeFunction(bool isMax) : TensorFunction
{
    public sealed override string Name => isMax ? "Maximum" : "Minimum";

    public sealed override Operand Build(FunctionCall call)
    {
        var index = call.Operands[0].Value is null ? 1 : 0;
        if (call.Operands[1 - index].Value is not null)
        {
            var (a, b) = call.Broadcast(call.Any(0), call.Any(1));
            return new(call.Add(new Extreme(isMax), a, b));
        }
        return new(call.Add(new ExtremeConstant(isMax, call.Operands[1 - index].Constant), call.Batched(call.Any(index))));
    }
}

sealed class MaximumFunction() : ExtremeFunction(isMax: true);

sealed class MinimumFunction() : ExtremeFunction(isMax: false);
