namespace NetGen;

/// <summary>A fully connected layer, <c>y = x Wᵀ + b</c>, from a vector of any size to <paramref name="features"/> values.</summary>
/// <remarks>Parameters: <c>weight</c> [features, inputs] and <c>bias</c> [features], as in PyTorch's <c>nn.Linear</c>.</remarks>
/// <param name="features">The size of the output.</param>
public sealed class LinearAttribute(int features) : LayerAttribute
{
    /// <summary>The size of the output.</summary>
    public int Features { get; } = features;

    /// <summary>Whether a bias is added. Default: yes.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>How the weight starts.</summary>
    public Init WeightInit { get; set; }

    /// <summary>The weight's first value where <see cref="WeightInit"/> is <see cref="Init.Constant"/>.</summary>
    public float WeightValue { get; set; }

    /// <summary>Scales a Xavier or He initialisation of the weight; 0 stands for the usual gain, 1 for Xavier and √2 for He.</summary>
    public float WeightGain { get; set; }

    /// <summary>How the bias starts: <see cref="Init.Default"/>, <see cref="Init.Zeros"/> or <see cref="Init.Constant"/>.</summary>
    public Init BiasInit { get; set; }

    /// <summary>The bias's first value where <see cref="BiasInit"/> is <see cref="Init.Constant"/>.</summary>
    public float BiasValue { get; set; }
}
