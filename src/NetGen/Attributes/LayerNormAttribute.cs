namespace NetGen;

/// <summary>(x − mean) / √(variance + epsilon) · weight + bias, over the last axes of each sample. Ba et al. 2016.</summary>
/// <remarks>Parameters: <c>weight</c> and <c>bias</c> of the normalised shape, as in PyTorch's <c>nn.LayerNorm</c>.</remarks>
/// <param name="normalizedShape">The sizes of the last axes over which is normalised; none stands for the last axis.</param>
public sealed class LayerNormAttribute(params int[] normalizedShape) : LayerAttribute
{
    /// <summary>The sizes of the last axes over which is normalised; none stands for the last axis.</summary>
    public int[] NormalizedShape { get; } = normalizedShape;

    /// <summary>Added to the variance. Default: 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether a weight and a bias are learned. Default: yes.</summary>
    public bool Affine { get; set; } = true;

    /// <summary>Whether the bias is learned, where <see cref="Affine"/> is set. Default: yes.</summary>
    public bool Bias { get; set; } = true;
}
