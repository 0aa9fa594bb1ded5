namespace NetGen;

/// <summary>What a network does on a dataset, without training.</summary>
public sealed record Evaluation
{
    /// <summary>How many samples were looked at.</summary>
    public required int Samples { get; init; }

    /// <summary>The mean loss as the network declares it; NaN for a network without one.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of samples whose label, or most probable class with KL divergence, has the highest output, from 0 to 1; else NaN.</summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>The share of samples whose label is among the k highest outputs, from 0 to 1; NaN where it wasn't asked for.</summary>
    public double TopK { get; init; } = double.NaN;

    /// <summary>The mean of |output − target|; NaN for labels.</summary>
    public double MeanAbsoluteError { get; init; } = double.NaN;

    /// <summary>How often each class was taken for each; null for targets that aren't labels.</summary>
    public ConfusionMatrix? Confusion { get; init; }
}
