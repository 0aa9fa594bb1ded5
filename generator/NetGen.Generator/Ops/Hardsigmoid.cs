using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>clamp(x + 3, 0, 6) / 6.</summary>
sealed record Hardsigmoid : Activation
{
    public override string Symbol => "hardsigmoid";

    public override bool IsMonotonic => true;

    public override Expr Forward(Expr x) => Expr.Min(6, Expr.Max(Expr.Zero, x + 3)) * (1f / 6);

    public override Expr Gradient(Expr gradient, Expr x) =>
        Expr.WhereGreater(x, -3, Expr.WhereGreater(3, x, gradient * (1f / 6), Expr.Zero), Expr.Zero);
}

sealed class HardsigmoidLayer : ActivationLayer<HardsigmoidAttribute>
{
    protected override Activation Create(LayerBuilder builder, HardsigmoidAttribute attribute) => new Hardsigmoid();
}
