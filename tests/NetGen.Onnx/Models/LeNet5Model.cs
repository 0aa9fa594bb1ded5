using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>
/// LeNet-5 as it is built today, with ReLU and max pooling; the sizes are those of LeCun, Bottou, Bengio and Haffner 1998. 61,706 parameters.
/// </summary>
/// <remarks>Its layers are named by their places as in PyTorch's <c>Sequential</c>.</remarks>
public sealed record LeNet5Model : Model
{
    /// <inheritdoc/>
    public override string Name => "LeNet-5";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => [1, 28, 28];

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        x = graph.MaxPool(graph.ReLU(graph.Conv(x, "0", 6, new(5, Padding: 2))), new(2, Stride: 2));
        x = graph.MaxPool(graph.ReLU(graph.Conv(x, "3", 16, new(5))), new(2, Stride: 2));
        x = graph.ReLU(graph.Linear(graph.Flatten(x), "7", 120));
        x = graph.ReLU(graph.Linear(x, "9", 84));
        return graph.Linear(x, "11", 10);
    }
}
