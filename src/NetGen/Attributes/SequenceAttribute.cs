namespace NetGen;

/// <summary>
/// The input of a network whose samples are sequences of as many positions as each has, up to a number: <c>[Sequence(Max = 256)]</c> for ids, of which an
/// <c>Embedding</c> makes vectors, or <c>[Sequence(6, Max = 100)]</c> for 6 numbers at each position. It stands in place of <c>[Input(…)]</c>, or of
/// <c>[Shape(…)]</c> at a parameter of a <c>Forward</c>, of which several may have lengths of their own. Samples of a batch needn't be padded: see
/// <c>Predict(x, lengths, y)</c>.
/// </summary>
/// <param name="shape">How many numbers a position has; nothing for ids.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Parameter, AllowMultiple = true)]
public sealed class SequenceAttribute(params int[] shape) : NetworkElementAttribute
{
    /// <summary>How many numbers a position has; empty for ids.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>The most positions of a sample, at least 1. It has to be set.</summary>
    public int Max { get; set; }

    /// <summary>
    /// Whether training also computes the gradient with respect to the input; of several, where one asks for it, with respect to all that are numbers. Default:
    /// no.
    /// </summary>
    public bool Gradient { get; set; }
}
