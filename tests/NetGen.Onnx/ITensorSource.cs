namespace NetGen.Onnx;

/// <summary>Where a model's tensors come from.</summary>
public interface ITensorSource
{
    /// <summary>A tensor's values in PyTorch's order.</summary>
    /// <param name="name">PyTorch's name, <c>layer1.0.conv1.weight</c>.</param>
    /// <param name="shape">PyTorch's shape, which the tensor must have.</param>
    /// <exception cref="ArgumentException">There is no such tensor, or it has another shape.</exception>
    float[] Values(string name, ReadOnlySpan<int> shape);
}
