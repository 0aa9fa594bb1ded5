namespace NetGen;

/// <summary>How a parameter gets its first values.</summary>
public enum Init
{
    /// <summary>What PyTorch does for the layer: for <c>nn.Linear</c> uniform in ±1/√fan_in, for weights and biases alike.</summary>
    Default,

    /// <summary>All zeros.</summary>
    Zeros,

    /// <summary>All the given value.</summary>
    Constant,

    /// <summary>Uniform in ±gain·√(6 / (fan_in + fan_out)). Glorot and Bengio 2010, equation 16.</summary>
    XavierUniform,

    /// <summary>Normal with standard deviation gain·√(2 / (fan_in + fan_out)). Glorot and Bengio 2010.</summary>
    XavierNormal,

    /// <summary>Uniform in ±gain·√(3 / fan_in), with gain √2 for ReLU. He et al. 2015, section 2.2.</summary>
    HeUniform,

    /// <summary>Normal with standard deviation gain / √fan_in, with gain √2 for ReLU. He et al. 2015, equation 10.</summary>
    HeNormal,
}
