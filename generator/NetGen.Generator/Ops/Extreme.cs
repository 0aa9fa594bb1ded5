using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>The larger or smaller of each pair of elements.</summary>
/// <param name="IsMax">Whether it is the larger.</param>
sealed record Extreme(bool IsMax) : Elementwise
{
    public override Expr Body => IsMax ? Expr.Max(new Argument(0), new Argument(1)) : Expr.Min(new Argument(0), new Argument(1));

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        gradients.Add(result.Inputs[0], new ExtremeGradient(IsMax), gradient, result.Inputs[0], result.Inputs[1]);
        gradients.Add(result.Inputs[1], new ExtremeGradient(IsMax), gradient, result.Inputs[1], result.Inputs[0]);
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{(IsMax ? "max" : "min")}({string.Join(", ", inputs)})";

    public override string Label => IsMax ? "Maximum" : "Minimum";
}

/// <summary>What reaches one input of an <see cref="Extreme"/>, from the gradient, that input and the other one. Of equal ones each gets half, as in PyTorch.</summary>
/// <param name="IsMax">Whether it was the larger.</param>
sealed record ExtremeGradient(bool IsMax) : Elementwise
{
    public override Expr Body
    {
        get
        {
            var (dy, own, other) = (new Argument(0), new Argument(1), new Argument(2));
            var (high, low) = IsMax ? (own, other) : (other, own);
            return Expr.WhereGreater(high, low, dy, Expr.WhereGreater(low, high, Expr.Zero, dy * new Number(0.5f)));
        }
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ⊙ [{inputs[1]} {(IsMax ? ">" : "<")} {inputs[2]}]";
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
        // max(x, c) = c + relu(x − c), and min(x, c) = c − relu(c − x).
        var c = call.Operands[1 - index].Constant;
        var x = call.Batched(call.Any(index));
        var over = call.Part("over", isMax ? new Affine(1, -c) : new Affine(-1, c), x);
        return new(call.Add(new Affine(isMax ? 1 : -1, c), call.Part("relu", new ReLU(), over)));
    }
}

sealed class MaximumFunction() : ExtremeFunction(isMax: true);

sealed class MinimumFunction() : ExtremeFunction(isMax: false);
