namespace NetGen;

/// <summary>
/// A fully connected layer, <c>y = x Wᵀ + b</c>, from a vector of any size to <paramref name="features"/> values, or from each row of [rows, inputs] to a
/// row of [rows, features].
/// </summary>
/// <remarks>Parameters: <c>weight</c> [features, inputs] and <c>bias</c> [features], as in PyTorch's <c>nn.Linear</c>.</remarks>
/// <param name="features">The size of the output.</param>
public sealed class LinearAttribute(int features) : WeightedLayerAttribute
{
    /// <summary>The size of the output.</summary>
    public int Features { get; } = features;
}
