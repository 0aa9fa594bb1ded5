namespace NetGen;

/// <summary>
/// Sets each value to zero with the given probability while training, and scales the others by 1 / (1 − p); does nothing in inference. Srivastava et al. 2014.
/// </summary>
/// <param name="probability">The probability of zero, at least 0 and less than 1.</param>
public sealed class DropoutAttribute(double probability = 0.5) : LayerAttribute
{
    /// <summary>The probability of zero, at least 0 and less than 1.</summary>
    public double Probability { get; } = probability;
}

/// <summary>
/// Sets whole channels of an image [channels, height, width] to zero with the given probability while training, and scales the others by 1 / (1 − p); does
/// nothing in inference. Tompson et al. 2015, PyTorch's <c>nn.Dropout2d</c>.
/// </summary>
/// <param name="probability">The probability of zero, at least 0 and less than 1.</param>
public sealed class Dropout2dAttribute(double probability = 0.5) : LayerAttribute
{
    /// <summary>The probability of zero, at least 0 and less than 1.</summary>
    public double Probability { get; } = probability;
}

/// <summary>
/// Sets whole channels of a sequence [channels, length] to zero with the given probability while training, and scales the others by 1 / (1 − p); does nothing
/// in inference. PyTorch's <c>nn.Dropout1d</c>.
/// </summary>
/// <param name="probability">The probability of zero, at least 0 and less than 1.</param>
public sealed class Dropout1dAttribute(double probability = 0.5) : LayerAttribute
{
    /// <summary>The probability of zero, at least 0 and less than 1.</summary>
    public double Probability { get; } = probability;
}
