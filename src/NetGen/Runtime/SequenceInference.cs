using System.Buffers;

namespace NetGen.Runtime;

/// <summary>Predictions of samples that have as many positions as they like: threads share the samples, so that each has about as many positions.</summary>
public static unsafe class SequenceInference
{
    /// <summary>Floating-point operations that are worth a thread.</summary>
    const long FlopsPerWorker = 1_000_000;

    /// <summary>The most offsets that are on the stack.</summary>
    const int FewOffsets = 257;

    /// <summary>Runs a network's forward pass over a sample, or over several that all have the most positions.</summary>
    /// <param name="forward">The pass: samples, parameters, activations, outputs, where the positions of each sample begin, and how many samples.</param>
    /// <param name="info">The network.</param>
    /// <param name="x">The samples.</param>
    /// <param name="y">Receives the outputs.</param>
    /// <param name="parameters">The parameters' arena.</param>
    /// <param name="block">The most samples that the pass takes.</param>
    /// <param name="pool">Arenas for activations; null where the pass needs none.</param>
    /// <param name="name">What the caller calls the samples.</param>
    public static void Run(delegate*<float*, float*, float*, float*, int*, int, void> forward, NetworkInfo info, ReadOnlySpan<float> x, Span<float> y,
        float* parameters, int block, ActivationPool? pool, string name)
    {
        var sequence = info.Sequence!;
        var samples = SequenceBatch.SamplesOf(sequence, x.Length, name);
        var rented = samples < FewOffsets ? null : ArrayPool<int>.Shared.Rent(samples + 1);
        Span<int> offsets = rented is null ? stackalloc int[samples + 1] : rented.AsSpan(0, samples + 1);
        SequenceBatch.Fill(sequence, x.Length, offsets);
        Run(&Body, forward, info, x, offsets, y, parameters, block, pool, name);
        if (rented is not null) ArrayPool<int>.Shared.Return(rented);
    }

    /// <summary>Runs a network's forward pass over samples of different lengths.</summary>
    /// <param name="forward">The pass: samples, parameters, activations, outputs, where the positions of each sample begin, and how many samples.</param>
    /// <param name="info">The network.</param>
    /// <param name="x">The samples.</param>
    /// <param name="lengths">How many positions each has.</param>
    /// <param name="y">Receives the outputs.</param>
    /// <param name="parameters">The parameters' arena.</param>
    /// <param name="block">The most samples that the pass takes.</param>
    /// <param name="pool">Arenas for activations; null where the pass needs none.</param>
    /// <param name="name">What the caller calls the samples.</param>
    public static void RunLengths(delegate*<float*, float*, float*, float*, int*, int, void> forward, NetworkInfo info, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths,
        Span<float> y, float* parameters, int block, ActivationPool? pool, string name)
    {
        var rented = lengths.Length < FewOffsets ? null : ArrayPool<int>.Shared.Rent(lengths.Length + 1);
        Span<int> offsets = rented is null ? stackalloc int[lengths.Length + 1] : rented.AsSpan(0, lengths.Length + 1);
        SequenceBatch.Fill(info.Sequence!, x.Length, lengths, offsets, name);
        Run(&Body, forward, info, x, offsets, y, parameters, block, pool, name);
        if (rented is not null) ArrayPool<int>.Shared.Return(rented);
    }

    /// <summary>Runs the forward pass of a network with several inputs over samples that have the most positions.</summary>
    /// <param name="forward">The pass: as that of <see cref="RunInputs"/>.</param>
    /// <param name="info">The network.</param>
    /// <param name="x">The samples, each with its inputs one after the other.</param>
    /// <param name="y">Receives the outputs.</param>
    /// <param name="parameters">The parameters' arena.</param>
    /// <param name="block">The most samples that the pass takes.</param>
    /// <param name="pool">Arenas for activations; null where the pass needs none.</param>
    public static void RunMost(delegate*<float*, float*, float*, float*, int*, int, int, int, void> forward, NetworkInfo info, ReadOnlySpan<float> x, Span<float> y,
        float* parameters, int block, ActivationPool? pool)
    {
        var batch = SequencePacking.OfMost(info, x, "x");
        RunInputs(forward, info, batch.X, batch.Lengths, y, parameters, block, pool);
    }

    /// <summary>Runs the forward pass of a network with several inputs over samples of different lengths.</summary>
    /// <param name="forward">
    /// The pass: inputs, parameters, activations, outputs, for each input with positions where those of each sample begin, of how many samples all that is, the
    /// first of them that is computed, and how many are.
    /// </param>
    /// <param name="info">The network.</param>
    /// <param name="x">The first input of all samples, then the second, and so on.</param>
    /// <param name="lengths">How many positions each sample has of the first input that has some, then of the second, and so on.</param>
    /// <param name="y">Receives the outputs.</param>
    /// <param name="parameters">The parameters' arena.</param>
    /// <param name="block">The most samples that the pass takes.</param>
    /// <param name="pool">Arenas for activations; null where the pass needs none.</param>
    public static void RunInputs(delegate*<float*, float*, float*, float*, int*, int, int, int, void> forward, NetworkInfo info, ReadOnlySpan<float> x,
        ReadOnlySpan<int> lengths, Span<float> y, float* parameters, int block, ActivationPool? pool)
    {
        var size = checked(info.SequenceCount * (SequenceBatch.SamplesOf(info, lengths) + 1));
        var rented = size <= FewOffsets ? null : ArrayPool<int>.Shared.Rent(size);
        Span<int> offsets = rented is null ? stackalloc int[size] : rented.AsSpan(0, size);
        SequenceBatch.Fill(info, x.Length, lengths, offsets, "x");
        Run(&InputsBody, forward, info, x, offsets, y, parameters, block, pool, "x");
        if (rented is not null) ArrayPool<int>.Shared.Return(rented);
    }

    /// <summary>Checks a batch, and shares its samples among threads.</summary>
    /// <param name="body">A thread's share.</param>
    /// <param name="forward">The pass, whose type the body knows.</param>
    /// <param name="info">The network.</param>
    /// <param name="x">The samples.</param>
    /// <param name="offsets">
    /// Where the positions of each begin, and where the last one's end; of a network with several inputs, for each that has positions.
    /// </param>
    /// <param name="y">Receives the outputs.</param>
    /// <param name="parameters">The parameters' arena.</param>
    /// <param name="block">The most samples that the pass takes.</param>
    /// <param name="pool">Arenas for activations; null where the pass needs none.</param>
    /// <param name="name">What the caller calls the samples.</param>
    static void Run(delegate*<void*, int, int, void> body, void* forward, NetworkInfo info, ReadOnlySpan<float> x, ReadOnlySpan<int> offsets, Span<float> y,
        float* parameters, int block, ActivationPool? pool, string name)
    {
        var sequence = info.Sequence!;
        var ofOutput = SequenceBatch.OfOutput(info, offsets);
        SequenceBatch.Check(y.Length, ofOutput, sequence.OutputSize, info.OutputSize, "y");
        SequenceBatch.CheckIds(info, x, offsets, name);
        Guard.NoOverlap(x, y);
        var samples = ofOutput.Length - 1;
        var positions = 0L;
        for (int last = samples; last < offsets.Length; last += samples + 1) positions += offsets[last];
        fixed (float* px = x, py = y)
        fixed (int* po = offsets, pp = ofOutput)
        {
            var batch = new Batch
            {
                Forward = forward,
                X = px,
                InputSize = sequence.InputSize,
                Y = py,
                PositionOutput = sequence.OutputSize,
                SampleOutput = sequence.OutputSize > 0 ? 0 : info.OutputSize,
                Parameters = parameters,
                Offsets = po,
                OutputOffsets = pp,
                Inputs = offsets.Length / (samples + 1),
                Samples = samples,
                Block = block,
            };
            var most = Math.Min(samples, Math.Min(NetGenOptions.Threads, Inference.MaxWorkers));
            Inference.RentAndRun(body, &batch, &batch.Arenas, (int)Math.Clamp(info.Flops * positions / info.MostPositions / FlopsPerWorker, 1, most), pool);
        }
    }

    static void Body(void* state, int worker, int workers)
    {
        var batch = (Batch*)state;
        var forward = (delegate*<float*, float*, float*, float*, int*, int, void>)batch->Forward;
        Workers.SplitSequences(batch->Offsets, batch->Samples, worker, workers, out int first, out int last);
        for (int i = first; i < last; i += batch->Block)
        {
            forward(batch->X + (nint)batch->Offsets[i] * batch->InputSize, batch->Parameters, (float*)batch->Arenas[worker], batch->OutputOf(i), batch->Offsets + i,
                Math.Min(batch->Block, last - i));
        }
    }

    static void InputsBody(void* state, int worker, int workers)
    {
        var batch = (Batch*)state;
        var forward = (delegate*<float*, float*, float*, float*, int*, int, int, int, void>)batch->Forward;
        Workers.SplitSequences(batch->Offsets, batch->Inputs, batch->Samples, worker, workers, out int first, out int last);
        for (int i = first; i < last; i += batch->Block)
        {
            forward(batch->X, batch->Parameters, (float*)batch->Arenas[worker], batch->OutputOf(i), batch->Offsets, batch->Samples, i, Math.Min(batch->Block, last - i));
        }
    }

    struct Batch
    {
        public void* Forward;
        public float* X;
        public int InputSize;
        public float* Y;
        public int PositionOutput, SampleOutput;
        public float* Parameters;
        public int* Offsets, OutputOffsets;
        public int Inputs, Samples;
        public int Block;
        public ArenaPointers Arenas;

        public readonly float* OutputOf(int sample) => Y + (nint)OutputOffsets[sample] * PositionOutput + (nint)sample * SampleOutput;
    }
}
