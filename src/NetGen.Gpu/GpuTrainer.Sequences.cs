using NetGen.Runtime;

namespace NetGen.Gpu;

/// <content>Batches of samples that have as many positions as they like.</content>
public sealed partial class GpuTrainer<TNetwork, TTarget>
{
    /// <summary>Forward pass, backward pass and update.</summary>
    internal void StepSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
    {
        using var turn = _thread.Take();
        _batches = 0;
        AccumulateAlone(x, GpuNetwork<TNetwork, TTarget>.OffsetsOf(x.Length, lengths), target, 1);
        UpdateAlone();
    }

    /// <summary>Forward and backward pass; the gradients of before are replaced.</summary>
    internal void BackwardSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target)
    {
        using var turn = _thread.Take();
        _batches = 0;
        AccumulateAlone(x, GpuNetwork<TNetwork, TTarget>.OffsetsOf(x.Length, lengths), target, 1);
    }

    /// <summary>Forward and backward pass of one of several batches that make one update.</summary>
    internal void AccumulateSequences(ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> target, double weight)
    {
        var factor = BatchCheck.Weight(weight);
        using var turn = _thread.Take();
        AccumulateAlone(x, GpuNetwork<TNetwork, TTarget>.OffsetsOf(x.Length, lengths), target, factor);
    }

    void AccumulateAlone(ReadOnlySpan<float> x, int[] offsets, ReadOnlySpan<TTarget> target, float weight)
    {
        var info = TNetwork.Info;
        BatchCheck.Sequences(info, _training, x, offsets, target);
        var ofOutput = SequenceBatch.OfOutput(info, offsets);
        var samples = ofOutput.Length - 1;
        Run(x, offsets, samples, info.Sequence!.TargetSize > 0 ? ofOutput[^1] : samples, target, weight);
    }
}
