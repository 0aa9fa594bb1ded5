namespace NetGen;

/// <summary>How a <see cref="Trainer{TNetwork, TTarget}"/> updates parameters.</summary>
public record TrainerOptions
{
    /// <summary>The learning rate over the steps. Default: constant.</summary>
    public Schedule Schedule { get; init; } = Schedule.Constant;

    /// <summary>
    /// The largest norm of all gradients together; they are multiplied with <c>ClipNorm / (norm + 1e-6)</c> where it is larger, as PyTorch's
    /// <c>clip_grad_norm_</c> does. Default: none.
    /// </summary>
    public float? ClipNorm { get; init; }

    /// <summary>The largest magnitude of each gradient, after <see cref="ClipNorm"/>; PyTorch's <c>clip_grad_value_</c>. Default: none.</summary>
    public float? ClipValue { get; init; }

    /// <summary>The key of random numbers, of dropout for example.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Whether weight decay applies to biases, normalisations and slopes as to weights. Default: yes, as PyTorch's optimizers do; many recipes say no.
    /// </summary>
    public bool DecayBiasesAndNorms { get; init; } = true;

    /// <summary>
    /// Patterns of names of parameters that stay as they are, <c>["features.*"]</c>: <c>*</c> stands for any characters, dots included, and <c>?</c> for one.
    /// No step, weight decay or momentum touches them, whatever <see cref="ParameterGroups"/> say, nor the optimizer's state for them, and
    /// <see cref="ClipNorm"/> doesn't count their gradients. A pattern that no learned parameter matches is an error,
    /// and so is an update where all are frozen. Default: none.
    /// </summary>
    /// <remarks>
    /// As in PyTorch, what isn't learned isn't frozen by this: a batch normalisation still normalises by the batch, and its running statistics follow.
    /// </remarks>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>Parameters with settings of their own; the first group that contains a parameter decides.</summary>
    public IReadOnlyList<ParameterGroup> ParameterGroups { get; init; } = [];

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Schedule);
        ArgumentNullException.ThrowIfNull(ParameterGroups);
        ArgumentNullException.ThrowIfNull(Freeze);
        for (int i = 0; i < ParameterGroups.Count; i++)
        {
            if (ParameterGroups[i]?.Contains is null)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Group {i} of {nameof(ParameterGroups)} is null, or doesn't say what it contains."), nameof(ParameterGroups));
            }
        }
        if (ClipNorm is { } norm)
            Check.Positive(norm, nameof(ClipNorm));
        if (ClipValue is { } value)
            Check.Positive(value, nameof(ClipValue));
    }
}
