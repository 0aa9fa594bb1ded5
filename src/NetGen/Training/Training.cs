using System.Globalization;
using NetGen.Optimization;

namespace NetGen;

/// <summary>Training and evaluation on whole datasets.</summary>
public static class Training
{
    internal const int EvaluationBatch = 256;

    /// <summary>The most classes of a confusion matrix. A vocabulary's would be too large to read, and at some size to hold.</summary>
    internal const int MostConfused = 4096;

    /// <summary>Trains a network.</summary>
    /// <remarks>With the same data, options and first parameters it ends with the same bits, whatever the number of threads, and also when it is
    /// interrupted and resumed.</remarks>
    /// <param name="network">The network whose parameters are changed.</param>
    /// <param name="train">What it learns from.</param>
    /// <param name="validation">What it is measured on after each epoch; null for none.</param>
    /// <param name="options">How it is trained; null for the defaults.</param>
    /// <returns>Loss and metrics of each epoch.</returns>
    /// <exception cref="ArgumentException">A dataset is empty or doesn't fit the network, or has a value that isn't finite, which is named.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range, or the label of a sample, which is named, is none, or its target
    /// no probability where the loss needs one.</exception>
    /// <exception cref="InvalidOperationException">The network has no loss.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume is damaged, or is one of another run. The network is unchanged then.</exception>
    public static FitResult Fit<TNetwork, TTarget>(
        TNetwork network, IDataset<TTarget> train, IDataset<TTarget>? validation = null, FitOptions? options = null)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged => FitWith(network, train, validation, options, create: null);

    /// <summary>The same with a trainer of the caller's.</summary>
    internal static FitResult FitWith<TNetwork, TTarget>(
        TNetwork network, IDataset<TTarget> train, IDataset<TTarget>? validation, FitOptions? options, Func<Optimizer, TrainerOptions, ITrainer<TTarget>>? create)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        options.Validate();
        CheckDataset<TNetwork, TTarget>(train, nameof(train));
        if (validation is not null)
            CheckDataset<TNetwork, TTarget>(validation, nameof(validation));
        if ((train.Count - 1) % options.BatchSize + 1 < TNetwork.Training.LeastSamples)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{train.Count} samples in batches of {options.BatchSize} leave a batch of one, and {TNetwork.Training.BatchNormalizedLayer} "
                + $"of {TNetwork.Info.Name} normalises each value over the batch: it needs at least two to train on. Choose another batch size."),
                nameof(options));
        }
        if (TNetwork.Training.Loss is null)
        {
            throw new InvalidOperationException(
                $"{TNetwork.Info.Name} has no loss to make small. Declare one, [Loss(…)], or compute it yourself and give its gradient to Trainer.Step.");
        }
        CheckTopK<TNetwork, TTarget>(options.TopK, nameof(options.TopK));
        return new FitRun<TNetwork, TTarget>(network, train, validation, options, create).Run();
    }

    /// <summary>Measures a network on a dataset.</summary>
    /// <param name="network">The network.</param>
    /// <param name="dataset">What it is measured on.</param>
    /// <param name="topK">Also count how often the label is among this many highest outputs, for losses that compare classes; 0 for not.</param>
    /// <param name="batchSize">Samples of one prediction.</param>
    /// <param name="checkData">Whether values that aren't finite, and targets that are no probabilities, are an error, as in <see cref="FitOptions.CheckData"/>.</param>
    /// <param name="cancellationToken">Ends the measurement with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Loss and metrics.</returns>
    /// <exception cref="ArgumentException">The dataset is empty or doesn't fit the network, or has a value that isn't finite, which is named.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label isn't one of a class, or a target no probability where the loss needs one.</exception>
    public static Evaluation Evaluate<TNetwork, TTarget>(
        TNetwork network, IDataset<TTarget> dataset, int topK = 0, int batchSize = EvaluationBatch, bool checkData = true,
        CancellationToken cancellationToken = default)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfNegative(topK);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        CheckTopK<TNetwork, TTarget>(topK, nameof(topK));
        CheckDataset<TNetwork, TTarget>(dataset, nameof(dataset));
        return Measure(network, dataset, topK, batchSize, new(TNetwork.Info, TNetwork.Training, nameof(dataset), checkData), cancellationToken);
    }

    internal static Evaluation Measure<TNetwork, TTarget>(
        TNetwork network, IDataset<TTarget> dataset, int topK, int batchSize, SampleCheck check, CancellationToken cancellationToken)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged
    {
        var (info, training) = (TNetwork.Info, TNetwork.Training);
        var confusion = training.Classes is > 0 and <= MostConfused ? new ConfusionMatrix(training.Classes) : null;
        var metrics = new Metrics(training, info.TargetValues, topK, confusion);
        batchSize = Math.Min(batchSize, dataset.Count);
        var indices = new int[batchSize];
        var buffer = new BatchBuffer<TTarget>(info, dataset, batchSize);
        var y = new float[checked(batchSize * info.OutputSize)];
        for (int first = 0; first < dataset.Count; first += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(batchSize, dataset.Count - first);
            for (int i = 0; i < count; i++)
                indices[i] = first + i;
            buffer.Fill(epoch: null, indices.AsSpan(0, count), check);
            var batch = buffer.Batch;
            var output = y.AsSpan(0, info.OutputValues(count, batch.X.Length, batch.Lengths));
            if (network is ISequenceNetwork sequences) sequences.Predict(batch.X, batch.Lengths, output);
            else network.Predict(batch.X, output);
            metrics.AddLosses(output, batch.Target);
            metrics.AddDecisions(output, batch.Target);
        }
        return new()
        {
            Samples = dataset.Count,
            Loss = metrics.Loss,
            Accuracy = metrics.Accuracy,
            TopK = metrics.TopK,
            MeanAbsoluteError = metrics.MeanAbsoluteError,
            Confusion = confusion,
        };
    }

    static void CheckTopK<TNetwork, TTarget>(int topK, string name)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged
    {
        if (topK > 0 && TNetwork.Training is { Classes: 0, Loss: not Loss.KLDivergence } training)
        {
            var why = training.Loss is { } loss ? $"its loss is {loss}" : "it has no loss";
            throw new ArgumentException($"{TNetwork.Info.Name} has no classes of which {name} could be counted: {why}.", name);
        }
        if (TNetwork.Training.Classes is > 0 and var classes && topK > classes)
        {
            throw new ArgumentOutOfRangeException(name, topK, FormattableString.Invariant(
                $"{TNetwork.Info.Name} has {classes} classes: every label would be among the {topK} highest outputs."));
        }
    }

    static void CheckDataset<TNetwork, TTarget>(IDataset<TTarget> dataset, string name)
        where TNetwork : class, ITrainable<TNetwork, TTarget>
        where TTarget : unmanaged
    {
        var (info, training) = (TNetwork.Info, TNetwork.Training);
        if (dataset.Count <= 0)
            throw new ArgumentException("The dataset has no samples.", name);
        if (dataset.InputSize != info.InputSize)
        {
            var shorter = info.Sequence is not null && dataset.LengthOf(0) < 0 ? ", or less from a dataset that tells each sample's length, as SequenceDataset does" : "";
            throw new ArgumentException(FormattableString.Invariant(
                $"A sample of the dataset has {Runtime.Guard.Values(dataset.InputSize)}; {info.Name} takes {info.InputSize}{shorter}."), name);
        }
        if (info.Sequence is null && dataset.LengthOf(0) >= 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The samples of the dataset have lengths of their own; those of {info.Name} have {info.InputSize} values each. Declare its input as [Sequence(…)]."), name);
        }
        if (dataset.TargetSize != training.TargetSize)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A sample of the dataset has {dataset.TargetSize} target {(dataset.TargetSize == 1 ? "value" : "values")}; {info.Name} needs {training.TargetSize}."), name);
        }
        if (dataset is SequenceDataset<TTarget> sequences && sequences.Fault(info) is { } fault)
            throw new ArgumentException(fault, name);
    }
}
