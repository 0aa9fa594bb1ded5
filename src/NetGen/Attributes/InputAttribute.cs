namespace NetGen;

/// <summary>The shape of one sample, without the batch: <c>[Input(784)]</c> or <c>[Input(1, 28, 28)]</c>, of rank 1 to 4.</summary>
/// <param name="shape">The sizes of the axes, outermost first.</param>
public sealed class InputAttribute(params int[] shape) : NetworkElementAttribute
{
    /// <summary>The highest rank of an input.</summary>
    public const int MaxRank = 4;

    /// <summary>The sizes of the axes, outermost first.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>Whether training also computes the gradient with respect to the input, for saliency maps or adversarial examples. Default: no.</summary>
    public bool Gradient { get; set; }
}
