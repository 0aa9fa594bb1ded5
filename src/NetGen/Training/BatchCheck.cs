using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen;

/// <summary>What a batch must be to train on.</summary>
static class BatchCheck
{
    /// <summary>What the gradient of one of several batches is multiplied with, as the float that it counts as.</summary>
    /// <exception cref="ArgumentOutOfRangeException">That isn't finite.</exception>
    public static float Weight(double weight) =>
        float.IsFinite((float)weight) ? (float)weight : throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight of a batch must be finite.");

    /// <summary>How many samples a batch has.</summary>
    /// <param name="info">The network.</param>
    /// <param name="training">What it is trained with.</param>
    /// <param name="x">The samples.</param>
    /// <param name="target">Their targets.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label isn't one of a class, or an id none of its vocabulary.</exception>
    public static int Samples<TTarget>(NetworkInfo info, TrainingInfo training, ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target) where TTarget : unmanaged
    {
        var samples = x.Length / info.InputSize;
        if (samples == 0 || x.Length % info.InputSize != 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{info.SamplesName} has {Guard.Values(x.Length)}; a batch of {info.Name} is a positive multiple of {info.InputSize}."), info.SamplesName);
        }
        if (samples < training.LeastSamples)
        {
            throw new ArgumentException($"{info.SamplesName} has one sample, and {training.BatchNormalizedLayer} of {info.Name} normalises each value over the batch: "
                + "it needs at least two to train on.", info.SamplesName);
        }
        if (target.Length != (long)samples * training.TargetSize)
        {
            throw new ArgumentException(FormattableString.Invariant($"target has {Guard.Values(target.Length)}; ") + (samples == 1
                ? FormattableString.Invariant($"a sample needs {training.TargetSize}.")
                : FormattableString.Invariant($"{samples} samples need {(long)samples * training.TargetSize}, {training.TargetSize} each.")), nameof(target));
        }
        if (typeof(TTarget) == typeof(int) && training.Classes > 0)
        {
            var labels = MemoryMarshal.Cast<TTarget, int>(target);
            var place = FirstForeign(labels, training);
            if (place >= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(target), labels[place],
                    training.LabelFault(training.TargetSize > 1 ? place % training.TargetSize : null, place / training.TargetSize, " of the batch", labels[place]));
            }
        }
        Guard.Ids(x, info);
        return samples;
    }

    /// <summary>The same of samples that have as many positions as they like.</summary>
    /// <param name="info">The network.</param>
    /// <param name="training">What it is trained with.</param>
    /// <param name="x">The samples.</param>
    /// <param name="tables">
    /// Where the positions of each begin, and where the last one's end; of a network with several inputs, for each that has positions.
    /// </param>
    /// <param name="target">Their targets.</param>
    /// <exception cref="ArgumentException">The sizes don't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label isn't one of a class, or an id none of the vocabulary.</exception>
    public static void Sequences<TTarget>(NetworkInfo info, TrainingInfo training, ReadOnlySpan<float> x, ReadOnlySpan<int> tables, ReadOnlySpan<TTarget> target)
        where TTarget : unmanaged
    {
        var offsets = SequenceBatch.OfOutput(info, tables);
        var ofPosition = info.Sequence!.TargetSize;
        SequenceBatch.Check(target.Length, offsets, ofPosition, training.TargetSize, nameof(target));
        if (typeof(TTarget) == typeof(int) && training.Classes > 0)
        {
            var labels = MemoryMarshal.Cast<TTarget, int>(target);
            var place = FirstForeign(labels, training);
            if (place >= 0)
            {
                var sample = ofPosition > 0 ? SequenceBatch.SampleOf(offsets, place) : place;
                throw new ArgumentOutOfRangeException(nameof(target), labels[place],
                    training.LabelFault(ofPosition > 0 ? place - offsets[sample] : null, sample, " of the batch", labels[place]));
            }
        }
        SequenceBatch.CheckIds(info, x, tables, info.SamplesName);
    }

    static int FirstForeign(ReadOnlySpan<int> labels, TrainingInfo training)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)training.Classes && labels[i] != training.IgnoreIndex) return i;
        }
        return -1;
    }
}
