namespace NetGen;

/// <summary>x / √(mean of x² + epsilon) · weight, over the last axes of each sample. Zhang and Sennrich 2019.</summary>
/// <remarks>Parameters: <c>weight</c> of the normalised shape, as in PyTorch's <c>nn.RMSNorm</c>.</remarks>
/// <param name="normalizedShape">The sizes of the last axes over which is normalised; none stands for the last axis.</param>
public sealed class RMSNormAttribute(params int[] normalizedShape) : LayerAttribute
{
    /// <summary>The sizes of the last axes over which is normalised; none stands for the last axis.</summary>
    public int[] NormalizedShape { get; } = normalizedShape;

    /// <summary>Added to the mean square. Default: 2⁻²³, what 1 and the next larger float differ by.</summary>
    public double Epsilon { get; set; } = 1.1920929e-7;

    /// <summary>Whether a weight is learned. Default: yes.</summary>
    public bool Affine { get; set; } = true;
}
