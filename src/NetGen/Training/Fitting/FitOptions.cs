namespace NetGen;

/// <summary>How <see cref="Training.Fit"/> trains.</summary>
public sealed record FitOptions : TrainerOptions
{
    /// <summary>How often every sample is seen. Default: 10.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Samples of one step; the last batch of an epoch has what is left. Default: 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>What makes the steps; it starts with fresh state. Default: AdamW with its defaults, a new one for each run.</summary>
    public Optimizer? Optimizer { get; init; }

    /// <summary>Whether each epoch goes through the samples in another order, which follows from <see cref="TrainerOptions.Seed"/>. Default: yes.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// Whether each batch is read on a thread of its own while the step before it computes; the results are the same. Default, null: where the dataset says
    /// that it is worth it (<see cref="IDataset{TTarget}.ReadsAhead"/>), as augmented ones do.
    /// </summary>
    public bool? ReadAhead { get; init; }

    /// <summary>
    /// Whether each sample's values are looked at before they are trained on: NaN or infinity, of which one would spoil all parameters, ends the run with an
    /// exception that names the sample and the place, and so does a target outside of 0 to 1 where the loss needs probabilities, as
    /// <see cref="Loss.BCEWithLogits"/> and <see cref="Loss.KLDivergence"/> do. Default: yes; it takes a few microseconds a batch.
    /// </summary>
    public bool CheckData { get; init; } = true;

    /// <summary>Also count how often the label is among this many highest outputs, for losses that compare classes; 0 for not. Default: 0.</summary>
    public int TopK { get; init; }

    /// <summary>Ends the run when the validation loss, or that of training where there is no validation, has stopped improving. Default: never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Where checkpoints are written, which a later run resumes bit for bit; the file's folder has to be there. Default: nowhere.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Epochs between two checkpoints. Default: 1.</summary>
    public int CheckpointEpochs { get; init; } = 1;

    /// <summary>Steps between two checkpoints within an epoch; 0 for none. Default: 0.</summary>
    public int CheckpointSteps { get; init; }

    /// <summary>
    /// Whether to go on from the checkpoint at <see cref="CheckpointPath"/> if there is one. The optimizer's kind has to be the same; its learning rate, betas and
    /// so on are those of <see cref="Optimizer"/>, whatever they were before.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Called with how far the run is, at the end of each epoch and at most every <see cref="ProgressInterval"/> before.</summary>
    /// <remarks>The trainer waits for it: use a class that reports at once (<see cref="FitCallback"/>), or <see cref="Progress{T}"/> to be called
    /// elsewhere.</remarks>
    public IProgress<FitProgress>? Progress { get; init; }

    /// <summary>The time between two reports. Default: a tenth of a second.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>Ends the run after the current step. The network is then as that step left it, and a checkpoint is written where one is asked for.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal new void Validate()
    {
        base.Validate();
        Positive(Epochs, nameof(Epochs));
        Positive(BatchSize, nameof(BatchSize));
        Positive(CheckpointEpochs, nameof(CheckpointEpochs));
        ArgumentOutOfRangeException.ThrowIfNegative(CheckpointSteps, nameof(CheckpointSteps));
        ArgumentOutOfRangeException.ThrowIfNegative(TopK, nameof(TopK));
        EarlyStopping?.Validate();
        if (Resume && CheckpointPath is null)
            throw new ArgumentException("To resume, the run needs a checkpoint's path.", nameof(CheckpointPath));
        if (CheckpointSteps > 0 && CheckpointPath is null)
        {
            throw new ArgumentException(
                $"{nameof(CheckpointSteps)} says when checkpoints are written, but {nameof(CheckpointPath)} doesn't say where.", nameof(CheckpointSteps));
        }

        static void Positive(int value, string name) => ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
    }
}

/// <summary>When a run ends early.</summary>
/// <param name="Patience">After how many epochs without a better validation loss; without a validation it is the training loss here too.</param>
/// <param name="MinDelta">By how much less a loss has to be to count as better.</param>
/// <param name="RestoreBest">Whether the network gets back the parameters of the epoch with the lowest loss.</param>
public sealed record EarlyStopping(int Patience = 5, double MinDelta = 0, bool RestoreBest = true)
{
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Patience, nameof(Patience));
        if (!(MinDelta >= 0 && double.IsFinite(MinDelta)))
            throw new ArgumentOutOfRangeException(nameof(MinDelta), MinDelta, "A difference of losses must be a number from 0.");
    }
}

/// <summary>Progress that is reported at once, on the thread that trains.</summary>
/// <param name="callback">What to call.</param>
public sealed class FitCallback(Action<FitProgress> callback) : IProgress<FitProgress>
{
    readonly Action<FitProgress> _callback = callback ?? throw new ArgumentNullException(nameof(callback));

    /// <inheritdoc/>
    public void Report(FitProgress value) => _callback(value);
}
