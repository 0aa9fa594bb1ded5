using System.ComponentModel;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using NetGen.Runtime;

namespace NetGen.Gpu;

/// <summary>A network on a device: predictions and training, with parameters of its own.</summary>
/// <remarks>
/// The device's parameters are those that the network had when this was made, until <see cref="CopyFromNetwork"/>; what training made of them the network gets
/// by <see cref="CopyToNetwork"/>. It is used by one thread at a time; other networks of the same device may be used by other threads.
/// </remarks>
/// <typeparam name="TNetwork">The network's class.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> otherwise.</typeparam>
public sealed class GpuNetwork<TNetwork, TTarget> : IDisposable
    where TNetwork : class, ITrainable<TNetwork, TTarget>
    where TTarget : unmanaged
{
    /// <summary>The most samples that a prediction takes through all layers at a time.</summary>
    const int BlockSamples = 1024;

    /// <summary>The most bytes of activations of a prediction, for which its samples are fewer.</summary>
    const long BlockBytes = 512L << 20;

    readonly GpuPass _pass;
    readonly DeviceBuffer<float> _parameters, _input, _output, _arena;
    readonly DeviceBuffer<int> _tables;
    readonly PositionsTables? _positions;
    bool _derived;

    /// <summary>A network on a device; its class's <c>OnGpu</c> makes it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="program">Its passes.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public GpuNetwork(TNetwork network, GpuProgram program)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(program);
        (Network, Program) = (network, program);
        Queue = new(program.Accelerator);
        try
        {
            var name = TNetwork.Info.Name;
            _parameters = new(Queue, $"{name} with its parameters");
            (_input, _output, _arena) = (new(Queue, $"a batch of {name}"), new(Queue, $"a batch of {name}"), new(Queue, $"a batch of {name}"));
            _tables = new(Queue, $"a batch of {name}");
            _positions = NewTables();
            // Padding is zero, and stays so.
            var parameters = _parameters.Of(program.Plan.ParameterFloats + program.Plan.DerivedFloats);
            Queue.Run(() => parameters.MemSetToZero(Queue.Stream));
            _pass = new() { Stream = Queue.Stream, Parameters = parameters, Positions = NewPositions() };
            CopyFromNetwork();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The network.</summary>
    public TNetwork Network { get; }

    /// <summary>The sizes of the network on the device, and the launches of its passes.</summary>
    public GpuPlan Plan => Program.Plan;

    internal GpuProgram Program { get; }

    internal GpuQueue Queue { get; }

    internal ArrayView<float> Parameters => _parameters.View;

    /// <summary>Copies the network's parameters to the device.</summary>
    /// <exception cref="GpuException">The device failed.</exception>
    public void CopyFromNetwork()
    {
        Write(Network.Parameters, Parameters.SubView(0, Plan.ParameterFloats));
        _derived = false;
    }

    /// <summary>Copies the device's parameters to the network, the running statistics of batch normalisations among them.</summary>
    /// <exception cref="GpuException">The device failed.</exception>
    public void CopyToNetwork()
    {
        Network.Parameters.ThrowIfReadOnly();
        Read(Network.Parameters, Parameters.SubView(0, Plan.ParameterFloats));
    }

    /// <summary>Says that parameters on the device have changed.</summary>
    internal void MarkChanged() => _derived = false;

    /// <summary>The tables of a batch whose samples have as many positions as they like; null where all have the same shape.</summary>
    internal static PositionsTables? NewTables() => TNetwork.Info.Sequence is null ? null : new(TNetwork.Info.SequenceCount);

    /// <summary>What a pass is given of them.</summary>
    internal static IReadOnlyList<GpuPositions> NewPositions() => TNetwork.Info.Sequence is null ? [] : [.. Enumerable.Range(0, TNetwork.Info.SequenceCount).Select(_ => new GpuPositions())];

    /// <summary>The output of one sample or of a batch.</summary>
    /// <param name="x">
    /// The samples, one after the other: a positive multiple of <see cref="NetworkInfo.InputSize"/> values. Where samples have as many positions as they like,
    /// one of them, or several that all have the most.
    /// </param>
    /// <param name="y">Receives <see cref="NetworkInfo.OutputSize"/> values a sample.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The samples have ids, and one isn't one of its vocabulary.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public void Predict(ReadOnlySpan<float> x, Span<float> y)
    {
        var info = TNetwork.Info;
        if (info.Sequence is { } sequence)
        {
            if (!info.Inputs.IsEmpty)
            {
                var batch = SequencePacking.OfMost(info, x, nameof(x));
                PredictSequences(batch.X, batch.Lengths, y);
                return;
            }
            var own = new int[SequenceBatch.SamplesOf(sequence, x.Length, info.SamplesName) + 1];
            SequenceBatch.Fill(sequence, x.Length, own);
            PredictSequences(x, own, y);
            return;
        }
        Guard.Ids(x, info);
        var samples = Guard.Samples(x.Length, info.InputSize, y.Length, info.OutputSize);
        var block = (int)Math.Clamp(BlockBytes / sizeof(float) / Math.Max(1, Plan.InferenceFloatsPerSample), 1, Math.Min(BlockSamples, samples));
        _pass.X = _input.Of((long)block * info.InputSize);
        _pass.Output = _output.Of((long)block * info.OutputSize);
        _pass.Arena = _arena.Of((long)block * Plan.InferenceFloatsPerSample);
        for (int first = 0; first < samples; first += block)
        {
            var n = Math.Min(block, samples - first);
            _pass.Samples = n;
            var values = x.Slice(first * info.InputSize, n * info.InputSize);
            _pass.X.SubView(0, values.Length).CopyFromCPU(Queue.Stream, values);
            Queue.Launch(Launch);
            var result = y.Slice(first * info.OutputSize, n * info.OutputSize);
            _pass.Output.SubView(0, result.Length).CopyToCPU(Queue.Stream, result);
            Queue.Wait();
        }
    }

    /// <summary>The output of one sample or of a batch of a network that takes ids.</summary>
    /// <param name="tokens">The samples' ids, one after the other: a positive multiple of <see cref="NetworkInfo.InputSize"/> ids.</param>
    /// <param name="y">Receives <see cref="NetworkInfo.OutputSize"/> values a sample.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't one of the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The network takes numbers, or numbers and ids.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public void Predict(ReadOnlySpan<int> tokens, Span<float> y) => Predict(Bits(tokens), y);

    /// <summary>The outputs of a batch whose samples have as many positions as they like.</summary>
    internal void PredictSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, Span<float> y) => PredictSequences(x, OffsetsOf(x.Length, lengths), y);

    /// <summary>Where the positions of samples begin, of each input that has some.</summary>
    internal static int[] OffsetsOf(int values, ReadOnlySpan<int> lengths)
    {
        var info = TNetwork.Info;
        var offsets = new int[checked(lengths.Length + info.SequenceCount)];
        if (info.Inputs.IsEmpty) SequenceBatch.Fill(info.Sequence!, values, lengths, offsets, info.SamplesName);
        else SequenceBatch.Fill(info, values, lengths, offsets, "x");
        return offsets;
    }

    void PredictSequences(ReadOnlySpan<float> x, int[] offsets, Span<float> y)
    {
        var (info, tables) = (TNetwork.Info, _positions!);
        var ofOutput = SequenceBatch.OfOutput(info, offsets);
        SequenceBatch.Check(y.Length, ofOutput, info.Sequence!.OutputSize, info.OutputSize, nameof(y));
        SequenceBatch.CheckIds(info, x, offsets, info.SamplesName);
        var samples = ofOutput.Length - 1;
        for (int first = 0; first < samples;)
        {
            var n = BlockOf(tables, offsets, first, samples);
            _pass.Samples = n;
            _pass.X = _input.Of(InputsOf(offsets, first, n, null, default));
            var (from, size) = info.Sequence.OutputSize is > 0 and var ofPosition ? (ofOutput[first] * ofPosition, (ofOutput[first + n] - ofOutput[first]) * ofPosition)
                : (first * info.OutputSize, n * info.OutputSize);
            _pass.Output = _output.Of(size);
            tables.Bind(_pass, _tables.Of(tables.Length), _arena.Of(tables.Floats(Plan.InferenceFloatsPerSample, Plan.InferenceFloatsPerPosition)),
                Plan.InferenceFloatsPerSample, Plan.InferenceFloatsPerPosition);
            InputsOf(offsets, first, n, _pass, x);
            _tables.View.SubView(0, tables.Length).CopyFromCPU(Queue.Stream, tables.Numbers);
            Queue.Launch(Launch);
            var result = y.Slice(from, size);
            _pass.Output.SubView(0, size).CopyToCPU(Queue.Stream, result);
            Queue.Wait();
            first += n;
        }
    }

    /// <summary>Makes the tables of as many samples as there is room for at a time, and at least of one; how many that are.</summary>
    int BlockOf(PositionsTables tables, ReadOnlySpan<int> offsets, int first, int samples)
    {
        var block = Math.Min(BlockSamples, samples - first);
        for (; ; block = (block + 1) / 2)
        {
            tables.Fill(offsets, first, block);
            if (block == 1 || tables.Floats(Plan.InferenceFloatsPerSample, Plan.InferenceFloatsPerPosition) <= BlockBytes / sizeof(float)) return block;
        }
    }

    /// <summary>How many values some of the samples have, all inputs together, which a pass is given if there is one.</summary>
    long InputsOf(ReadOnlySpan<int> offsets, int first, int samples, GpuPass? pass, ReadOnlySpan<float> x)
    {
        var info = TNetwork.Info;
        var size = offsets.Length / info.SequenceCount;
        var (all, before, sequence) = (0L, 0, 0);
        for (int input = 0; input < Math.Max(1, info.Inputs.Length); input++)
        {
            var (ofRow, hasPositions) = info.Inputs.IsEmpty ? (info.Sequence!.InputSize, true) : (info.Inputs[input].Size, info.Inputs[input].Max > 0);
            var table = hasPositions ? offsets.Slice(sequence++ * size, size) : default;
            var (from, to, end) = hasPositions ? (table[first], table[first + samples], table[^1]) : (first, first + samples, size - 1);
            var count = (to - from) * ofRow;
            if (pass is not null && count > 0) pass.X.SubView(all, count).CopyFromCPU(Queue.Stream, x.Slice(before + from * ofRow, count));
            all += count;
            before += end * ofRow;
        }
        return all;
    }

    /// <summary>Ids as a network is given them.</summary>
    internal static ReadOnlySpan<float> Bits(ReadOnlySpan<int> tokens) => TNetwork.Info.TakesIdsAlone ? MemoryMarshal.Cast<int, float>(tokens)
        : throw new InvalidOperationException($"{TNetwork.Info.Name} takes numbers, not ids{(TNetwork.Info.Vocabulary > 0 ? " alone: give it the ids' bits as floats" : "")}.");

    void Launch()
    {
        if (!_derived) Program.Derive(_pass);
        _derived = true;
        Program.Forward(_pass);
    }

    /// <summary>A trainer whose whole step is the device's.</summary>
    /// <param name="optimizer">How parameters follow gradients. It starts with fresh state, and belongs to the trainer from now on.</param>
    /// <param name="options">Schedule, clipping, groups of parameters; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public GpuTrainer<TNetwork, TTarget> CreateTrainer(Optimizer optimizer, TrainerOptions? options = null) => new(this, optimizer, options);

    /// <summary>
    /// Trains the network on the device, as <see cref="Training.Fit"/> does on the processor: from the device's parameters, which the network has at the end.
    /// </summary>
    /// <param name="train">What it learns from.</param>
    /// <param name="validation">What it is measured on after each epoch, by the processor; null for none.</param>
    /// <param name="options">How it is trained; null for the defaults.</param>
    /// <returns>Loss and metrics of each epoch.</returns>
    /// <exception cref="ArgumentException">A dataset is empty or doesn't fit the network, or has a value that isn't finite, which is named.</exception>
    /// <exception cref="InvalidOperationException">The network has no loss.</exception>
    /// <exception cref="GpuException">The device failed, or hasn't the memory.</exception>
    public FitResult Fit(IDataset<TTarget> train, IDataset<TTarget>? validation = null, FitOptions? options = null)
    {
        GpuTrainer<TNetwork, TTarget>? trainer = null;
        try
        {
            return Training.FitWith<TNetwork, TTarget>(Network, train, validation, options, (optimizer, settings) => trainer = CreateTrainer(optimizer, settings));
        }
        finally
        {
            trainer?.Dispose();
            // Early stopping may have restored the best epoch's parameters.
            if (trainer is not null) CopyFromNetwork();
        }
    }

    /// <summary>Copies tensors of the host to the device, in PyTorch's order.</summary>
    internal void Write(ParameterSet from, ArrayView<float> to)
    {
        var host = new float[to.Length];
        foreach (var (view, offset) in Places(from)) view.CopyTo(host.AsSpan(offset, view.Info.Count));
        Queue.Run(() =>
        {
            to.CopyFromCPU(Queue.Stream, host);
            Queue.Stream.Synchronize();
        });
    }

    /// <summary>Copies tensors of the device to the host.</summary>
    internal void Read(ParameterSet to, ArrayView<float> from)
    {
        var host = new float[from.Length];
        Queue.Run(() =>
        {
            from.CopyToCPU(Queue.Stream, host);
            Queue.Stream.Synchronize();
        });
        foreach (var (view, offset) in Places(to)) view.CopyFrom(host.AsSpan(offset, view.Info.Count));
    }

    /// <summary>The tensors of a set, which may be the learned ones alone, with their places on the device.</summary>
    internal IEnumerable<(ParameterView View, int Offset)> Places(ParameterSet set)
    {
        var all = TNetwork.Info.Parameters;
        for (int i = 0; i < all.Length; i++)
        {
            if (set.Contains(all[i].Name)) yield return (set[all[i].Name], Plan.ParameterOffsets[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters?.Dispose();
        _input?.Dispose();
        _output?.Dispose();
        _arena?.Dispose();
        _tables?.Dispose();
        Program?.Release();
        Queue.Dispose();
    }
}
