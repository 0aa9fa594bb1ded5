using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>x clamp(x + 3, 0, 6) / 6.</summary>
sealed record Hardswish : Activation
{
    public override string Symbol => "hardswish";

    public override Expr Forward(Expr x) => x * (Expr.Min(6, Expr.Max(Expr.Zero, x + 3)) * (1f / 6));

    public override Expr Gradient(Expr gradient, Expr x) =>
        Expr.WhereGreaterOrEqual(-3, x, Expr.Zero, Expr.WhereGreaterOrEqual(x, 3, gradient, gradient * (x * (1f / 3) + 0.5f)));
}

sealed class HardswishLayer : ActivationLayer<HardswishAttribute>
{
    protected override Activation Create(LayerBuilder builder, HardswishAttribute attribute) => new Hardswish();
}
