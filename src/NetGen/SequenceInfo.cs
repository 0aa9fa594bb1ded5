namespace NetGen;

/// <summary>What is known of samples that have as many positions as they like, up to a number: see <see cref="SequenceAttribute"/>.</summary>
public sealed record SequenceInfo
{
    /// <summary>The most positions of a sample.</summary>
    public required int Max { get; init; }

    /// <summary>The values that a sample has at each position; 1 for ids.</summary>
    public required int InputSize { get; init; }

    /// <summary>The values of the output at each position; 0 where a sample has one output, of <see cref="NetworkInfo.OutputSize"/> values.</summary>
    public required int OutputSize { get; init; }

    /// <summary>The target values of each position; 0 where a sample has one target, of <see cref="TrainingInfo.TargetSize"/> values.</summary>
    public required int TargetSize { get; init; }

    /// <summary>Which of a network's inputs with lengths of their own it is, from 0.</summary>
    public int Index { get; init; }
}
