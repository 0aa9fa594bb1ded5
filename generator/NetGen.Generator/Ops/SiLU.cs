using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>x σ(x).</summary>
sealed record SiLU : Activation
{
    public override string Symbol => "silu";

    public override Expr Forward(Expr x) => x * Expr.Sigmoid(x);

    public override Expr Gradient(Expr gradient, Expr x)
    {
        var s = Expr.Sigmoid(x);
        return gradient * (s * (Expr.One + x * (Expr.One - s)));
    }
}

sealed class SiLULayer : ActivationLayer<SiLUAttribute>
{
    protected override Activation Create(LayerBuilder builder, SiLUAttribute attribute) => new SiLU();
}
