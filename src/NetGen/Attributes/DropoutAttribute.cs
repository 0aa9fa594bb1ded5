namespace NetGen;

/// <summary>Sets each value to zero with the given probability while training, and scales the others by 1 / (1 − p); does nothing in inference. Srivastava et al. 2014.</summary>
/// <param name="probability">The probability of zero, at least 0 and less than 1.</param>
public sealed class DropoutAttribute(float probability = 0.5f) : LayerAttribute
{
    /// <summary>The probability of zero, at least 0 and less than 1.</summary>
    public float Probability { get; } = probability;
}
