using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen;

/// <summary>What a batch must be to train on.</summary>
static class BatchCheck
{
    /// <summary>How many samples a batch has.</summary>
    /// <param name="info">The network.</param>
    /// <param name="training">What it is trained with.</param>
    /// <param name="x">The samples.</param>
    /// <param name="target">Their targets.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label isn't one of a class.</exception>
    public static int Samples<TTarget>(NetworkInfo info, TrainingInfo training, ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target) where TTarget : unmanaged
    {
        var samples = x.Length / info.InputSize;
        if (samples == 0 || x.Length % info.InputSize != 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"x has {x.Length} values; a batch of {info.Name} is a positive multiple of {info.InputSize}."), nameof(x));
        }
        if (samples < training.LeastSamples)
        {
            throw new ArgumentException($"x has one sample, and {training.BatchNormalizedLayer} of {info.Name} normalises each value over the batch: "
                + "it needs at least two to train on.", nameof(x));
        }
        if (target.Length != (long)samples * training.TargetSize)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"target has {target.Length} values; {samples} samples need {(long)samples * training.TargetSize}, {training.TargetSize} each."), nameof(target));
        }
        if (typeof(TTarget) == typeof(int) && training.Classes > 0)
            CheckLabels(MemoryMarshal.Cast<TTarget, int>(target), training, nameof(target));
        if (info.Vocabulary > 0) Guard.Tokens(MemoryMarshal.Cast<float, int>(x), info.InputSize, info.Vocabulary);
        return samples;
    }

    static void CheckLabels(ReadOnlySpan<int> labels, TrainingInfo training, string name)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)training.Classes && labels[i] != training.IgnoreIndex)
                throw new ArgumentOutOfRangeException(name, labels[i], training.LabelFault(i, i / training.TargetSize, " of the batch", labels[i]));
        }
    }
}
