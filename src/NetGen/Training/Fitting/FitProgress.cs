namespace NetGen;

/// <summary>How far a run is.</summary>
public readonly record struct FitProgress
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>How many epochs there are.</summary>
    public required int Epochs { get; init; }

    /// <summary>How many batches of the epoch are done.</summary>
    public required int Batch { get; init; }

    /// <summary>How many batches an epoch has.</summary>
    public required int Batches { get; init; }

    /// <summary>Mean training loss of the epoch so far.</summary>
    public required double Loss { get; init; }

    /// <summary>Share of the epoch's samples so far whose label has the highest output; NaN for losses that compare values rather than classes.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The learning rate of the next step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Training samples per second, over the epoch so far.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>An estimate of the time until the run's end; zero at its end.</summary>
    public required TimeSpan TimeLeft { get; init; }

    /// <summary>The finished epoch, in the last report of each epoch; else null.</summary>
    public EpochResult? Finished { get; init; }
}
