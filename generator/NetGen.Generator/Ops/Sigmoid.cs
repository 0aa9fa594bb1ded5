using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>1 / (1 + e⁻ˣ).</summary>
sealed record Sigmoid : Activation
{
    public override string Symbol => "sigmoid";

    public override bool IsMonotonic => true;

    public override bool GradientFromResult => true;

    public override Expr Forward(Expr x) => Expr.Sigmoid(x);

    public override Expr Gradient(Expr gradient, Expr y) => gradient * (y * (Expr.One - y));
}

sealed class SigmoidLayer : ActivationLayer<SigmoidAttribute>
{
    protected override Activation Create(LayerBuilder builder, SigmoidAttribute attribute) => new Sigmoid();
}
