namespace NetGen.Onnx;

/// <summary>Tensors that are drawn when they are asked for, the same ones for the same seed and name.</summary>
/// <remarks>
/// Weights are uniform in ±√(6 / values for one output), which keeps the size of activations through any number of layers with ReLU (He, Zhang, Ren and Sun
/// 2015, section 2.2), so that a deep network's output depends on all of its layers. A normalisation's scale and variance are near 1, its shift and mean and
/// biases near 0, and none exactly, so that a model that confuses them computes something else.
/// </remarks>
/// <param name="seed">Equal seeds give equal tensors.</param>
public sealed class RandomTensors(int seed) : ITensorSource
{
    /// <inheritdoc/>
    public float[] Values(string name, ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        int count = 1;
        foreach (int length in shape) count = checked(count * length);
        // string.GetHashCode changes from process to process.
        Random random = new(name.Aggregate(seed, (hash, letter) => unchecked(31 * hash + letter)));
        bool scale = shape.Length == 1 && (name.EndsWith(".weight", StringComparison.Ordinal) || name.EndsWith(".running_var", StringComparison.Ordinal));
        float center = scale ? 1 : 0;
        float range = shape.Length > 1 ? MathF.Sqrt(6f * shape[0] / count) : 0.2f;
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan()) value = center + range * (2 * random.NextSingle() - 1);
        return values;
    }
}
