using System.Collections.Immutable;
using NetGen.Generator.Autodiff;
using NetGen.Generator.Fusion;
using NetGen.Generator.Graph;
using NetGen.Generator.Lowering;
using NetGen.Generator.Lowering.Images;

namespace NetGen.Generator.Ops;

/// <summary>
/// An op that computes each element from the elements at the same place in its inputs. Inputs but the first may be
/// shorter: each of their elements then stands for a run of equal length, as the channels of an image do.
/// </summary>
abstract record Elementwise : Op
{
    /// <summary>The arithmetic, with an <see cref="Argument"/> for each input.</summary>
    public abstract Expr Body { get; }

    public override bool TakesEpilogue => true;

    public override bool WorksInPlace => true;

    public override Form InputForm(int input) => Form.Same;

    public override Form ResultForm => Form.Same;

    public override Graph.ValueType Infer(ImmutableArray<Value> inputs) => inputs.First(v => v.Type.Batched).Type;

    // Lanes without a sample have zeros for gradients, and have to keep them: a quotient might make NaN of them.
    public override bool WorksInLanes(Value result) =>
        result.Inputs.All(v => v.Type.Batched ? v.Size == result.Size : v.Size == 1) && !Body.Any(e => e is Binary { Operator: Operator.Divide } or Call { Function: Function.Log or Function.Sqrt });

    public override long Flops(Value result) => result.Size;

    public override Kernel Lower(Group group, KernelContext context) =>
        group.Last.Layout is null ? ElementwiseKernel.Lower(group, context) : ImageElementwiseKernel.Lower(group, context);

    public sealed override void LowerGpu(Group group, KernelContext context) => ElementwiseKernel.Lower(group, context);

    // A parameter with several elements has them for positions, or for all of a sample.
    public override bool WorksByPosition(Value result) => result.Inputs.All(v => v.Type.Batched ? v.Shape == result.Shape : v.Size == 1);
}

/// <summary>An elementwise function of one input.</summary>
abstract record Activation : Elementwise
{
    /// <summary>Whether the gradient is computed from the result, rather than from the input.</summary>
    public virtual bool GradientFromResult => false;

    /// <summary>Whether a larger input never gives a smaller result.</summary>
    public virtual bool IsMonotonic => false;

    /// <summary>The function's name in formulas.</summary>
    public abstract string Symbol { get; }

    public abstract Expr Forward(Expr x);

    /// <summary>
    /// The gradient of the input, from that of the result and from what was saved: the input, or the result (<see cref="GradientFromResult"/>).
    /// </summary>
    public abstract Expr Gradient(Expr gradient, Expr saved);

    /// <summary>
    /// The derivative, where it is computed on the way forward and kept in place of the input, because it has a costly part in common with the function; else
    /// null.
    /// </summary>
    public virtual Expr? KeptSlope(Expr x) => null;

    public sealed override Expr Body => Forward(new Argument(0));

    public sealed override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        var x = result.Inputs[0];
        if (!gradients.Needs(x)) return;
        if (KeptSlope(new Argument(0)) is null) gradients.Add(x, new ActivationGradient(this), gradient, GradientFromResult ? result : x);
        else gradients.Add(x, new Combine(Operator.Multiply), gradient, gradients.Apply(result.Name + "′", new ActivationSlope(this), x));
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{Symbol}({inputs[0]})";
}

/// <summary>What reaches the input of an activation.</summary>
/// <param name="Of">The activation.</param>
sealed record ActivationGradient(Activation Of) : Elementwise
{
    public override Expr Body => Of.Gradient(new Argument(0), new Argument(1));

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} ⊙ {Of.Symbol}′({inputs[1]})";

    public override string Label => $"{Of}Gradient";
}

/// <summary>The derivative of an activation at its input, see <see cref="Activation.KeptSlope"/>.</summary>
sealed record ActivationSlope(Activation Of) : Elementwise
{
    public override Expr Body => Of.KeptSlope(new Argument(0))!;

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{Of.Symbol}′({inputs[0]})";

    public override string Label => $"{Of}Slope";
}

/// <summary>An elementwise sum or product of two values.</summary>
sealed record Combine(Operator Operator) : Elementwise
{
    public override Expr Body => new Binary(Operator, new Argument(0), new Argument(1));

    public override void Differentiate(GradientBuilder gradients, Value result, Value gradient)
    {
        for (var i = 0; i < 2; i++)
        {
            if (Operator == Operator.Add) gradients.Add(result.Inputs[i], gradient);
            else gradients.Add(result.Inputs[i], this, gradient, result.Inputs[1 - i]);
        }
    }

    public override string Formula(Value result, ImmutableArray<string> inputs) => $"{inputs[0]} {(Operator == Operator.Add ? "+" : "⊙")} {inputs[1]}";

    public override string Label => Operator.ToString();
}
