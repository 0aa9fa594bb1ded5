using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>max(0, x). NaN stays NaN, since a maximum of vectors gives its second operand where either is NaN.</summary>
sealed record ReLU : Activation
{
    public override string Symbol => "relu";

    public override bool IsMonotonic => true;

    public override bool IsOftenZero(Value result) => true;

    public override bool GradientFromResult => true;

    public override Expr Forward(Expr x) => Expr.Max(Expr.Zero, x);

    public override Expr Gradient(Expr gradient, Expr y) => Expr.WhereGreater(y, Expr.Zero, gradient, Expr.Zero);
}

sealed class ReLULayer : ActivationLayer<ReLUAttribute>
{
    protected override Activation Create(LayerBuilder builder, ReLUAttribute attribute) => new ReLU();
}
