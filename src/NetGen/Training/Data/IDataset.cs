namespace NetGen;

/// <summary>Samples with their targets, read a batch at a time in any order.</summary>
/// <typeparam name="TTarget"><see cref="int"/> for labels, <see cref="float"/> for values.</typeparam>
public interface IDataset<TTarget> where TTarget : unmanaged
{
    /// <summary>How many samples there are.</summary>
    int Count { get; }

    /// <summary>Values in one sample.</summary>
    int InputSize { get; }

    /// <summary>Target values of one sample: 1 for labels.</summary>
    int TargetSize { get; }

    /// <summary>Reads samples. Must not change what the same indices give the next time, or training can't be repeated.</summary>
    /// <param name="indices">Which samples.</param>
    /// <param name="x">Receives <c>[indices.Length, InputSize]</c> values.</param>
    /// <param name="target">Receives <c>[indices.Length, TargetSize]</c> values.</param>
    void Read(ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target);
}
