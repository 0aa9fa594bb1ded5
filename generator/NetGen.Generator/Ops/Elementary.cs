using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>eˣ.</summary>
sealed record Exp : Activation
{
    public override bool GradientFromResult => true;

    public override string Symbol => "exp";

    public override Expr Forward(Expr x) => Expr.Exp(x);

    public override Expr Gradient(Expr gradient, Expr saved) => gradient * saved;
}

/// <summary>The natural logarithm.</summary>
sealed record Log : Activation
{
    public override string Symbol => "log";

    public override Expr Forward(Expr x) => Expr.Log(x);

    public override Expr Gradient(Expr gradient, Expr saved) => gradient / saved;
}

/// <summary>The square root.</summary>
sealed record Sqrt : Activation
{
    public override bool GradientFromResult => true;

    public override string Symbol => "sqrt";

    public override Expr Forward(Expr x) => Expr.Sqrt(x);

    public override Expr Gradient(Expr gradient, Expr saved) => gradient * 0.5f / saved;
}

/// <summary>The absolute value, whose gradient at 0 is 0.</summary>
sealed record Abs : Activation
{
    public override string Symbol => "abs";

    public override Expr Forward(Expr x) => Expr.Abs(x);

    public override Expr Gradient(Expr gradient, Expr saved) =>
        Expr.WhereGreater(saved, Expr.Zero, gradient, Expr.WhereGreater(Expr.Zero, saved, -gradient, Expr.Zero));
}

/// <summary>A function of each element.</summary>
abstract class ElementaryFunction(Activation op) : TensorFunction
{
    public sealed override string Name => op.Label;

    public sealed override Operand Build(FunctionCall call) => new(call.Add(op, call.Tensor(0)));
}

sealed class ExpFunction() : ElementaryFunction(new Exp());

sealed class LogFunction() : ElementaryFunction(new Log());

sealed class SqrtFunction() : ElementaryFunction(new Sqrt());

sealed class AbsFunction() : ElementaryFunction(new Abs());

sealed class GELUFunction : TensorFunction
{
    public override string Name => "GELU";

    public override Operand Build(FunctionCall call) => new(call.Add(call.Bool(0) ? new GELUTanh() : new GELU(), call.Tensor(0)));
}
