using System.Collections.Immutable;

namespace NetGen;

/// <summary>What one epoch came to.</summary>
public sealed record EpochResult
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean training loss of the epoch's batches, each as it was before its update.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Training accuracy of the same outputs, from 0 to 1; NaN for losses that compare values rather than classes.</summary>
    public required double TrainAccuracy { get; init; }

    /// <summary>Mean validation loss after the epoch; null without validation.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Validation accuracy, from 0 to 1; null without validation, NaN for losses that compare values rather than classes.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Share of validation samples whose label is among the <see cref="FitOptions.TopK"/> highest outputs; null where it isn't counted.</summary>
    public double? ValidationTopK { get; init; }

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How long the epoch took, validation included. A resumed epoch counts from where it was resumed.</summary>
    public required double Seconds { get; init; }
}

/// <summary>Why a run ended.</summary>
public enum FitEnd
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>The validation loss had stopped improving.</summary>
    StoppedEarly,

    /// <summary>The run was cancelled.</summary>
    Cancelled,

    /// <summary>
    /// A batch's loss, or a parameter after an epoch or for a checkpoint, was infinite or no number: no checkpoint of such parameters was written, and the
    /// network has those of the best epoch if it stops early. A lower learning rate or gradients clipped by their norm (<see cref="TrainerOptions.ClipNorm"/>)
    /// may help.
    /// </summary>
    Diverged,
}

/// <summary>What a run came to.</summary>
/// <param name="History">The epochs, those before a resumption included.</param>
/// <param name="End">Why the run ended.</param>
/// <param name="Steps">Updates in all.</param>
/// <param name="BestEpoch">
/// The last epoch whose validation loss (training loss without validation) was less than all before, by at least
/// <see cref="EarlyStopping.MinDelta"/> where a run
/// stops early; counted from 1, 0 where there is none.
/// </param>
public sealed record FitResult(ImmutableArray<EpochResult> History, FitEnd End, long Steps, int BestEpoch)
{
    /// <summary>
    /// The validation samples of the last epoch by label and decision; null without validation, and as <see cref="Evaluation.Confusion"/> is.
    /// </summary>
    public ConfusionMatrix? ValidationConfusion { get; init; }

    /// <summary>The last epoch; null where none was finished.</summary>
    public EpochResult? Last => History.IsEmpty ? null : History[^1];

    /// <summary>The epoch <see cref="BestEpoch"/>; null where none was finished.</summary>
    public EpochResult? Best => BestEpoch == 0 ? null : History[BestEpoch - 1];
}
