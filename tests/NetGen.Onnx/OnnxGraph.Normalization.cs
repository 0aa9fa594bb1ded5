namespace NetGen.Onnx;

/// <content>Normalisations.</content>
public sealed partial class OnnxGraph
{
    const float Epsilon = 1e-5f;

    /// <summary>Batch normalisation with running statistics, as in inference: <c>BatchNormalization</c>.</summary>
    /// <param name="x">[channels, …].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c>, <c>bias</c>, <c>running_mean</c> and <c>running_var</c> [channels].</param>
    /// <param name="epsilon">What is added to the variance.</param>
    public OnnxValue BatchNorm(OnnxValue x, string layer, float epsilon = Epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        string mean = Tensor($"{layer}.running_mean", trained: false, x.Channels), variance = Tensor($"{layer}.running_var", trained: false, x.Channels);
        string[] operands = [.. Operands(x, layer, [x.Channels], x.Channels), mean, variance];
        return Node("BatchNormalization", operands, x.Shape.AsSpan(), new OnnxAttribute("epsilon", epsilon));
    }

    /// <summary>Normalisation of groups of channels within a sample: <c>GroupNormalization</c>.</summary>
    /// <param name="x">[channels, …].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> and <c>bias</c> [channels].</param>
    /// <param name="groups">The number of groups.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    public OnnxValue GroupNorm(OnnxValue x, string layer, int groups, float epsilon = Epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        Divide(layer, x.Channels, x.Channels, groups);
        return Node("GroupNormalization", Operands(x, layer, [x.Channels], x.Channels), x.Shape.AsSpan(), new("num_groups", groups), new("epsilon", epsilon));
    }

    /// <summary>Normalisation of each channel within a sample, with scale and shift: <c>InstanceNormalization</c>.</summary>
    /// <param name="x">[channels, …].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> and <c>bias</c> [channels].</param>
    /// <param name="epsilon">What is added to the variance.</param>
    public OnnxValue InstanceNorm(OnnxValue x, string layer, float epsilon = Epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node("InstanceNormalization", Operands(x, layer, [x.Channels], x.Channels), x.Shape.AsSpan(), new OnnxAttribute("epsilon", epsilon));
    }

    /// <summary>Normalisation over a sample's last axis: <c>LayerNormalization</c>.</summary>
    /// <param name="x">[…, features].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> and <c>bias</c> [features].</param>
    /// <param name="epsilon">What is added to the variance.</param>
    public OnnxValue LayerNorm(OnnxValue x, string layer, float epsilon = Epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node("LayerNormalization", Operands(x, layer, [x.Shape[^1]], x.Shape[^1]), x.Shape.AsSpan(), new("axis", -1L), new("epsilon", epsilon));
    }

    /// <summary>Division by the root of the mean square over a sample's last axis, with a scale: <c>RMSNormalization</c>.</summary>
    /// <param name="x">[…, features].</param>
    /// <param name="layer">The layer's name; it has <c>weight</c> [features].</param>
    /// <param name="epsilon">What is added to the mean square.</param>
    public OnnxValue RMSNorm(OnnxValue x, string layer, float epsilon = Epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node("RMSNormalization", Operands(x, layer, [x.Shape[^1]], null), x.Shape.AsSpan(), new("axis", -1L), new("epsilon", epsilon));
    }

    /// <summary>Local response normalisation across channels (Krizhevsky, Sutskever and Hinton 2012, section 3.3): <c>LRN</c>.</summary>
    /// <param name="x">[channels, …].</param>
    /// <param name="size">How many neighbouring channels are summed over.</param>
    /// <param name="alpha">The factor of the sum of squares, divided by <paramref name="size"/>.</param>
    /// <param name="beta">The exponent.</param>
    /// <param name="k">What is added to the sum.</param>
    public OnnxValue LocalResponseNorm(OnnxValue x, int size, float alpha = 1e-4f, float beta = 0.75f, float k = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return Node("LRN", [x.Name], x.Shape.AsSpan(), new("size", size), new("alpha", alpha), new("beta", beta), new("bias", k));
    }
}
