namespace NetGen.Onnx;

/// <summary>A NetGen network as an ONNX model.</summary>
public static class NetworkModel
{
    /// <summary>Writes the network with its present parameters.</summary>
    /// <param name="network">The network; its layers are linear ones and activations without attributes. Dropout and changes of shape vanish, as in inference.</param>
    /// <param name="batch">The number of samples, or null to leave it open.</param>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <returns>An <c>.onnx</c> file from <c>x</c> [batch, InputSize] to <c>y</c> [batch, OutputSize].</returns>
    /// <exception cref="NotSupportedException">A layer has no counterpart here.</exception>
    public static byte[] Of<TNetwork>(TNetwork network, int? batch = null) where TNetwork : class, INetwork<TNetwork>
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkInfo info = TNetwork.Info;
        OnnxNetwork model = new(info.Name, info.InputSize, batch);
        foreach (LayerInfo layer in info.Layers) Append(model, network.Parameters, info, layer);
        return model.ToModel();
    }

    static void Append(OnnxNetwork model, ParameterSet parameters, NetworkInfo info, LayerInfo layer)
    {
        // A kind is written as the declaration is, Linear(128), after the layer's name if it has one: fc1: Linear(128).
        string kind = layer.Kind.Split(": ")[^1].Split('(')[0];
        switch (kind)
        {
            case "Linear":
                string bias = $"{layer.Name}.bias";
                bool biased = info.Parameters.Any(parameter => parameter.Name == bias);
                ParameterView weight = parameters[$"{layer.Name}.weight"];
                model.Linear(layer.Name, weight.Info.Shape[0], weight.ToArray(), biased ? parameters[bias].ToArray() : []);
                break;
            case "ReLU":
                model.Activation("Relu");
                break;
            case "Tanh" or "Sigmoid" or "Softplus":
                model.Activation(kind);
                break;
            case "Softmax" or "LogSoftmax":
                model.Normalized(kind);
                break;
            case "Flatten" or "Reshape" or "Dropout":
                break;
            default:
                throw new NotSupportedException($"{info.Name}: layer {layer.Name} is {layer.Kind}, which isn't written as ONNX.");
        }
    }
}
