using NetGen.Generator.Graph;
using NetGen.Generator.Layers;

namespace NetGen.Generator.Ops;

/// <summary>x Φ(x), with Φ the standard normal distribution.</summary>
sealed record GELU : Activation
{
    const float InverseSqrt2Pi = 0.39894228f;

    public override string Symbol => "gelu";

    public override Expr Forward(Expr x) => x * Expr.NormalCdf(x);

    // Φ(x) + x φ(x)
    public override Expr KeptSlope(Expr x) => Expr.NormalCdf(x) + x * (InverseSqrt2Pi * Expr.Exp(x * x * -0.5f));

    public override Expr Gradient(Expr gradient, Expr x) => gradient * KeptSlope(x);
}

/// <summary>½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
sealed record GELUTanh : Activation
{
    const float Sqrt2OverPi = 0.79788456f, Cubic = 0.044715f;

    public override string Symbol => "gelu_tanh";

    public override Expr Forward(Expr x) => x * 0.5f * (Expr.One + Tanh(x));

    public override Expr KeptSlope(Expr x)
    {
        var t = Tanh(x);
        return 0.5f * (Expr.One + t) + x * 0.5f * (Expr.One - t * t) * (Sqrt2OverPi * (Expr.One + 3 * Cubic * (x * x)));
    }

    public override Expr Gradient(Expr gradient, Expr x) => gradient * KeptSlope(x);

    static Expr Tanh(Expr x) => Expr.Tanh(Sqrt2OverPi * (x + Cubic * (x * x * x)));
}

sealed class GELULayer : ActivationLayer<GELUAttribute>
{
    protected override Activation Create(LayerBuilder builder, GELUAttribute attribute) => attribute.Tanh ? new GELUTanh() : new GELU();
}
