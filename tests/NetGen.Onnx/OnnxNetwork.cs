namespace NetGen.Onnx;

/// <summary>A stack of layers on its way to being an ONNX model: each call appends one operator to the output of the one before.</summary>
/// <remarks>
/// The model has one input <c>x</c> [batch, inputs] and one output <c>y</c> [batch, outputs], float32 both.
/// Field numbers and operators: onnx.proto and Operators.md of ONNX 1.12 (operator set 17, IR version 8).
/// </remarks>
public sealed class OnnxNetwork
{
    const int OperatorSet = 17, IrVersion = 8;
    const int Float32 = 1, FloatAttribute = 1, IntegerAttribute = 2;

    readonly string name;
    readonly int inputs;
    readonly int? batch;
    readonly List<Operation> operations = [];
    readonly List<ProtobufMessage> initializers = [];
    int width;

    /// <summary>Starts a stack.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="inputs">The size of a sample.</param>
    /// <param name="batch">The number of samples, or null to leave it open.</param>
    public OnnxNetwork(string name, int inputs, int? batch = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        if (batch is { } samples) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples, nameof(batch));
        (this.name, this.inputs, this.batch, width) = (name, inputs, batch, inputs);
    }

    /// <summary><c>y = x Wᵀ + b</c> as one Gemm.</summary>
    /// <param name="layer">The layer's name; its tensors are <c>layer.weight</c> and <c>layer.bias</c>.</param>
    /// <param name="outputs">The size of the output.</param>
    /// <param name="weight">[outputs, inputs], row by row.</param>
    /// <param name="bias">[outputs], or empty for none.</param>
    /// <exception cref="ArgumentException">An array has another size than the stack asks for.</exception>
    public OnnxNetwork Linear(string layer, int outputs, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        if (weight.Length != (long)outputs * width)
            throw new ArgumentException($"{layer}: the weight has {weight.Length} values; [{outputs}, {width}] needs {(long)outputs * width}.", nameof(weight));
        if (!bias.IsEmpty && bias.Length != outputs)
            throw new ArgumentException($"{layer}: the bias has {bias.Length} values and the layer {outputs} outputs.", nameof(bias));

        string[] operands = bias.IsEmpty ? [$"{layer}.weight"] : [$"{layer}.weight", $"{layer}.bias"];
        initializers.Add(Tensor(operands[0], weight, outputs, width));
        if (!bias.IsEmpty) initializers.Add(Tensor(operands[1], bias, outputs));
        width = outputs;
        return Append("Gemm", operands, Attribute("transB", 1L));
    }

    /// <summary>An element-wise operator without attributes: <c>Relu</c>, <c>Tanh</c>, <c>Sigmoid</c>, <c>Softplus</c>, <c>HardSwish</c>, …</summary>
    /// <param name="operatorType">The operator's name in ONNX.</param>
    public OnnxNetwork Activation(string operatorType) => Append(operatorType, []);

    /// <summary><c>Softmax</c> or <c>LogSoftmax</c> over a sample's values.</summary>
    /// <param name="operatorType">The operator's name in ONNX.</param>
    public OnnxNetwork Normalized(string operatorType) => Append(operatorType, [], Attribute("axis", -1L));

    /// <summary>An element-wise operator with one float attribute: <c>LeakyRelu</c> or <c>Elu</c> with <c>alpha</c>.</summary>
    /// <param name="operatorType">The operator's name in ONNX.</param>
    /// <param name="attribute">The attribute's name.</param>
    /// <param name="attributeValue">The attribute's value.</param>
    public OnnxNetwork Activation(string operatorType, string attribute, float attributeValue) =>
        Append(operatorType, [], Attribute(attribute, attributeValue));

    /// <summary>The finished model, as the bytes of an <c>.onnx</c> file.</summary>
    /// <exception cref="InvalidOperationException">The stack has no operator.</exception>
    public byte[] ToModel()
    {
        if (operations.Count == 0) throw new InvalidOperationException($"{name} has no operator.");

        ProtobufMessage graph = new();
        string value = "x";
        foreach ((int index, Operation operation) in operations.Index())
        {
            string result = index == operations.Count - 1 ? "y" : $"{index}.{operation.Type}";
            graph.Message(1, Node(operation, value, result));
            value = result;
        }
        graph.Text(2, name);
        foreach (ProtobufMessage initializer in initializers) graph.Message(5, initializer);
        graph.Message(11, Matrix("x", inputs)).Message(12, Matrix("y", width));

        return new ProtobufMessage()
            .Integer(1, IrVersion)
            .Text(2, "NetGen")
            .Message(7, graph)
            .Message(8, new ProtobufMessage().Text(1, "").Integer(2, OperatorSet))
            .ToArray();
    }

    OnnxNetwork Append(string type, string[] operands, params ProtobufMessage[] attributes)
    {
        operations.Add(new Operation(type, operands, attributes));
        return this;
    }

    static ProtobufMessage Node(Operation operation, string value, string result)
    {
        ProtobufMessage node = new ProtobufMessage().Text(1, value);
        foreach (string operand in operation.Operands) node.Text(1, operand);
        node.Text(2, result).Text(3, result).Text(4, operation.Type);
        foreach (ProtobufMessage attribute in operation.Attributes) node.Message(5, attribute);
        return node;
    }

    static ProtobufMessage Attribute(string name, float value) => new ProtobufMessage().Text(1, name).Float(2, value).Integer(20, FloatAttribute);

    static ProtobufMessage Attribute(string name, long value) => new ProtobufMessage().Text(1, name).Integer(3, value).Integer(20, IntegerAttribute);

    static ProtobufMessage Tensor(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        ProtobufMessage tensor = new();
        foreach (int size in shape) tensor.Integer(1, size);
        return tensor.Integer(2, Float32).Text(8, name).Floats(9, values);
    }

    ProtobufMessage Matrix(string name, int columns)
    {
        ProtobufMessage rows = batch is { } samples ? new ProtobufMessage().Integer(1, samples) : new ProtobufMessage().Text(2, "batch");
        ProtobufMessage shape = new ProtobufMessage().Message(1, rows).Message(1, new ProtobufMessage().Integer(1, columns));
        ProtobufMessage tensorType = new ProtobufMessage().Integer(1, Float32).Message(2, shape);
        return new ProtobufMessage().Text(1, name).Message(2, new ProtobufMessage().Message(1, tensorType));
    }

    /// <summary>One operator: its operands after the value that flows through the stack, and its attributes.</summary>
    sealed record Operation(string Type, string[] Operands, ProtobufMessage[] Attributes);
}
