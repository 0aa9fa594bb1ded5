using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>x where it is positive, alpha (eˣ − 1) elsewhere.</summary>
sealed record ELU(float Alpha) : Activation
{
    public override string Symbol => "elu";

    public override bool IsMonotonic => Alpha >= 0;

    public override Expr Forward(Expr x) => Expr.WhereGreater(x, Expr.Zero, x, Expr.Expm1(x) * Alpha);

    public override Expr Gradient(Expr gradient, Expr x) => Expr.WhereGreater(x, Expr.Zero, gradient, gradient * (Expr.Exp(x) * Alpha));
}

sealed class ELULayer : ActivationLayer<ELUAttribute>
{
    protected override Activation Create(LayerBuilder builder, ELUAttribute attribute) => new ELU(builder.Finite(attribute.Alpha, "alpha"));
}
