namespace NetGen;

/// <summary>(x − mean) / √(variance + epsilon) · weight + bias, each group of channels of a sample over its channels and pixels. Wu and He 2018.</summary>
/// <remarks>
/// The input is [channels], [channels, length] or [channels, height, width]. Parameters: <c>weight</c> and <c>bias</c> [channels], as in PyTorch's
/// <c>nn.GroupNorm</c>.
/// </remarks>
/// <param name="groups">How many groups the channels are cut into; their number must be a multiple of it.</param>
public sealed class GroupNormAttribute(int groups) : LayerAttribute
{
    /// <summary>How many groups the channels are cut into.</summary>
    public int Groups { get; } = groups;

    /// <summary>Added to the variance. Default: 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether a weight and a bias are learned. Default: yes.</summary>
    public bool Affine { get; set; } = true;
}

/// <summary>(x − mean) / √(variance + epsilon), each channel of a sample over its pixels. Ulyanov et al. 2016.</summary>
/// <remarks>
/// The input is [channels, length] or [channels, height, width]. Parameters: none, or <c>weight</c> and <c>bias</c> [channels], as in PyTorch's
/// <c>nn.InstanceNorm1d</c> and <c>nn.InstanceNorm2d</c>.
/// </remarks>
public sealed class InstanceNormAttribute : LayerAttribute
{
    /// <summary>Added to the variance. Default: 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether a weight and a bias are learned. Default: no, as in PyTorch.</summary>
    public bool Affine { get; set; }
}
