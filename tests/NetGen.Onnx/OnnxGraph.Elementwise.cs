namespace NetGen.Onnx;

/// <content>Functions of each value.</content>
public sealed partial class OnnxGraph
{
    /// <summary>max(x, 0): <c>Relu</c>.</summary>
    /// <param name="x">Any shape.</param>
    public OnnxValue ReLU(OnnxValue x) => Activation(x, "Relu");

    /// <summary>min(max(x, 0), 6): <c>Clip</c>.</summary>
    /// <param name="x">Any shape.</param>
    public OnnxValue ReLU6(OnnxValue x) => Clip(x, 0, 6);

    /// <summary>Values below or above the limits become the limits: <c>Clip</c>.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="min">The lower limit.</param>
    /// <param name="max">The upper limit.</param>
    public OnnxValue Clip(OnnxValue x, float min, float max)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node("Clip", [x.Name, Initializer(Constant("min"), [min]), Initializer(Constant("max"), [max])], x.Shape.AsSpan());
    }

    /// <summary>An element-wise operator without attributes: <c>Relu</c>, <c>Tanh</c>, <c>Sigmoid</c>, <c>Softplus</c>, <c>Mish</c>, …</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="operatorType">The operator's name in ONNX.</param>
    public OnnxValue Activation(OnnxValue x, string operatorType)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node(operatorType, [x.Name], x.Shape.AsSpan());
    }

    /// <summary>An element-wise operator with one float attribute: <c>LeakyRelu</c> or <c>Elu</c> with <c>alpha</c>.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="operatorType">The operator's name in ONNX.</param>
    /// <param name="attribute">The attribute's name.</param>
    /// <param name="attributeValue">The attribute's value.</param>
    public OnnxValue Activation(OnnxValue x, string operatorType, string attribute, float attributeValue)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node(operatorType, [x.Name], x.Shape.AsSpan(), new OnnxAttribute(attribute, attributeValue));
    }

    /// <summary>x σ(x): <c>Sigmoid</c> and <c>Mul</c>.</summary>
    /// <param name="x">Any shape.</param>
    public OnnxValue SiLU(OnnxValue x) => Mul(x, Activation(x, "Sigmoid"));

    /// <summary><c>Softmax</c> or <c>LogSoftmax</c> over a sample's last axis.</summary>
    /// <param name="x">[…, features].</param>
    /// <param name="operatorType">The operator's name in ONNX.</param>
    public OnnxValue Normalized(OnnxValue x, string operatorType)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Node(operatorType, [x.Name], x.Shape.AsSpan(), new OnnxAttribute("axis", -1L));
    }

    /// <summary>The sum of two values of one shape, or of shapes that agree where neither is 1: <c>Add</c>.</summary>
    /// <param name="a">A summand.</param>
    /// <param name="b">The other.</param>
    public OnnxValue Add(OnnxValue a, OnnxValue b) => Combined("Add", a, b);

    /// <summary>The product of two values of one shape, or of shapes that agree where neither is 1 (squeeze and excitation): <c>Mul</c>.</summary>
    /// <param name="a">A factor.</param>
    /// <param name="b">The other.</param>
    public OnnxValue Mul(OnnxValue a, OnnxValue b) => Combined("Mul", a, b);

    OnnxValue Combined(string type, OnnxValue a, OnnxValue b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        bool agree = a.Shape.Length == b.Shape.Length && a.Shape.Zip(b.Shape).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1);
        if (!agree) throw new ArgumentException($"{type} of {a} and {b}: the shapes differ.", nameof(b));
        return Node(type, [a.Name, b.Name], [.. a.Shape.Zip(b.Shape, Math.Max)]);
    }
}
