namespace NetGen.Onnx;

/// <summary>A node's attribute.</summary>
sealed class OnnxAttribute
{
    const int FloatType = 1, IntegerType = 2, TextType = 3, IntegersType = 7;

    public OnnxAttribute(string name, float value) => Message = Named(name).Float(2, value).Integer(20, FloatType);

    public OnnxAttribute(string name, long value) => Message = Named(name).Integer(3, value).Integer(20, IntegerType);

    public OnnxAttribute(string name, string value) => Message = Named(name).Text(4, value).Integer(20, TextType);

    public OnnxAttribute(string name, IEnumerable<int> values)
    {
        Message = Named(name);
        foreach (int value in values) Message.Integer(8, value);
        Message.Integer(20, IntegersType);
    }

    public ProtobufMessage Message { get; }

    static ProtobufMessage Named(string name) => new ProtobufMessage().Text(1, name);
}
