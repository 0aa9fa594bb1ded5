using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>min(max(0, x), 6). NaN stays NaN, as in <see cref="ReLU"/>.</summary>
sealed record ReLU6 : Activation
{
    public override string Symbol => "relu6";

    public override bool IsMonotonic => true;

    public override bool IsOftenZero(Value result) => true;

    public override bool GradientFromResult => true;

    public override Expr Forward(Expr x) => Expr.Min(6, Expr.Max(Expr.Zero, x));

    public override Expr Gradient(Expr gradient, Expr y) => Expr.WhereGreater(y, Expr.Zero, Expr.WhereGreater(6, y, gradient, Expr.Zero), Expr.Zero);
}

sealed class ReLU6Layer : ActivationLayer<ReLU6Attribute>
{
    protected override Activation Create(LayerBuilder builder, ReLU6Attribute attribute) => new ReLU6();
}
