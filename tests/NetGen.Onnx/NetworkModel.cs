namespace NetGen.Onnx;

/// <summary>A stack of fully connected layers as an ONNX model, read off the network's own description.</summary>
public static class NetworkModel
{
    /// <summary>Writes the network with its present parameters.</summary>
    /// <param name="network">
    /// The network; its layers are linear ones and activations without attributes. Dropout and changes of shape vanish, as in inference.
    /// </param>
    /// <param name="batch">The number of samples, or null to leave it open.</param>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <returns>An <c>.onnx</c> file with one input <c>x</c> [batch, InputSize] and one output [batch, OutputSize].</returns>
    /// <exception cref="NotSupportedException">A layer has no counterpart here.</exception>
    public static byte[] Of<TNetwork>(TNetwork network, int? batch = null) where TNetwork : class, INetwork<TNetwork>
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkInfo info = TNetwork.Info;
        OnnxGraph graph = new(info.Name, new ParameterTensors(network.Parameters), batch);
        OnnxValue value = graph.Input("x", info.InputSize);
        foreach (LayerInfo layer in info.Layers) value = Append(graph, value, network.Parameters, layer);
        return graph.ToModel(value);
    }

    static OnnxValue Append(OnnxGraph graph, OnnxValue x, ParameterSet parameters, LayerInfo layer)
    {
        // A kind is written as the declaration is, Linear(128), after the layer's name if it has one: fc1: Linear(128).
        string kind = layer.Kind.Split(": ")[^1].Split('(')[0];
        return kind switch
        {
            "Linear" => graph.Linear(x, layer.Name, parameters[$"{layer.Name}.weight"].Info.Shape[0], parameters.Contains($"{layer.Name}.bias")),
            "ReLU" => graph.ReLU(x),
            "Tanh" or "Sigmoid" or "Softplus" => graph.Activation(x, kind),
            "Softmax" or "LogSoftmax" => graph.Normalized(x, kind),
            "Flatten" or "Reshape" or "Dropout" => x,
            _ => throw new NotSupportedException($"{parameters.Info.Name}: layer {layer.Name} is {layer.Kind}, which isn't written as ONNX."),
        };
    }
}
