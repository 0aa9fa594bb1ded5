namespace NetGen;

/// <summary>(x − mean) / √(variance + epsilon) · weight + bias, each channel over the batch and its pixels. Ioffe and Szegedy 2015.</summary>
/// <remarks>
/// The input is [channels], [channels, length] or [channels, height, width]. Training takes mean and variance from the batch, and lets running statistics
/// follow them, which inference uses: running = (1 − momentum) · running + momentum · batch, with the variance's unbiased estimate.
/// Parameters: <c>weight</c>, <c>bias</c>, <c>running_mean</c> and <c>running_var</c> [channels], as in PyTorch's <c>nn.BatchNorm1d</c> and
/// <c>nn.BatchNorm2d</c>; the last two aren't learned by gradients.
/// </remarks>
public sealed class BatchNormAttribute : LayerAttribute
{
    /// <summary>Added to the variance. Default: 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>How fast the running statistics follow, from 0 to 1. Default: 0.1.</summary>
    public double Momentum { get; set; } = 0.1;

    /// <summary>Whether a weight and a bias are learned. Default: yes.</summary>
    public bool Affine { get; set; } = true;
}
