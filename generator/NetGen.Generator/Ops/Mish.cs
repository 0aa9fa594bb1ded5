using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>x tanh(softplus(x)).</summary>
sealed record Mish : Activation
{
    public override string Symbol => "mish";

    public override Expr Forward(Expr x) => x * Expr.Tanh(Expr.Softplus(x));

    public override Expr KeptSlope(Expr x)
    {
        var t = Expr.Tanh(Expr.Softplus(x));
        return t + x * Expr.Sigmoid(x) * (Expr.One - t * t);
    }

    public override Expr Gradient(Expr gradient, Expr x) => gradient * KeptSlope(x);
}

sealed class MishLayer : ActivationLayer<MishAttribute>
{
    protected override Activation Create(LayerBuilder builder, MishAttribute attribute) => new Mish();
}
