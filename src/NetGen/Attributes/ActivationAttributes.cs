namespace NetGen;

/// <summary>max(0, x).</summary>
public sealed class ReLUAttribute : LayerAttribute;

/// <summary>min(max(0, x), 6). Sandler et al. 2018.</summary>
public sealed class ReLU6Attribute : LayerAttribute;

/// <summary>x where it is positive, slope · x elsewhere.</summary>
/// <param name="slope">The slope for negative values.</param>
public sealed class LeakyReLUAttribute(double slope = 0.01) : LayerAttribute
{
    /// <summary>The slope for negative values. Default: 0.01.</summary>
    public double Slope { get; } = slope;
}

/// <summary>x where it is positive, alpha · (eˣ − 1) elsewhere. Clevert et al. 2015.</summary>
/// <param name="alpha">The limit for large negative values.</param>
public sealed class ELUAttribute(double alpha = 1) : LayerAttribute
{
    /// <summary>The limit for large negative values. Default: 1.</summary>
    public double Alpha { get; } = alpha;
}

/// <summary>x · Φ(x), with Φ the normal distribution. Hendrycks and Gimpel 2016.</summary>
public sealed class GELUAttribute : LayerAttribute
{
    /// <summary>Whether Φ is approximated by ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), as PyTorch's <c>approximate="tanh"</c>. Default: no.</summary>
    public bool Tanh { get; set; }
}

/// <summary>x · sigmoid(x), also called Swish.</summary>
public sealed class SiLUAttribute : LayerAttribute;

/// <summary>The hyperbolic tangent.</summary>
public sealed class TanhAttribute : LayerAttribute;

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed class SigmoidAttribute : LayerAttribute;

/// <summary>log(1 + e^(beta · x)) / beta, and x itself where beta · x exceeds the threshold.</summary>
/// <param name="beta">How sharply the curve bends.</param>
/// <param name="threshold">Where the curve is taken for a straight line.</param>
public sealed class SoftplusAttribute(double beta = 1, double threshold = 20) : LayerAttribute
{
    /// <summary>How sharply the curve bends. Default: 1.</summary>
    public double Beta { get; } = beta;

    /// <summary>Where the curve is taken for a straight line. Default: 20.</summary>
    public double Threshold { get; } = threshold;
}

/// <summary>x · clamp(x + 3, 0, 6) / 6. Howard et al. 2019.</summary>
public sealed class HardswishAttribute : LayerAttribute;

/// <summary>clamp(x + 3, 0, 6) / 6.</summary>
public sealed class HardsigmoidAttribute : LayerAttribute;

/// <summary>x · tanh(softplus(x)). Misra 2019.</summary>
public sealed class MishAttribute : LayerAttribute;

/// <summary>x where it is positive, weight · x elsewhere, with learned weights. He et al. 2015.</summary>
/// <remarks>Parameter: <c>weight</c> [parameters], as in PyTorch's <c>nn.PReLU</c>.</remarks>
/// <param name="parameters">How many weights are learned: 1 for all values, or one for each element of the first axis.</param>
public sealed class PReLUAttribute(int parameters = 1) : LayerAttribute
{
    /// <summary>How many weights are learned: 1, or the size of the first axis.</summary>
    public int Parameters { get; } = parameters;

    /// <summary>The weights' first value. Default: 0.25.</summary>
    public double Value { get; set; } = 0.25;
}

/// <summary>eˣ divided by the sum of eˣ, along the last axis.</summary>
public sealed class SoftmaxAttribute : LayerAttribute;

/// <summary>x − log Σ eˣ, along the last axis.</summary>
public sealed class LogSoftmaxAttribute : LayerAttribute;
