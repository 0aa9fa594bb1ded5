using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>x where it is positive, slope · x elsewhere.</summary>
sealed record LeakyReLU(float Slope) : Activation
{
    public override string Symbol => "leaky_relu";

    public override bool IsMonotonic => Slope >= 0;

    public override Expr Forward(Expr x) => Expr.WhereGreater(x, Expr.Zero, x, x * Slope);

    public override Expr Gradient(Expr gradient, Expr x) => Expr.WhereGreater(x, Expr.Zero, gradient, gradient * Slope);
}

sealed class LeakyReLULayer : ActivationLayer<LeakyReLUAttribute>
{
    protected override Activation Create(LayerBuilder builder, LeakyReLUAttribute attribute) =>
        new LeakyReLU(builder.Finite(attribute.Slope, "slope"));
}
