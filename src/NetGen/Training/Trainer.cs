using NetGen.Optimization;
using NetGen.Runtime;
using NetGen.Serialization;

namespace NetGen;

/// <summary>Trains a network, a batch at a time: forward pass, backward pass and update, without allocating anything once the largest batch was seen.</summary>
/// <remarks>
/// The bits of every result depend on the data, the options and the parameters only, not on the number of threads. A trainer is used by one thread at a time,
/// and while it updates its network nothing else may use that.
/// </remarks>
/// <typeparam name="TNetwork">The network's class.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> otherwise.</typeparam>
public unsafe partial class Trainer<TNetwork, TTarget> : ITrainer<TTarget>
    where TNetwork : class, ITrainable<TNetwork, TTarget>
    where TTarget : unmanaged
{
    /// <summary>Floating-point operations that are worth a thread: some four microseconds near the peak, many times what a fork and its barriers
    /// cost.</summary>
    const long FlopsPerWorker = 1_000_000;

    readonly NetworkInfo _info = TNetwork.Info;
    readonly TrainingInfo _training = TNetwork.Training;
    readonly OneThread _thread = new(TNetwork.Info.Name);
    Arena _arena = new(0);
    Arena _losses = new(0);
    Arena _inputGradient = new(0);
    int _samples, _positions;
    int _batches;

    /// <summary>A trainer of a network.</summary>
    /// <param name="network">Whose parameters are to be changed.</param>
    /// <param name="optimizer">How. It starts with fresh state, and belongs to this trainer from now on.</param>
    /// <param name="options">Schedule, clipping, groups of parameters; none for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    /// <exception cref="ArgumentException">A pattern of names in the options matches no parameter.</exception>
    /// <exception cref="InvalidOperationException">The network's parameters can only be read.</exception>
    public Trainer(TNetwork network, Optimizer optimizer, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        Options = options ?? new();
        Options.Validate();
        network.Parameters.ThrowIfReadOnly();
        Network = network;
        Optimizer = optimizer;
        Gradients = new(_info.Learned);
        ScheduleState = new double[Options.Schedule.StateSize];
        Options.Schedule.Start(ScheduleState);
        optimizer.Attach(_info.Learned, [.. ParameterGroup.Cut(_info.Learned, Options.ParameterGroups, Options.DecayBiasesAndNorms, Options.Freeze)], this);
    }

    /// <summary>The network whose parameters are changed.</summary>
    public TNetwork Network { get; }

    /// <summary>What changes them.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Schedule, clipping, groups of parameters.</summary>
    public TrainerOptions Options { get; }

    /// <summary>How many updates were made.</summary>
    public long StepCount => Optimizer.StepCount;

    /// <summary>The learning rate of the next update.</summary>
    public float LearningRate => (float)Rate;

    /// <summary>The gradients of the last batch, or those accumulated, before clipping.</summary>
    public ParameterSet Gradients { get; }

    /// <summary>
    /// The 2-norm of all gradients but those of frozen parameters at the last update, before clipping; computed only where
    /// <see cref="TrainerOptions.ClipNorm"/> is set, else 0.
    /// </summary>
    public float GradientNorm { get; private set; }

    /// <summary>
    /// The losses of the samples of the last batch: of samples with a label for each position, the sums over these; where samples have as many positions as
    /// they like and each has a target, of each position.
    /// </summary>
    public ReadOnlySpan<float> Losses => _losses.Span[..LossesOf(_samples, _positions)];

    /// <summary>
    /// The gradient with respect to the last batch's input, <c>[n, InputSize]</c>, or as long as that was where samples have as many positions as they like.
    /// Where some of several inputs have lengths of their own it is the first input's of all samples, then the second's, and so on. Ids have zeros.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network wasn't declared with <c>[Input(…, Gradient = true)]</c>, or no batch was given yet.</exception>
    public ReadOnlySpan<float> InputGradient
    {
        get
        {
            if (!_training.HasInputGradient)
                throw new InvalidOperationException(_info.NoInputGradient);
            ThrowIfNoBatch();
            if (!_info.Inputs.IsEmpty)
                return GradientOfInputs();
            var (rows, size) = _info.Sequence is { } sequence ? (_positions, sequence.InputSize) : (_samples, _info.InputSize);
            var gradient = RoomForInputGradient(rows * size);
            CopyRows(_training.InputGradientOffset, _training.InputGradientPitch, size, gradient);
            return gradient;
        }
    }

    float ITrainer<TTarget>.Step(Batch<TTarget> batch) => batch.Lengths.IsEmpty ? Step(batch.X, batch.Target) : StepSequences(batch.X, batch.Lengths, batch.Target);

    double[] ITrainer<TTarget>.ScheduleState => ScheduleState;

    double ITrainer<TTarget>.Rate => Rate;

    double ITrainer<TTarget>.RateOf(long step) => RateOf(step);

    // Parameters and state are where they are used.
    void ITrainer<TTarget>.CopyToNetwork() { }

    void ITrainer<TTarget>.CopyFromNetwork() { }

    /// <summary>What the schedule remembers.</summary>
    internal double[] ScheduleState { get; }

    internal double Rate => RateOf(StepCount);

    internal double RateOf(long step) => Options.Schedule.Rate(Optimizer.LearningRate, step, ScheduleState);

    /// <summary>Forward pass, backward pass and update.</summary>
    /// <param name="x">The samples, <c>[n, InputSize]</c>; of a network that begins with an embedding, the bits of their ids.</param>
    /// <param name="target">Their labels <c>[n]</c> or target values <c>[n, TargetSize]</c>; for a network without a loss the gradient of the output.</param>
    /// <returns>The mean loss of the batch, before the update; for a network without a loss the sum of the outputs, each times its gradient.</returns>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label isn't one of a class, or an id none of the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">Another thread is at work with this trainer.</exception>
    public float Step(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target)
    {
        using var turn = _thread.Take();
        _batches = 0;
        var loss = AccumulateAlone(x, target, 1);
        UpdateAlone();
        return loss;
    }

    /// <summary>Forward and backward pass: <see cref="Gradients"/> are replaced, nothing is updated but the running statistics of batch normalisations, each
    /// time anew.</summary>
    /// <inheritdoc cref="Step"/>
    public float Backward(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target)
    {
        using var turn = _thread.Take();
        _batches = 0;
        return AccumulateAlone(x, target, 1);
    }

    /// <summary>Forward and backward pass of one of several batches that make one update. Batch normalisations take each by itself.</summary>
    /// <param name="x">The samples, <c>[n, InputSize]</c>.</param>
    /// <param name="target">Their labels <c>[n]</c> or target values <c>[n, TargetSize]</c>; for a network without a loss the gradient of the output.</param>
    /// <param name="weight">What the gradient is multiplied with before it is added; 1/k for the mean of k batches.</param>
    /// <returns>The mean loss of the batch, without the weight; for a network without a loss the sum of the outputs, each times its gradient.</returns>
    /// <inheritdoc cref="Step"/>
    public float Accumulate(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target, double weight = 1)
    {
        var factor = BatchCheck.Weight(weight);
        using var turn = _thread.Take();
        return AccumulateAlone(x, target, factor);
    }

    float AccumulateAlone(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target, float weight)
    {
        if (_info.Sequence is not { } sequence)
        {
            var samples = BatchCheck.Samples(_info, _training, x, target);
            Reserve(samples, samples, nameof(x));
            return Run(x, target, weight);
        }
        if (!_info.Inputs.IsEmpty)
        {
            var batch = SequencePacking.OfMost(_info, x, nameof(x));
            return AccumulateAlone(batch.X, batch.Lengths, target, weight);
        }
        // One sample of as many positions as it has, or several of the most.
        SequenceBatch.Fill(sequence, x.Length, Offsets(SequenceBatch.SamplesOf(sequence, x.Length, _info.SamplesName)));
        return AccumulatePositions(x, target, weight);
    }

    /// <summary>Forward and backward pass of a batch that was checked.</summary>
    float Run(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target, float weight)
    {
        fixed (float* px = x)
        fixed (TTarget* pt = target)
        fixed (int* offsets = _offsets)
        {
            var pass = new TrainingPass
            {
                X = px,
                Offsets = offsets,
                Target = pt,
                Parameters = Network.Parameters.Pointer,
                Gradients = Gradients.Pointer,
                Arena = _arena.Pointer,
                Losses = _losses.Pointer,
                Samples = _samples,
                Scale = weight,
                Accumulate = _batches > 0,
                Seed = Options.Seed,
                // Batches that are accumulated for one update draw different numbers; the same batch at the same step draws the same again.
                Step = ((ulong)StepCount << 20) + (ulong)_batches,
            };
            Workers.Run(&Train, &pass, (int)Math.Clamp(Flops / FlopsPerWorker, 1, NetGenOptions.Threads));
            // Running statistics move with every batch.
            Network.Parameters.MarkChanged();
            GC.KeepAlive(this);
            _batches++;
            return pass.Loss;
        }
    }

    /// <summary>Clips the gradients, and changes the parameters by one step.</summary>
    /// <exception cref="InvalidOperationException">
    /// There are no gradients since the last update, or all parameters are frozen, or the optimizer was given to another trainer, or another thread is at work.
    /// </exception>
    public void Update()
    {
        using var turn = _thread.Take();
        UpdateAlone();
    }

    void UpdateAlone()
    {
        Optimizer.CheckUpdate(this, _info.Name, _batches);
        var scale = 1f;
        if (Options.ClipNorm is { } limit)
        {
            var norm = GradientReduction.Norm(Gradients, Optimizer.Ranges);
            GradientNorm = (float)norm;
            scale = (float)Math.Min(1, limit / (norm + 1e-6));
        }
        Optimizer.Apply(Network.Parameters, Gradients, Rate, scale, Options.ClipValue ?? float.PositiveInfinity, NetGenOptions.Threads);
        Network.Parameters.MarkChanged();
        _batches = 0;
    }

    /// <summary>Copies the output of the last batch, as it was in training.</summary>
    /// <param name="y">Receives <c>[n, OutputSize]</c> values.</param>
    /// <exception cref="ArgumentException">Its size doesn't fit the last batch.</exception>
    /// <exception cref="InvalidOperationException">No batch was given yet.</exception>
    public void CopyOutput(Span<float> y)
    {
        ThrowIfNoBatch();
        var (rows, size) = _info.Sequence is { OutputSize: > 0 } sequence ? (_positions, sequence.OutputSize) : (_samples, _info.OutputSize);
        if (y.Length != (long)rows * size)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The last batch has {rows} outputs of {size}: {(long)rows * size} values. The span has {y.Length}."), nameof(y));
        }
        CopyRows(_training.OutputOffset, _training.OutputPitch, size, y);
    }

    /// <summary>Tells the schedule how training goes, for <see cref="Schedule.ReduceOnPlateau"/>: once an epoch, usually.</summary>
    /// <param name="metric">What should become small, such as the validation loss.</param>
    /// <exception cref="ArgumentException">It is NaN.</exception>
    public void ReportMetric(double metric) => Options.Schedule.Report(Optimizer.LearningRate, Check.Number(metric), ScheduleState);

    /// <summary>Writes parameters, optimizer state and position to a file that <see cref="LoadCheckpoint"/> goes on from bit for bit, replacing an
    /// older one atomically.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DirectoryNotFoundException">Its folder isn't there.</exception>
    /// <exception cref="InvalidOperationException">Gradients were accumulated and not yet used.</exception>
    public void SaveCheckpoint(string path)
    {
        if (_batches > 0)
            throw new InvalidOperationException("There are gradients since the last update, which a checkpoint doesn't hold: call Update first.");
        Checkpoint.Write(path, Network.Parameters, null, Optimizer, ScheduleState, new Dictionary<string, string> { ["seed"] = FitState.Text(Options.Seed) });
    }

    /// <summary>Goes on from where a trainer with the same options was when it wrote a checkpoint.</summary>
    /// <remarks>
    /// The optimizer gets back its state and its steps, and keeps the learning rate, the betas and so on that it was made with: unlike those that PyTorch's
    /// <c>load_state_dict</c> brings, a checkpoint's aren't written, so that a run can go on with others.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or was written with another network, optimizer, schedule or seed. Nothing is
    /// changed then.</exception>
    public void LoadCheckpoint(string path)
    {
        var checkpoint = Checkpoint.Read(path, _info, Optimizer, ScheduleState.Length);
        var seed = checkpoint.Texts.GetValueOrDefault("seed") ?? checkpoint.Texts.GetValueOrDefault("fit.seed");
        if (seed != FitState.Text(Options.Seed))
            throw new InvalidDataException($"{path}: this checkpoint was written with seed {seed}; the options say {Options.Seed}.");
        checkpoint.Restore(Network.Parameters, Optimizer, ScheduleState);
        _batches = 0;
    }

    static void Train(void* pass, int worker, int workers) => TNetwork.Train((TrainingPass*)pass, worker, workers);

    /// <summary>
    /// Makes room for a batch. Where its size changes the buffers move within the arena, and padding that was written as something else is zeroed, so that a
    /// step's bits don't depend on the batches before it.
    /// </summary>
    void Reserve(int samples, int positions, string name)
    {
        _positions = positions;
        if (LossesOf(samples, positions) > _losses.Length)
            _losses = new(LossesOf(samples, positions));
        if (samples == _samples)
            return;
        var needed = _training.ArenaFloatsFixed + (long)_training.ArenaFloatsPerSample * _training.RoomFor(samples);
        if (needed > Array.MaxLength - ParameterLayout.Alignment)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A batch of {samples} samples takes an arena of {needed} floats, more than an array can have. Accumulate smaller ones."), name);
        }
        if (needed > _arena.Length)
            _arena = new((int)needed);
        else
            _arena.Clear();
        _samples = samples;
    }

    Span<float> RoomForInputGradient(int values)
    {
        if (_inputGradient.Length < values)
            _inputGradient = new(values);
        return _inputGradient.Span[..values];
    }

    void CopyRows(int offset, int pitch, int size, Span<float> rows)
    {
        var from = _arena.Span.Slice(_training.ArenaFloatsFixed + offset * _training.RoomFor(_samples));
        for (int i = 0; i < rows.Length / size; i++)
            from.Slice(i * pitch, size).CopyTo(rows[(i * size)..]);
    }

    void ThrowIfNoBatch()
    {
        if (_samples == 0)
            throw new InvalidOperationException("No batch was given yet.");
    }
}
