using System.Collections.Immutable;

namespace NetGen.Onnx;

/// <summary>An ONNX model that is written operator by operator: each method appends a node and returns the value that it computes.</summary>
/// <remarks>
/// <para>Layers name their tensors as PyTorch's modules do and take them from an <see cref="ITensorSource"/>: <c>Conv(x, "layer1.0.conv1", 64, 3)</c> asks
/// for <c>layer1.0.conv1.weight</c> [64, channels of x, 3, 3]. Shapes are a sample's; the batch is the one free dimension.</para>
/// <para>Operators: Operators.md of ONNX 1.18 (operator set 23, IR version 11); field numbers: onnx.proto of the same version.</para>
/// </remarks>
public sealed partial class OnnxGraph
{
    const int OperatorSet = 23, IrVersion = 11;
    const int Float32 = 1, Int32 = 6, Int64 = 7;

    readonly string name;
    readonly ITensorSource tensors;
    readonly int? batch;
    readonly ProtobufMessage graph = new();
    readonly List<OnnxValue> inputs = [];
    readonly HashSet<string> ids = new(StringComparer.Ordinal);
    readonly HashSet<string> written = new(StringComparer.Ordinal);
    int nodes;

    /// <summary>Starts a graph.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="tensors">Where its tensors come from.</param>
    /// <param name="batch">The number of samples, or null to leave it open.</param>
    public OnnxGraph(string name, ITensorSource tensors, int? batch = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(tensors);
        if (batch is { } samples) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples, nameof(batch));
        (this.name, this.tensors, this.batch) = (name, tensors, batch);
    }

    /// <summary>How many trained values the layers have; running statistics don't count.</summary>
    public long ParameterCount { get; private set; }

    /// <summary>Floating-point operations of a sample's forward pass: a multiplication and an addition for each weight and place that it is used at.</summary>
    public long Flops { get; private set; }

    /// <summary>Those of a sample's training step: forward, the gradient of each weight, and that of each layer's input but the graph's.</summary>
    public long TrainingFlops { get; private set; }

    /// <summary>An input of the graph.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">A sample's shape.</param>
    public OnnxValue Input(string name, params ReadOnlySpan<int> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        foreach (int length in shape) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, nameof(shape));
        OnnxValue input = new(name, [.. shape]);
        inputs.Add(input);
        return input;
    }

    /// <summary>The finished model, as the bytes of an <c>.onnx</c> file.</summary>
    /// <param name="outputs">What it computes.</param>
    /// <exception cref="ArgumentException">There is no output, or an input is returned as it is.</exception>
    public byte[] ToModel(params ReadOnlySpan<OnnxValue> outputs)
    {
        if (outputs.IsEmpty) throw new ArgumentException($"{name} has no output.", nameof(outputs));
        ProtobufMessage finished = new ProtobufMessage().Fields(graph).Text(2, name);
        foreach (OnnxValue input in inputs) finished.Message(11, Described(input));
        foreach (OnnxValue output in outputs)
        {
            if (inputs.Contains(output)) throw new ArgumentException($"{name}: the output {output} is an input.", nameof(outputs));
            finished.Message(12, Described(output));
        }
        return new ProtobufMessage()
            .Integer(1, IrVersion)
            .Text(2, "NetGen")
            .Message(7, finished)
            .Message(8, new ProtobufMessage().Text(1, "").Integer(2, OperatorSet))
            .ToArray();
    }

    /// <summary>Appends a node with one output.</summary>
    OnnxValue Node(string type, string[] operands, ReadOnlySpan<int> shape, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        foreach (int length in shape)
            if (length < 1) throw new ArgumentException($"{type} of {operands[0]} would have the shape [{string.Join(", ", shape.ToArray())}].", nameof(shape));
        string result = $"{nodes++}.{type}";
        ProtobufMessage node = new();
        foreach (string operand in operands) node.Text(1, operand);
        node.Text(2, result).Text(3, result).Text(4, type);
        foreach (OnnxAttribute attribute in attributes) node.Message(5, attribute.Message);
        graph.Message(1, node);
        return new OnnxValue(result, [.. shape]);
    }

    /// <summary>Writes a layer's tensor, once if several layers share it.</summary>
    /// <returns>Its name.</returns>
    string Tensor(string tensor, bool trained, params ReadOnlySpan<int> shape)
    {
        if (!written.Add(tensor)) return tensor;
        if (trained) ParameterCount += Product(shape);
        return Initializer(tensor, tensors.Values(tensor, shape), shape);
    }

    string Initializer(string tensor, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        graph.Message(5, Sizes(shape).Integer(2, Float32).Text(8, tensor).Floats(9, values));
        return tensor;
    }

    string Initializer(string tensor, ReadOnlySpan<long> values)
    {
        graph.Message(5, Sizes([values.Length]).Integer(2, Int64).Text(8, tensor).Integers(9, values));
        return tensor;
    }

    /// <summary>A name for a constant of the node that comes next.</summary>
    string Constant(string role) => $"{nodes}.{role}";

    void Count(OnnxValue input, long flops)
    {
        Flops += flops;
        TrainingFlops += inputs.Contains(input) ? 2 * flops : 3 * flops;
    }

    ProtobufMessage Described(OnnxValue value)
    {
        ProtobufMessage shape = new();
        shape.Message(1, batch is { } samples ? new ProtobufMessage().Integer(1, samples) : new ProtobufMessage().Text(2, "batch"));
        foreach (int length in value.Shape) shape.Message(1, new ProtobufMessage().Integer(1, length));
        ProtobufMessage tensorType = new ProtobufMessage().Integer(1, ids.Contains(value.Name) ? Int32 : Float32).Message(2, shape);
        return new ProtobufMessage().Text(1, value.Name).Message(2, new ProtobufMessage().Message(1, tensorType));
    }

    static long Product(ReadOnlySpan<int> shape)
    {
        long product = 1;
        foreach (int length in shape) product *= length;
        return product;
    }

    static ProtobufMessage Sizes(ReadOnlySpan<int> shape)
    {
        ProtobufMessage tensor = new();
        foreach (int length in shape) tensor.Integer(1, length);
        return tensor;
    }
}
