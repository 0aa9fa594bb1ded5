using System.Buffers;
using System.Runtime.InteropServices;

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
        Run(forward, info, x, offsets, y, parameters, block, pool, name);
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
        Run(forward, info, x, offsets, y, parameters, block, pool, name);
        if (rented is not null) ArrayPool<int>.Shared.Return(rented);
    }

    static void Run(delegate*<float*, float*, float*, float*, int*, int, void> forward, NetworkInfo info, ReadOnlySpan<float> x, ReadOnlySpan<int> offsets, Span<float> y,
        float* parameters, int block, ActivationPool? pool, string name)
    {
        var sequence = info.Sequence!;
        SequenceBatch.Check(y.Length, offsets, sequence.OutputSize, info.OutputSize, "y");
        if (info.Vocabulary > 0) SequenceBatch.CheckTokens(MemoryMarshal.Cast<float, int>(x), offsets, info.Vocabulary, name);
        Guard.NoOverlap(x, y);
        var samples = offsets.Length - 1;
        fixed (float* px = x, py = y)
        fixed (int* po = offsets)
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
                Samples = samples,
                Block = block,
            };
            var most = Math.Min(samples, Math.Min(NetGenOptions.Threads, Inference.MaxWorkers));
            Inference.RentAndRun(&Body, &batch, &batch.Arenas, (int)Math.Clamp(info.Flops * offsets[^1] / sequence.Max / FlopsPerWorker, 1, most), pool);
        }
    }

    static void Body(void* state, int worker, int workers)
    {
        var batch = (Batch*)state;
        Workers.SplitSequences(batch->Offsets, batch->Samples, worker, workers, out int first, out int last);
        for (int i = first; i < last; i += batch->Block)
        {
            nint position = batch->Offsets[i];
            batch->Forward(batch->X + position * batch->InputSize, batch->Parameters, (float*)batch->Arenas[worker],
                batch->Y + position * batch->PositionOutput + (nint)i * batch->SampleOutput, batch->Offsets + i, Math.Min(batch->Block, last - i));
        }
    }

    struct Batch
    {
        public delegate*<float*, float*, float*, float*, int*, int, void> Forward;
        public float* X;
        public int InputSize;
        public float* Y;
        public int PositionOutput, SampleOutput;
        public float* Parameters;
        public int* Offsets;
        public int Samples;
        public int Block;
        public ArenaPointers Arenas;
    }
}
