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

    /// <summary>
    /// Reads samples as they are in an epoch: <see cref="Training.Fit"/> asks for batches this way. A dataset that changes its samples at random implements it,
    /// and lets what is random follow from the epoch and the sample alone, so that a resumed run sees what an uninterrupted one would. By default all
    /// epochs are alike.
    /// </summary>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <param name="indices">Which samples.</param>
    /// <param name="x">Receives <c>[indices.Length, InputSize]</c> values.</param>
    /// <param name="target">Receives <c>[indices.Length, TargetSize]</c> values.</param>
    void Read(int epoch, ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target) => Read(indices, x, target);

    /// <summary>
    /// How many positions a sample has, for networks whose samples have as many as they like: its values, and its targets where each position has some, are the
    /// first ones of those that are read. −1, as by default, for as many as there can be.
    /// </summary>
    /// <param name="index">Which sample.</param>
    int LengthOf(int index) => -1;

    /// <summary>
    /// How many positions a sample has of one of several inputs with lengths of their own, see <see cref="NetworkInfo.Inputs"/>: the values of each input are
    /// the first ones of its places. −1 for as many as there can be. By default that of <see cref="LengthOf(int)"/> for all.
    /// </summary>
    /// <param name="index">Which sample.</param>
    /// <param name="sequence">Which of the inputs with lengths of their own, from 0.</param>
    int LengthOf(int index, int sequence) => LengthOf(index);

    /// <summary>
    /// Whether a read is so much work that <see cref="Training.Fit"/> should read a batch ahead on a thread of its own while a step computes. It reads one
    /// batch at a time, and none during validation. By default not: copying from memory is faster than handing over.
    /// </summary>
    bool ReadsAhead => false;
}
