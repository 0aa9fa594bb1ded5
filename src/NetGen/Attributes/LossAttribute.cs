namespace NetGen;

/// <summary>What training minimises.</summary>
public enum Loss
{
    /// <summary>
    /// −log softmax(x)[label], mean over the labels that count. Output: a vector of logits, or [positions, classes]; target: one label (<see cref="int"/>) a
    /// sample, or one for each position.
    /// </summary>
    CrossEntropy,

    /// <summary>(x − t)², mean over all values.</summary>
    MSE,

    /// <summary>|x − t|, mean over all values.</summary>
    L1,

    /// <summary>½ (x − t)² where |x − t| ≤ delta, delta (|x − t| − ½ delta) elsewhere, mean over all values. Huber 1964.</summary>
    Huber,

    /// <summary>Binary cross-entropy of sigmoid(x), mean over all values. Targets are probabilities.</summary>
    BCEWithLogits,

    /// <summary>−x[label], mean over the labels that count. Output: log-probabilities, as LogSoftmax gives; else as <see cref="CrossEntropy"/>.</summary>
    NLL,

    /// <summary>
    /// t (log t − x), summed over each sample and averaged over samples (PyTorch's <c>reduction="batchmean"</c>). Output: log-probabilities; target:
    /// probabilities.
    /// </summary>
    KLDivergence,
}

/// <summary>The loss of a network, after its last layer.</summary>
/// <remarks>A network without one can be trained too: its trainer takes the gradient of a loss that the caller computes in place of the target.</remarks>
/// <param name="kind">Which loss.</param>
public sealed class LossAttribute(Loss kind) : NetworkElementAttribute
{
    /// <summary>Which loss.</summary>
    public Loss Kind { get; } = kind;

    /// <summary>For cross-entropy: the share of the target that is spread over all classes, from 0 to 1. Szegedy et al. 2015, section 7.</summary>
    public double LabelSmoothing { get; set; }

    /// <summary>
    /// For cross-entropy and NLL: the label of samples, or of positions, that don't count, neither in the loss nor in its mean. Default: −100.
    /// </summary>
    public int IgnoreIndex { get; set; } = -100;

    /// <summary>For Huber: where the parabola becomes a line. Default: 1.</summary>
    public double Delta { get; set; } = 1;
}
