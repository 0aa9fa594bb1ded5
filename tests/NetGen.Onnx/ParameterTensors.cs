namespace NetGen.Onnx;

/// <summary>The tensors of a NetGen network as they are when they are asked for.</summary>
/// <param name="parameters">The network's parameters.</param>
public sealed class ParameterTensors(ParameterSet parameters) : ITensorSource
{
    /// <inheritdoc/>
    public float[] Values(string name, ReadOnlySpan<int> shape)
    {
        ParameterView view = parameters[name];
        if (!view.Info.Shape.AsSpan().SequenceEqual(shape))
            throw new ArgumentException($"{parameters.Info.Name} has {view}; [{string.Join(", ", shape.ToArray())}] is needed.", nameof(shape));
        return view.ToArray();
    }
}
