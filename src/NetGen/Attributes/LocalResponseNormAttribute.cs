namespace NetGen;

/// <summary>
/// x / (k + alpha · mean of x² over neighbouring channels)^beta: a channel is damped where those around it are strong. Krizhevsky et al. 2012, section 3.3.
/// </summary>
/// <remarks>
/// The input is [channels], [channels, length] or [channels, height, width]. Channels that the window would take beyond the first or the last count as
/// zeros, and alpha is divided by the window's size, as in PyTorch's <c>nn.LocalResponseNorm</c>.
/// </remarks>
/// <param name="size">The channels of the window: size / 2 before a channel, itself, and (size − 1) / 2 after it.</param>
public sealed class LocalResponseNormAttribute(int size) : LayerAttribute
{
    /// <summary>The channels of the window.</summary>
    public int Size { get; } = size;

    /// <summary>How strongly neighbours damp. Default: 1e-4.</summary>
    public double Alpha { get; set; } = 1e-4;

    /// <summary>The exponent. Default: 0.75.</summary>
    public double Beta { get; set; } = 0.75;

    /// <summary>What is added to the neighbours' mean square. Default: 1.</summary>
    public double K { get; set; } = 1;
}
