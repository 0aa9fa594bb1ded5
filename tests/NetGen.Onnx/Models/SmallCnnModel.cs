using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>
/// A usual network for small grey images: two 3×3 convolutions with batch normalisation and max pooling, two fully connected layers. 421,834 parameters.
/// </summary>
/// <remarks>Its layers are named by their places as in PyTorch's <c>Sequential</c>.</remarks>
public sealed record SmallCnnModel : Model
{
    /// <inheritdoc/>
    public override string Name => "CNN 32-64-128";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => [1, 28, 28];

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        x = graph.MaxPool(graph.ReLU(graph.BatchNorm(graph.Conv(x, "0", 32, new(3, Padding: 1)), "1")), new(2, Stride: 2));
        x = graph.MaxPool(graph.ReLU(graph.BatchNorm(graph.Conv(x, "4", 64, new(3, Padding: 1)), "5")), new(2, Stride: 2));
        x = graph.ReLU(graph.Linear(graph.Flatten(x), "9", 128));
        return graph.Linear(x, "11", 10);
    }
}
