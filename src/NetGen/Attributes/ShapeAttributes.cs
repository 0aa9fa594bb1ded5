namespace NetGen;

/// <summary>Makes a vector of a sample of any shape. The values stay where they are.</summary>
public sealed class FlattenAttribute : LayerAttribute;

/// <summary>Gives a sample another shape with as many values. The values stay where they are.</summary>
/// <param name="shape">The new sizes, outermost first; one of them may be -1 and is then computed.</param>
public sealed class ReshapeAttribute(params int[] shape) : LayerAttribute
{
    /// <summary>The new sizes, outermost first; one of them may be -1 and is then computed.</summary>
    public int[] Shape { get; } = shape;
}
