using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>The hyperbolic tangent.</summary>
sealed record Tanh : Activation
{
    public override string Symbol => "tanh";

    public override bool IsMonotonic => true;

    public override bool GradientFromResult => true;

    public override Expr Forward(Expr x) => Expr.Tanh(x);

    public override Expr Gradient(Expr gradient, Expr y) => gradient * (Expr.One - y * y);
}

sealed class TanhLayer : ActivationLayer<TanhAttribute>
{
    protected override Activation Create(LayerBuilder builder, TanhAttribute attribute) => new Tanh();
}
