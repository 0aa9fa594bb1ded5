using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>
/// The network of <c>samples/AotClassifier</c>: three times a 3×3 convolution, a batch normalisation and a max pooling, then two fully connected layers.
/// </summary>
/// <remarks>Its layers are named by their places as in PyTorch's <c>Sequential</c>.</remarks>
public sealed record FashionCnnModel : Model
{
    /// <inheritdoc/>
    public override string Name => "CNN 32-64-128-128";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => [1, 28, 28];

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach (var (conv, norm, channels) in new[] { ("0", "1", 32), ("4", "5", 64), ("8", "9", 128) })
            x = graph.MaxPool(graph.ReLU(graph.BatchNorm(graph.Conv(x, conv, channels, new(3, Padding: 1)), norm)), new(2, Stride: 2));
        x = graph.ReLU(graph.Linear(graph.Flatten(x), "14", 128));
        return graph.Linear(x, "17", 10);
    }
}
