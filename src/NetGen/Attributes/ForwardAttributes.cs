namespace NetGen;

/// <summary>
/// The shape of one sample of an input of <c>Forward</c>, without the batch: <c>Tensor Forward([Shape(3, 32, 32)] Tensor image)</c>, of rank 1 to 4.
/// </summary>
/// <param name="shape">The sizes of the axes, outermost first.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ShapeAttribute(params int[] shape) : Attribute
{
    /// <summary>The sizes of the axes, outermost first.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>Whether training also computes the gradient with respect to the inputs; set on the first of them. Default: no.</summary>
    public bool Gradient { get; set; }
}

/// <summary>
/// How many layers a field of type <c>Layer[]</c> has, each with parameters of its own: <c>[Linear(64), Count(3)] readonly Layer[] hidden;</c>. The first one's
/// parameters are called <c>hidden.0</c>, the second's <c>hidden.1</c>, and so on, as those of PyTorch's <c>nn.ModuleList</c>.
/// </summary>
/// <param name="count">The number of layers.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class CountAttribute(int count) : Attribute
{
    /// <summary>The number of layers.</summary>
    public int Count { get; } = count;
}

/// <summary>A field of numbers that <c>Forward</c> computes with: a parameter or a buffer. Its type is <c>Tensor</c>, and it has no batch.</summary>
/// <param name="shape">The sizes of the axes, outermost first.</param>
public abstract class TensorFieldAttribute(int[] shape) : LayerAttribute
{
    /// <summary>The sizes of the axes, outermost first.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>How it starts.</summary>
    public Init Init { get; set; }

    /// <summary>Its first value where <see cref="Init"/> is <see cref="Init.Constant"/>.</summary>
    public double Value { get; set; }
}

/// <summary>
/// Numbers that are learned, for <c>Forward</c> to compute with, as PyTorch's <c>nn.Parameter</c>: <c>[Parameter(128, 64)] readonly Tensor positions;</c>. They
/// are called as the field. Without an <see cref="TensorFieldAttribute.Init"/> they start uniform in ±1/√n, where n is the last size.
/// </summary>
/// <param name="shape">The sizes of the axes, outermost first.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ParameterAttribute(params int[] shape) : TensorFieldAttribute(shape);

/// <summary>
/// Numbers that aren't learned but belong to the network's files, for <c>Forward</c> to compute with, as PyTorch's <c>register_buffer</c>:
/// <c>[Buffer(10)] readonly Tensor scale;</c>. They are called as the field, and start as zeros but for another <see cref="TensorFieldAttribute.Init"/>.
/// </summary>
/// <param name="shape">The sizes of the axes, outermost first.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class BufferAttribute(params int[] shape) : TensorFieldAttribute(shape);
