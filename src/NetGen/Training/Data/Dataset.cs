using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen;

/// <summary>Samples that are held in memory.</summary>
/// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> for values.</typeparam>
public sealed class Dataset<TTarget> : IDataset<TTarget> where TTarget : unmanaged
{
    readonly ReadOnlyMemory<float> _inputs;
    readonly ReadOnlyMemory<TTarget> _targets;

    /// <summary>A dataset over arrays that aren't copied.</summary>
    /// <param name="inputs"><c>[count, inputSize]</c> values.</param>
    /// <param name="targets"><c>[count, targetSize]</c> values.</param>
    /// <param name="inputSize">Values in one sample.</param>
    /// <param name="targetSize">Target values of one sample: 1 for labels.</param>
    /// <exception cref="ArgumentException">The sizes don't fit each other.</exception>
    [OverloadResolutionPriority(1)] // of two empty collections, which could be either
    public Dataset(ReadOnlyMemory<float> inputs, ReadOnlyMemory<TTarget> targets, int inputSize, int targetSize = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetSize);
        if (inputs.Length % inputSize != 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{inputs.Length} input values are not a whole number of samples of {inputSize}."), nameof(inputs));
        }
        Count = inputs.Length / inputSize;
        if (targets.Length != (long)Count * targetSize)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{Guard.Samples(Count)} with {targetSize} target {(targetSize == 1 ? "value" : "values")} each have {(long)Count * targetSize:N0}; there are {targets.Length:N0}."), nameof(targets));
        }
        (_inputs, _targets, InputSize, TargetSize) = (inputs, targets, inputSize, targetSize);
    }

    /// <summary>A dataset of ids, for networks that begin with an embedding.</summary>
    /// <param name="tokens"><c>[count, inputSize]</c> ids, which are copied.</param>
    /// <param name="targets"><c>[count, targetSize]</c> values.</param>
    /// <param name="inputSize">Ids in one sample.</param>
    /// <param name="targetSize">Target values of one sample: 1 for labels, as many as it has positions where each has one.</param>
    /// <exception cref="ArgumentException">The sizes don't fit each other.</exception>
    public Dataset(ReadOnlyMemory<int> tokens, ReadOnlyMemory<TTarget> targets, int inputSize, int targetSize = 1)
        : this(MemoryMarshal.Cast<int, float>(tokens.Span).ToArray(), targets, inputSize, targetSize)
    { }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int InputSize { get; }

    /// <inheritdoc/>
    public int TargetSize { get; }

    /// <summary>All samples, <c>[Count, InputSize]</c>: numbers, or the bits of ids.</summary>
    public ReadOnlySpan<float> Inputs => _inputs.Span;

    /// <summary>All targets, <c>[Count, TargetSize]</c>.</summary>
    public ReadOnlySpan<TTarget> Targets => _targets.Span;

    /// <summary>The samples from <paramref name="first"/> on, as a dataset over the same memory.</summary>
    /// <param name="first">The first sample.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer samples.</exception>
    public Dataset<TTarget> Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        return new(_inputs.Slice(first * InputSize, count * InputSize), _targets.Slice(first * TargetSize, count * TargetSize), InputSize, TargetSize);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The spans' sizes don't fit the number of indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of a sample.</exception>
    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target)
    {
        Guard.Places(nameof(x), x.Length, indices.Length, InputSize);
        Guard.Places(nameof(target), target.Length, indices.Length, TargetSize);
        var inputs = _inputs.Span;
        var targets = _targets.Span;
        for (int i = 0; i < indices.Length; i++)
        {
            var index = indices[i];
            if ((uint)index >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index,
                    FormattableString.Invariant($"Sample {index} (number {i} of the batch) is asked for; the dataset has {Count}."));
            }
            inputs.Slice(index * InputSize, InputSize).CopyTo(x[(i * InputSize)..]);
            targets.Slice(index * TargetSize, TargetSize).CopyTo(target[(i * TargetSize)..]);
        }
    }
}
