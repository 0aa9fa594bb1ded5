namespace NetGen.Optimization;

/// <summary>What a run of <see cref="Training.Fit"/> needs of a trainer, wherever that computes.</summary>
/// <typeparam name="TTarget">What targets are.</typeparam>
interface ITrainer<TTarget> where TTarget : unmanaged
{
    Optimizer Optimizer { get; }

    long StepCount { get; }

    /// <summary>The learning rate of the next update.</summary>
    double Rate { get; }

    /// <summary>What the schedule remembers.</summary>
    double[] ScheduleState { get; }

    double RateOf(long step);

    /// <summary>Forward pass, backward pass and update; the loss.</summary>
    float Step(Batch<TTarget> batch);

    void CopyOutput(Span<float> y);

    void ReportMetric(double metric);

    /// <summary>Brings what was computed elsewhere to the network's parameters and the optimizer's state.</summary>
    void CopyToNetwork();

    /// <summary>Takes the network's parameters and the optimizer's state, which have been replaced.</summary>
    void CopyFromNetwork();
}
