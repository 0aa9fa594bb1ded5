using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>log(1 + e^(beta x)) / beta, and x where beta x exceeds the threshold.</summary>
sealed record Softplus(float Beta, float Threshold) : Activation
{
    public override string Symbol => "softplus";

    public override bool IsMonotonic => true;

    public override Expr Forward(Expr x) => Expr.WhereGreater(x * Beta, Threshold, x, Expr.Softplus(x * Beta) * (1 / Beta));

    public override Expr Gradient(Expr gradient, Expr x) => Expr.WhereGreater(x * Beta, Threshold, gradient, gradient * Expr.Sigmoid(x * Beta));
}

sealed class SoftplusLayer : ActivationLayer<SoftplusAttribute>
{
    protected override Activation Create(LayerBuilder builder, SoftplusAttribute attribute) =>
        new Softplus(builder.Positive(attribute.Beta, "beta"), builder.Finite(attribute.Threshold, "threshold"));
}
