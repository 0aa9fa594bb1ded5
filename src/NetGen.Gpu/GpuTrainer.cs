using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using NetGen.Optimization;
using NetGen.Runtime;

namespace NetGen.Gpu;

/// <summary>
/// Trains a network on a device: forward pass, backward pass and update of a batch are the device's, and what the host does is to send batches. A step returns
/// while the device still works; the next one, or whatever reads a result, waits for it.
/// </summary>
/// <remarks>
/// With the same data, options and first parameters a device gives the same bits each time. They are nearly, but not to the bit, those of
/// <see cref="Trainer{TNetwork, TTarget}"/> on the processor. A trainer is used by one thread at a time, and ends before its
/// <see cref="GpuNetwork{TNetwork, TTarget}"/>.
/// </remarks>
/// <typeparam name="TNetwork">The network's class.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> otherwise.</typeparam>
public sealed partial class GpuTrainer<TNetwork, TTarget> : IDisposable, ITrainer<TTarget>
    where TNetwork : class, ITrainable<TNetwork, TTarget>
    where TTarget : unmanaged
{
    readonly GpuNetwork<TNetwork, TTarget> _gpu;
    readonly GpuQueue _queue;
    readonly GpuPass _pass;
    readonly GpuPlan _plan;
    readonly TrainingInfo _training = TNetwork.Training;
    readonly double[] _schedule;
    readonly ParameterRange[] _ranges;
    readonly DeviceBuffer<float> _input, _target, _arena, _once, _losses, _gradients, _scalars, _squares;
    readonly DeviceBuffer<int> _labels, _rangeOf, _tables;
    readonly DeviceBuffer<float>[] _state;
    readonly StagingPair<float> _inputs, _targets, _rangeScalars;
    readonly StagingPair<int> _allLabels, _allTables;
    readonly PositionsTables? _positions = GpuNetwork<TNetwork, TTarget>.NewTables();
    readonly Action<AcceleratorStream, KernelConfig, UpdateArguments> _update, _sumSquares;
    readonly float[] _scalarValues;
    readonly Action _train, _apply;
    float _divisor = 1;
    float[] _lossValues = [];
    readonly OneThread _thread = new(TNetwork.Info.Name);
    int _turn;
    int _batches;
    int _samples;
    int _lossCount;

    internal GpuTrainer(GpuNetwork<TNetwork, TTarget> gpu, Optimizer optimizer, TrainerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Options = options ?? new();
        Options.Validate();
        gpu.Network.Parameters.ThrowIfReadOnly();
        (_gpu, _queue, _plan, Optimizer) = (gpu, gpu.Queue, gpu.Plan, optimizer);
        var learned = TNetwork.Info.Learned;
        Gradients = new(learned);
        _schedule = new double[Options.Schedule.StateSize];
        Options.Schedule.Start(_schedule);
        _ranges = [.. ParameterGroup.Cut(learned, Options.ParameterGroups, Options.DecayBiasesAndNorms, Options.Freeze)];
        optimizer.Attach(learned, _ranges, this);
        var (name, batch) = (TNetwork.Info.Name, $"a batch of {TNetwork.Info.Name}");
        _gradients = new(_queue, $"{name} with its gradients");
        _scalars = new(_queue, "an optimizer's state");
        _rangeOf = new(_queue, "an optimizer's state");
        _squares = new(_queue, "an optimizer's state");
        _state = [.. optimizer.State.Select(_ => new DeviceBuffer<float>(_queue, $"{name} with its optimizer's state"))];
        (_input, _target, _arena, _once) = (new(_queue, batch), new(_queue, batch), new(_queue, batch), new(_queue, batch));
        (_losses, _labels, _tables) = (new(_queue, batch), new(_queue, batch), new(_queue, batch));
        (_inputs, _targets, _rangeScalars, _allLabels, _allTables) = (new(_queue), new(_queue), new(_queue), new(_queue), new(_queue));
        _scalarValues = new float[_ranges.Length * 8];
        _pass = new() { Stream = _queue.Stream, Parameters = gpu.Parameters, Seed = Options.Seed, Positions = GpuNetwork<TNetwork, TTarget>.NewPositions() };
        (_train, _apply) = (Train, Apply);
        try
        {
            _update = OptimizerKernels.Load(_queue.Accelerator, optimizer);
            _sumSquares = GpuKernelLoader.Load<UpdateArguments>(_queue.Accelerator, OptimizerKernels.SumSquares);
            _pass.Gradients = _gradients.Of(_plan.LearnedFloats);
            _pass.Once = _once.Of(_plan.TrainingFloatsOnce);
            _squares.Of(OptimizerKernels.Parts);
            _scalars.Of(_scalarValues.Length);
            _queue.Run(() => _pass.Gradients.MemSetToZero(_queue.Stream));
            WriteState();
            WriteRanges();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What changes the parameters. Its state is the device's; <see cref="CopyState"/> copies it.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Schedule, clipping, groups of parameters.</summary>
    public TrainerOptions Options { get; }

    /// <summary>How many updates were made.</summary>
    public long StepCount => Optimizer.StepCount;

    /// <summary>The learning rate of the next update.</summary>
    public float LearningRate => (float)Rate;

    /// <summary>The gradients that <see cref="CopyGradients"/> copied last.</summary>
    public ParameterSet Gradients { get; }

    /// <summary>Launches of a step of this trainer.</summary>
    public int LaunchesPerStep => _plan.TrainLaunches + (Options.ClipNorm is null ? 1 : 2);

    /// <summary>The mean loss of the last batch, before its update; for a network without a loss the sum of the outputs, each times its gradient. Reading it waits for the device.</summary>
    /// <exception cref="InvalidOperationException">No batch was given yet.</exception>
    public float Loss
    {
        get
        {
            ThrowIfNoBatch();
            if (_lossValues.Length < _lossCount) _lossValues = new float[_lossCount];
            var losses = _lossValues.AsSpan(0, _lossCount);
            _losses.View.SubView(0, _lossCount).CopyToCPU(_queue.Stream, losses);
            _queue.Wait();
            var sum = 0.0;
            foreach (var loss in losses) sum += loss;
            return _plan.Mean == LossMean.Sum ? (float)sum : _divisor == 0 ? 0 : (float)sum / _divisor;
        }
    }

    double Rate => RateOf(StepCount);

    double RateOf(long step) => Options.Schedule.Rate(Optimizer.LearningRate, step, _schedule);

    double ITrainer<TTarget>.Rate => Rate;

    double ITrainer<TTarget>.RateOf(long step) => RateOf(step);

    double[] ITrainer<TTarget>.ScheduleState => _schedule;

    float ITrainer<TTarget>.Step(Batch<TTarget> batch)
    {
        if (batch.Lengths.IsEmpty) Step(batch.X, batch.Target);
        else StepSequences(batch.X, batch.Lengths, batch.Target);
        return Loss;
    }

    void ITrainer<TTarget>.CopyToNetwork()
    {
        _gpu.CopyToNetwork();
        CopyState();
    }

    void ITrainer<TTarget>.CopyFromNetwork()
    {
        _gpu.CopyFromNetwork();
        WriteState();
    }

    /// <summary>Forward pass, backward pass and update. It returns before the device has done them.</summary>
    /// <param name="x">The samples, <c>[n, InputSize]</c>.</param>
    /// <param name="target">
    /// Their labels <c>[n]</c>, or <c>[n, positions]</c> where each position has one, or target values <c>[n, TargetSize]</c>; for a network without a loss the
    /// gradient of the output.
    /// </param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label isn't one of a class.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public void Step(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target)
    {
        using var turn = _thread.Take();
        _batches = 0;
        AccumulateAlone(x, target, 1);
        UpdateAlone();
    }

    /// <summary>Forward and backward pass; the gradients of before are replaced.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{TTarget})"/>
    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target)
    {
        using var turn = _thread.Take();
        _batches = 0;
        AccumulateAlone(x, target, 1);
    }

    /// <summary>Forward and backward pass of one of several batches that make one update.</summary>
    /// <param name="x">The samples, <c>[n, InputSize]</c>.</param>
    /// <param name="target">
    /// Their labels <c>[n]</c>, or <c>[n, positions]</c> where each position has one, or target values <c>[n, TargetSize]</c>; for a network without a loss the
    /// gradient of the output.
    /// </param>
    /// <param name="weight">What the gradient is multiplied with before it is added; 1/k for the mean of k batches.</param>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{TTarget})"/>
    public void Accumulate(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target, double weight = 1)
    {
        var factor = BatchCheck.Weight(weight);
        using var turn = _thread.Take();
        AccumulateAlone(x, target, factor);
    }

    void AccumulateAlone(ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target, float weight)
    {
        var info = TNetwork.Info;
        if (info.Sequence is not { } sequence)
        {
            var samples = BatchCheck.Samples<TTarget>(info, _training, x, target);
            Run(x, [], samples, samples, target, weight);
            return;
        }
        if (!info.Inputs.IsEmpty)
        {
            var batch = SequencePacking.OfMost(info, x, nameof(x));
            AccumulateAlone(batch.X, GpuNetwork<TNetwork, TTarget>.OffsetsOf(batch.X.Length, batch.Lengths), target, weight);
            return;
        }
        // One sample of as many positions as it has, or several of the most.
        var offsets = new int[SequenceBatch.SamplesOf(sequence, x.Length, info.SamplesName) + 1];
        SequenceBatch.Fill(sequence, x.Length, offsets);
        AccumulateAlone(x, offsets, target, weight);
    }

    /// <summary>Forward and backward pass of a batch that was checked.</summary>
    void Run(ReadOnlySpan<float> x, ReadOnlySpan<int> offsets, int samples, int losses, ReadOnlySpan<TTarget> target, float weight)
    {
        // The host fills one staging array while the device may still read the other.
        _turn = 1 - _turn;
        _inputs.Fill(_turn, x);
        var labels = typeof(TTarget) == typeof(int) ? MemoryMarshal.Cast<TTarget, int>(target) : [];
        var values = typeof(TTarget) == typeof(int) ? [] : MemoryMarshal.Cast<TTarget, float>(target);
        _allLabels.Fill(_turn, labels);
        _targets.Fill(_turn, values);
        _positions?.Fill(offsets, 0, samples);
        if (_positions is not null) _allTables.Fill(_turn, _positions.Numbers);
        _queue.Wait();
        (_pass.Samples, _samples, _lossCount) = (samples, samples, losses);
        _pass.X = _input.Of(x.Length);
        _pass.Labels = _labels.Of(labels.Length);
        _pass.Target = _target.Of(values.Length);
        _pass.Losses = _losses.Of(losses);
        if (_positions is null) _pass.Arena = _arena.Of((long)_plan.TrainingFloatsPerSample * samples);
        else
        {
            _positions.Bind(_pass, _tables.Of(_positions.Length), _arena.Of(_positions.Floats(_plan.TrainingFloatsPerSample, _plan.TrainingFloatsPerPosition)),
                _plan.TrainingFloatsPerSample, _plan.TrainingFloatsPerPosition);
        }
        _divisor = _plan.Mean switch
        {
            LossMean.Labels => labels.Length - labels.Count(_training.IgnoreIndex),
            LossMean.Samples => losses,
            _ => 1,
        };
        _pass.Scale = _divisor == 0 ? 0 : weight / _divisor;
        _pass.Accumulate = _batches > 0 ? 1 : 0;
        // As the processor's trainer counts them, so that dropout draws the same numbers.
        _pass.Step = ((ulong)StepCount << 20) + (ulong)_batches;
        _inputs.Send(_turn, _pass.X, x.Length);
        _allLabels.Send(_turn, _pass.Labels, labels.Length);
        _targets.Send(_turn, _pass.Target, values.Length);
        if (_positions is not null) _allTables.Send(_turn, _tables.View, _positions.Length);
        _queue.Launch(_train);
        _batches++;
        _gpu.MarkChanged();
    }

    /// <summary>Forward pass, backward pass and update of a network that takes ids.</summary>
    /// <param name="tokens">The samples' ids, <c>[n, InputSize]</c>.</param>
    /// <param name="target">As of <see cref="Step(ReadOnlySpan{float}, ReadOnlySpan{TTarget})"/>.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't one of the vocabulary, or a label isn't one of a class.</exception>
    /// <exception cref="InvalidOperationException">The network takes numbers, or numbers and ids.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public void Step(ReadOnlySpan<int> tokens, ReadOnlySpan<TTarget> target) => Step(GpuNetwork<TNetwork, TTarget>.Bits(tokens), target);

    /// <summary>Forward and backward pass of a network that takes ids; the gradients of before are replaced.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public void Backward(ReadOnlySpan<int> tokens, ReadOnlySpan<TTarget> target) => Backward(GpuNetwork<TNetwork, TTarget>.Bits(tokens), target);

    /// <summary>Forward and backward pass of one of several batches of ids that make one update.</summary>
    /// <param name="tokens">The samples' ids, <c>[n, InputSize]</c>.</param>
    /// <param name="target">As of <see cref="Step(ReadOnlySpan{float}, ReadOnlySpan{TTarget})"/>.</param>
    /// <param name="weight">What the gradient is multiplied with before it is added; 1/k for the mean of k batches.</param>
    /// <inheritdoc cref="Step(ReadOnlySpan{int}, ReadOnlySpan{TTarget})"/>
    public void Accumulate(ReadOnlySpan<int> tokens, ReadOnlySpan<TTarget> target, double weight = 1) => Accumulate(GpuNetwork<TNetwork, TTarget>.Bits(tokens), target, weight);

    void Train() => _gpu.Program.Train(_pass);

    /// <summary>Clips the gradients, and changes the parameters by one step.</summary>
    /// <exception cref="InvalidOperationException">
    /// There are no gradients since the last update, or all parameters are frozen, or the optimizer was given to another trainer, or another thread is at work.
    /// </exception>
    /// <exception cref="GpuException">The device failed.</exception>
    public void Update()
    {
        using var turn = _thread.Take();
        UpdateAlone();
    }

    void UpdateAlone()
    {
        Optimizer.CheckUpdate(this, TNetwork.Info.Name, _batches);
        var rate = Rate;
        Optimizer.StepCount++;
        for (int i = 0; i < _ranges.Length; i++) Optimizer.CopyScalars(_scalarValues.AsSpan(i * 8, 8), rate, _ranges[i]);
        _rangeScalars.Fill(_turn, _scalarValues);
        _queue.Launch(_apply);
        _batches = 0;
        _gpu.MarkChanged();
    }

    void Apply()
    {
        _rangeScalars.Send(_turn, _scalars.View, _scalarValues.Length);
        var arguments = new UpdateArguments
        {
            Weights = _pass.Parameters,
            Gradients = _pass.Gradients,
            First = _state.Length > 0 ? _state[0].View : _pass.Gradients,
            Second = _state.Length > 1 ? _state[1].View : _pass.Gradients,
            Ranges = _rangeOf.View,
            Scalars = _scalars.View,
            Squares = _squares.View,
            Count = _plan.LearnedFloats,
            ClipNorm = Options.ClipNorm ?? float.PositiveInfinity,
            ClipValue = Options.ClipValue ?? float.PositiveInfinity,
        };
        var threads = new Index3D(OptimizerKernels.Threads, 1, 1);
        if (Options.ClipNorm is not null) _sumSquares(_queue.Stream, new KernelConfig(new Index3D(OptimizerKernels.Parts, 1, 1), threads), arguments);
        var groups = (_plan.LearnedFloats + OptimizerKernels.Threads - 1) / OptimizerKernels.Threads;
        if (groups > 0) _update(_queue.Stream, new KernelConfig(new Index3D(groups, 1, 1), threads), arguments);
    }

    /// <summary>Waits until the device has done what was asked of it.</summary>
    /// <exception cref="GpuException">The device failed.</exception>
    public void Wait() => _queue.Wait();

    /// <summary>Tells the schedule how training goes, for <see cref="Schedule.ReduceOnPlateau"/>.</summary>
    /// <param name="metric">What should become small, such as the validation loss.</param>
    /// <exception cref="ArgumentException">It is NaN.</exception>
    public void ReportMetric(double metric) => Options.Schedule.Report(Optimizer.LearningRate, Check.Number(metric), _schedule);

    void ThrowIfNoBatch()
    {
        if (_samples == 0) throw new InvalidOperationException("No batch was given yet.");
    }

    void WriteState()
    {
        for (int i = 0; i < _state.Length; i++)
        {
            var view = _state[i].Of(_plan.LearnedFloats);
            _gpu.Write(Optimizer.State[i], view);
        }
    }

    /// <summary>Which range each sixteen floats belong to, since parameters lie otherwise on the device than on the host.</summary>
    void WriteRanges()
    {
        var blocks = new int[_plan.LearnedFloats / ParameterLayout.Alignment];
        Array.Fill(blocks, -1);
        foreach (var (view, offset) in _gpu.Places(Gradients))
        {
            var range = Array.FindIndex(_ranges, r => view.Info.Offset >= r.First && view.Info.Offset < r.First + r.Count);
            var count = (view.Info.Count + ParameterLayout.Alignment - 1) / ParameterLayout.Alignment;
            Array.Fill(blocks, _ranges[range].LearningRateFactor == 0 ? -1 : range, offset / ParameterLayout.Alignment, count);
        }
        var device = _rangeOf.Of(blocks.Length);
        if (blocks.Length == 0) return;
        _queue.Run(() =>
        {
            device.CopyFromCPU(_queue.Stream, blocks);
            _queue.Stream.Synchronize();
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DeviceBuffer<float>[] buffers = [_input, _target, _arena, _once, _losses, _gradients, _scalars, _squares, .. _state];
        foreach (var buffer in buffers) buffer.Dispose();
        _labels.Dispose();
        _rangeOf.Dispose();
        _tables.Dispose();
        foreach (var pair in new[] { _inputs, _targets, _rangeScalars }) pair.Dispose();
        _allLabels.Dispose();
        _allTables.Dispose();
    }
}
