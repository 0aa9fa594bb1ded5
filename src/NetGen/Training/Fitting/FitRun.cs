using System.Collections.Immutable;
using System.Diagnostics;
using NetGen.Serialization;

namespace NetGen.Optimization;

/// <summary>One call of <see cref="Training.Fit"/>.</summary>
sealed class FitRun<TNetwork, TTarget>
    where TNetwork : class, ITrainable<TNetwork, TTarget>
    where TTarget : unmanaged
{
    readonly NetworkInfo _info = TNetwork.Info;
    readonly TrainingInfo _training = TNetwork.Training;
    readonly TNetwork _network;
    readonly IDataset<TTarget> _train;
    readonly IDataset<TTarget>? _validation;
    readonly FitOptions _options;
    readonly ITrainer<TTarget> _trainer;
    readonly int _batches;
    readonly Metrics _metrics;
    readonly float[] _y;
    readonly Stopwatch _runTime = new(), _epochTime = new(), _sinceReport = new();
    FitState _state = new();
    ParameterSet? _best;
    ConfusionMatrix? _confusion;
    long _stepsHere;
    long _samplesHere;

    /// <param name="network">The network.</param>
    /// <param name="train">What it learns from.</param>
    /// <param name="validation">What it is measured on.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="create">Makes the trainer; null for the processor's.</param>
    public FitRun(TNetwork network, IDataset<TTarget> train, IDataset<TTarget>? validation, FitOptions options,
        Func<Optimizer, TrainerOptions, ITrainer<TTarget>>? create = null)
    {
        (_network, _train, _validation, _options) = (network, train, validation, options);
        _batches = (train.Count - 1) / options.BatchSize + 1;
        _metrics = new(_training, _info.TargetValues);
        create ??= (optimizer, settings) => new Trainer<TNetwork, TTarget>(network, optimizer, settings);
        _trainer = create(options.Optimizer ?? new AdamW(), options with { Schedule = options.Schedule.For(_batches, (long)_batches * options.Epochs) });
        _y = new float[checked(Math.Min(options.BatchSize, train.Count) * _info.OutputSize)];
    }

    public FitResult Run()
    {
        if (_options.CheckpointPath is not null)
            AtomicFile.CheckFolder(_options.CheckpointPath);
        if (_options.Resume && File.Exists(_options.CheckpointPath))
            Resume(_options.CheckpointPath);
        _runTime.Start();
        if (_validation is not null && _options.CheckData && !_validation.ReadsAhead)
            Check(_validation);
        FitEnd end;
        using (var loader = new BatchLoader<TTarget>(_info, _train, _options, CheckOf("train")))
            end = RunEpochs(loader);
        _trainer.CopyToNetwork();
        if (_options.CheckpointPath is not null && end != FitEnd.Diverged && !WriteCheckpoint())
            end = FitEnd.Diverged;
        if (end != FitEnd.Cancelled && _options.EarlyStopping is { RestoreBest: true } && _best is not null)
            _best.CopyTo(_network.Parameters);
        return new(_state.History, end, _trainer.StepCount, _state.BestEpoch) { ValidationConfusion = _confusion };
    }

    FitEnd RunEpochs(BatchLoader<TTarget> loader)
    {
        while (_state.Epoch < _options.Epochs)
        {
            if (_options.EarlyStopping is { } stopping && _state.EpochsSinceBest >= stopping.Patience)
                return FitEnd.StoppedEarly;
            loader.StartEpoch(_state.Epoch, _state.Batch);
            _epochTime.Restart();
            _sinceReport.Restart();
            _samplesHere = 0;
            while (_state.Batch < _batches)
            {
                if (_options.CancellationToken.IsCancellationRequested)
                    return FitEnd.Cancelled;
                if (!Step(loader.Next()))
                    return FitEnd.Diverged;
            }
            try
            {
                if (!FinishEpoch())
                    return FitEnd.Diverged;
            }
            catch (OperationCanceledException) when (_options.CancellationToken.IsCancellationRequested)
            {
                return FitEnd.Cancelled; // all steps of the epoch are done; what a resumption repeats is its validation
            }
        }
        return FitEnd.Completed;
    }

    /// <summary>Trains on a batch, and says whether its loss, and parameters that were to be written, are numbers.</summary>
    bool Step(Batch<TTarget> batch)
    {
        var y = _y.AsSpan(0, _info.OutputValues(batch.Count, batch.X.Length, batch.Lengths));
        var loss = _trainer.Step(batch);
        _trainer.CopyOutput(y);
        if (!_metrics.AddLoss(loss, batch.Target))
            return false;
        _metrics.AddDecisions(y, batch.Target);
        _state.Batch++;
        _stepsHere++;
        _samplesHere += batch.Count;

        if (_options.CheckpointPath is not null && _options.CheckpointSteps > 0 && _trainer.StepCount % _options.CheckpointSteps == 0 && !WriteCheckpoint())
            return false;
        if (_options.Progress is not null && _state.Batch < _batches && _sinceReport.Elapsed >= _options.ProgressInterval)
        {
            _sinceReport.Restart();
            Report(null);
        }
        return true;
    }

    /// <summary>Ends an epoch, and says whether its parameters are numbers.</summary>
    bool FinishEpoch()
    {
        _trainer.CopyToNetwork();
        if (!AreNumbers)
            return false;
        var validation = _validation is null
            ? null
            : Training.Measure(_network, _validation, _options.TopK, Training.EvaluationBatch, CheckOf("validation"), _options.CancellationToken);
        _confusion = validation?.Confusion;
        var result = new EpochResult
        {
            Epoch = _state.Epoch + 1,
            TrainLoss = _metrics.Loss,
            TrainAccuracy = _metrics.Accuracy,
            ValidationLoss = validation?.Loss,
            ValidationAccuracy = validation?.Accuracy,
            ValidationTopK = _options.TopK > 0 ? validation?.TopK : null,
            LearningRate = _trainer.RateOf(_trainer.StepCount - 1),
            Seconds = _epochTime.Elapsed.TotalSeconds,
        };
        var loss = validation?.Loss ?? result.TrainLoss;
        _trainer.ReportMetric(double.IsNaN(loss) ? double.PositiveInfinity : loss);
        _state.EpochsSinceBest++;
        if (loss < _state.BestLoss - (_options.EarlyStopping?.MinDelta ?? 0) || (_state.BestEpoch == 0 && !double.IsNaN(loss)))
        {
            (_state.BestLoss, _state.BestEpoch, _state.EpochsSinceBest) = (loss, result.Epoch, 0);
            if (_options.EarlyStopping is { RestoreBest: true })
                _network.Parameters.CopyTo(_best ??= new(_info));
        }
        Report(result);
        _metrics.Clear();
        _state.History = _state.History.Add(result);
        _state.Epoch++;
        _state.Batch = 0;
        var writes = _options.CheckpointPath is not null && _state.Epoch % _options.CheckpointEpochs == 0 && _state.Epoch < _options.Epochs;
        return !writes || WriteCheckpoint();
    }

    /// <summary>Whether the network's parameters are: a loss says it of those before its step.</summary>
    bool AreNumbers => SampleCheck.AllFinite(_network.Parameters.Values);

    /// <summary>What is wrong with the validation data had better be said before an epoch was spent on training.</summary>
    void Check(IDataset<TTarget> validation)
    {
        var size = Math.Min(Training.EvaluationBatch, validation.Count);
        var indices = new int[size];
        var buffer = new BatchBuffer<TTarget>(_info, validation, size);
        for (int first = 0; first < validation.Count; first += size)
        {
            if (_options.CancellationToken.IsCancellationRequested)
                return;
            var count = Math.Min(size, validation.Count - first);
            for (int i = 0; i < count; i++)
                indices[i] = first + i;
            buffer.Fill(epoch: null, indices.AsSpan(0, count), CheckOf("validation"));
        }
    }

    SampleCheck CheckOf(string dataset) => new(_info, _training, dataset, _options.CheckData);

    void Report(EpochResult? finished)
    {
        if (_options.Progress is null)
            return;
        var steps = (long)_state.Epoch * _batches + _state.Batch;
        var left = (long)_options.Epochs * _batches - steps;
        _options.Progress.Report(new()
        {
            Epoch = _state.Epoch + 1,
            Epochs = _options.Epochs,
            Batch = _state.Batch,
            Batches = _batches,
            Loss = _metrics.Loss,
            Accuracy = _metrics.Accuracy,
            LearningRate = _trainer.Rate,
            SamplesPerSecond = _samplesHere / Math.Max(_epochTime.Elapsed.TotalSeconds, 1e-9),
            TimeLeft = _stepsHere == 0 ? TimeSpan.Zero : _runTime.Elapsed * ((double)left / _stepsHere),
            Finished = finished,
        });
    }

    /// <summary>What makes a run another one: with any other value, going on would not give what an uninterrupted run gives.</summary>
    ImmutableArray<(string Name, string What, string Value)> Identity =>
    [
        ("fit.samples", "number of samples", FitState.Text(_train.Count)),
        ("fit.batchsize", nameof(FitOptions.BatchSize), FitState.Text(_options.BatchSize)),
        ("fit.seed", nameof(FitOptions.Seed), FitState.Text(_options.Seed)),
        ("fit.shuffle", nameof(FitOptions.Shuffle), _options.Shuffle ? "yes" : "no"),
    ];

    /// <summary>Writes a checkpoint, or says that the parameters are no numbers, and leaves the one from before.</summary>
    bool WriteCheckpoint()
    {
        _trainer.CopyToNetwork();
        if (!AreNumbers)
            return false;
        var texts = _state.ToText(_metrics);
        foreach (var (name, _, value) in Identity)
            texts.Add(name, value);
        Checkpoint.Write(_options.CheckpointPath!, _network.Parameters, _best, _trainer.Optimizer, _trainer.ScheduleState, texts);
        return true;
    }

    void Resume(string path)
    {
        var checkpoint = Checkpoint.Read(path, _info, _trainer.Optimizer, _trainer.ScheduleState.Length);
        foreach (var (name, what, value) in Identity)
        {
            if (checkpoint.Texts.GetValueOrDefault(name) is var written && written != value)
            {
                throw new InvalidDataException(written is null
                    ? $"{path}: this checkpoint was written by a trainer, not by a run of Fit: LoadCheckpoint of a trainer reads it."
                    : $"{path}: this checkpoint is one of another run: its {what} is {written}, that of this run {value}.");
            }
        }
        try
        {
            _state = FitState.Parse(checkpoint.Texts, _batches, _metrics);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{path}: this checkpoint can't be used: {e.Message}.", e);
        }
        checkpoint.Restore(_network.Parameters, _trainer.Optimizer, _trainer.ScheduleState);
        _trainer.CopyFromNetwork();
        _best = checkpoint.Best;
    }
}
