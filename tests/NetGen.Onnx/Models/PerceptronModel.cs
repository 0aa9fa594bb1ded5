using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>A fully connected network.</summary>
/// <param name="Sizes">The sizes of the input and of each layer's output.</param>
/// <param name="Activation">Between the layers.</param>
/// <remarks>Its layers are named by their places as in PyTorch's <c>Sequential</c>, activations included.</remarks>
public sealed record PerceptronModel(ImmutableArray<int> Sizes, Activation Activation) : Model
{
    /// <inheritdoc/>
    public override string Name => $"{string.Join('-', Sizes)} ({Activation})";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => [Sizes[0]];

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach ((int index, int size) in Sizes.Skip(1).Index())
        {
            if (index > 0) x = graph.Activation(x, Activation == Activation.ReLU ? "Relu" : "Tanh");
            x = graph.Linear(x, $"{2 * index}", size);
        }
        return x;
    }
}

/// <summary>The activations of perceptrons.</summary>
public enum Activation
{
    /// <summary>max(x, 0).</summary>
    ReLU,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}
