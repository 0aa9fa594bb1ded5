using System.Numerics;
using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen.Optimization;

/// <summary>Looks for what no network can learn from: labels that are none of a class, and, where asked to, values that aren't finite and targets that aren't
/// the probabilities that a loss needs.</summary>
/// <param name="info">The network.</param>
/// <param name="training">Its targets.</param>
/// <param name="dataset">The name of the parameter that the dataset was given for.</param>
/// <param name="values">Whether values are looked at too.</param>
sealed class SampleCheck(NetworkInfo info, TrainingInfo training, string dataset, bool values)
{
    const int Infinity = 0x7F800000, Magnitude = 0x7FFFFFFF;

    /// <summary>Rounding may bring a probability this far above 1.</summary>
    const float MostProbable = 1 + 1e-5f;

    /// <summary>Checks a batch.</summary>
    /// <param name="indices">The samples' places in the dataset.</param>
    /// <param name="x">Their values.</param>
    /// <param name="target">Their targets.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label isn't one of a class, an id none of its vocabulary, or a target no probability.</exception>
    /// <exception cref="ArgumentException">A value isn't finite.</exception>
    public void Batch<TTarget>(ReadOnlySpan<int> indices, ReadOnlySpan<float> x, ReadOnlySpan<TTarget> target) where TTarget : unmanaged
    {
        if (typeof(TTarget) == typeof(int) && training.Classes > 0)
            CheckLabels(indices, MemoryMarshal.Cast<TTarget, int>(target));
        var bits = MemoryMarshal.Cast<float, int>(x);
        var place = Guard.FirstForeign(bits, info);
        if (place >= 0)
            Guard.ThrowId(bits[place], place % info.InputSize, indices[place / info.InputSize], info, dataset);
        if (!values)
            return;
        // The bits of ids, which are that small, are those of finite numbers.
        if ((info.Vocabulary == 0 || !info.Ids.IsEmpty) && !AllFinite(x))
            ThrowValue(indices, x, info.InputSize, "Value", info.InputShape.AsSpan());
        if (typeof(TTarget) != typeof(float))
            return;
        var targets = MemoryMarshal.Cast<TTarget, float>(target);
        if (!AllFinite(targets))
            ThrowValue(indices, targets, training.TargetSize, "Target value", []);
        if (training.Loss is Loss.BCEWithLogits or Loss.KLDivergence && !AllProbable(targets))
            ThrowImprobable(indices, targets);
    }

    /// <summary>Checks how many positions a sample has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has none, or more than the most.</exception>
    /// <param name="index">The sample's place in the dataset.</param>
    /// <param name="length">How many it has.</param>
    /// <param name="most">The most.</param>
    /// <param name="input">The name of the input, where there are several; else null.</param>
    public void Length(int index, int length, int most, string? input)
    {
        if (length >= 1 && length <= most)
            return;
        var of = input is null ? "" : $" of {input}";
        throw new ArgumentOutOfRangeException(dataset, length, FormattableString.Invariant($"Sample {index} has {length} positions{of}; {info.Name} takes from 1 to {most}."));
    }

    /// <summary>Whether all values are numbers. An exponent of ones alone is infinity, and with any other bits NaN.</summary>
    internal static bool AllFinite(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var vectors = MemoryMarshal.Cast<int, Vector<int>>(bits);
        Vector<int> magnitude = new(Magnitude), largest = default, other = default;
        var i = 0;
        for (; i + 1 < vectors.Length; i += 2)
        {
            largest = Vector.Max(largest, vectors[i] & magnitude);
            other = Vector.Max(other, vectors[i + 1] & magnitude);
        }
        largest = Vector.Max(largest, other);
        if (Vector.GreaterThanOrEqualAny(largest, new Vector<int>(Infinity)))
            return false;
        foreach (var value in bits[(i * Vector<int>.Count)..])
        {
            if ((value & Magnitude) >= Infinity)
                return false;
        }
        return true;
    }

    /// <summary>Whether all values, which are finite, are from 0 to 1.</summary>
    internal static bool AllProbable(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> least = default, most = default;
        foreach (var vector in vectors)
        {
            least = Vector.Min(least, vector);
            most = Vector.Max(most, vector);
        }
        if (Vector.LessThanAny(least, Vector<float>.Zero) || Vector.GreaterThanAny(most, new Vector<float>(MostProbable)))
            return false;
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            if (value is < 0 or > MostProbable)
                return false;
        }
        return true;
    }

    void CheckLabels(ReadOnlySpan<int> indices, ReadOnlySpan<int> labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)training.Classes && labels[i] != training.IgnoreIndex)
            {
                throw new ArgumentOutOfRangeException(dataset, labels[i],
                    training.LabelFault(training.TargetSize > 1 ? i % training.TargetSize : null, indices[i / training.TargetSize], "", labels[i]));
            }
        }
    }

    void ThrowValue(ReadOnlySpan<int> indices, ReadOnlySpan<float> batch, int size, string what, ReadOnlySpan<int> shape)
    {
        var found = 0;
        while (float.IsFinite(batch[found]))
            found++;
        var (sample, place) = (indices[found / size], found % size);
        var position = shape.Length > 1 ? $", at {Position(place, shape)}," : "";
        throw new ArgumentException(FormattableString.Invariant(
            $"{what} {place} of sample {sample}{position} is {batch[found]}; {info.Name} needs finite ones. ") +
            $"Without this check ({nameof(FitOptions.CheckData)}) it would spoil the parameters.", dataset);
    }

    void ThrowImprobable(ReadOnlySpan<int> indices, ReadOnlySpan<float> targets)
    {
        var found = 0;
        while (targets[found] is >= 0 and <= MostProbable)
            found++;
        var size = training.TargetSize;
        throw new ArgumentOutOfRangeException(dataset, targets[found], FormattableString.Invariant(
            $"Target value {found % size} of sample {indices[found / size]} is {targets[found]}; {training.Loss} needs probabilities, from 0 to 1. ") +
            $"{nameof(FitOptions.CheckData)} = false lets others pass.");
    }

    /// <summary>A place in a sample as an index for each axis: <c>[0, 10, 21]</c>.</summary>
    static string Position(int place, ReadOnlySpan<int> shape)
    {
        var indices = new int[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            indices[axis] = place % shape[axis];
            place /= shape[axis];
        }
        return $"[{string.Join(", ", indices)}]";
    }
}
