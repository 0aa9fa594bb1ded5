namespace NetGen.Data;

/// <summary>Parts of datasets, in any order.</summary>
public static class DatasetExtensions
{
    /// <summary>Some samples of a dataset, in the order of <paramref name="indices"/>. Nothing is copied.</summary>
    /// <param name="dataset">The samples.</param>
    /// <param name="indices">Which of them; one may stand here more than once.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is none of a sample.</exception>
    public static IDataset<TTarget> Select<TTarget>(this IDataset<TTarget> dataset, ReadOnlySpan<int> indices) where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Batch.CheckIndices(indices, dataset.Count);
        return new Selection<TTarget>(dataset, indices.ToArray());
    }

    /// <summary>All samples in an order that the seed determines.</summary>
    public static IDataset<TTarget> Shuffle<TTarget>(this IDataset<TTarget> dataset, ulong seed) where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return dataset.Select(RandomOrder.Permutation(dataset.Count, seed));
    }

    /// <summary>Draws a share of the samples for validation; the others are for training.</summary>
    /// <param name="dataset">The samples.</param>
    /// <param name="validationShare">The share that goes to validation, above 0 and below 1; rounded to whole samples, at least one in each part.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two samples, or the share isn't between 0 and 1.</exception>
    public static (IDataset<TTarget> Train, IDataset<TTarget> Validation) Split<TTarget>(
        this IDataset<TTarget> dataset, double validationShare, ulong seed) where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var (train, validation) = RandomOrder.Split(dataset.Count, validationShare, seed);
        return (dataset.Select(train), dataset.Select(validation));
    }

    /// <summary>Draws a share of each class for validation, so that both parts have the classes in the same proportions.</summary>
    /// <param name="dataset">The samples, with one label each.</param>
    /// <param name="validationShare">The share that goes to validation, above 0 and below 1; rounded to whole samples in each class.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">The dataset has several labels for each sample.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two samples, the share isn't between 0 and 1, or it leaves
    /// nothing for one part.</exception>
    public static (IDataset<int> Train, IDataset<int> Validation) StratifiedSplit(this IDataset<int> dataset, double validationShare, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var (train, validation) = RandomOrder.StratifiedSplit(LabelsOf(dataset), validationShare, seed);
        return (dataset.Select(train), dataset.Select(validation));
    }

    static int[] LabelsOf(IDataset<int> dataset)
    {
        if (dataset.TargetSize != 1)
            throw new ArgumentException($"A sample needs one label to be split by it; these have {dataset.TargetSize}.", nameof(dataset));
        if (dataset is ImageDataset images)
            return images.Labels.ToArray();

        var labels = new int[dataset.Count];
        var inputs = new float[dataset.InputSize];
        for (var i = 0; i < labels.Length; i++)
            dataset.Read([i], inputs, labels.AsSpan(i, 1));
        return labels;
    }

    sealed class Selection<TTarget>(IDataset<TTarget> dataset, int[] chosen) : IDataset<TTarget>, IImages where TTarget : unmanaged
    {
        const int Chunk = 256;

        public ImageShape? Shape => IImages.ShapeOf(dataset);

        public bool ReadsAhead => dataset.ReadsAhead;

        public int Count => chosen.Length;

        public int InputSize => dataset.InputSize;

        public int TargetSize => dataset.TargetSize;

        public int LengthOf(int index) => dataset.LengthOf(chosen[index]);

        public int LengthOf(int index, int sequence) => dataset.LengthOf(chosen[index], sequence);

        public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target) => Read(0, indices, x, target);

        public void Read(int epoch, ReadOnlySpan<int> indices, Span<float> x, Span<TTarget> target)
        {
            Batch.Check(indices, x, InputSize, target, TargetSize, Count);
            Span<int> originals = stackalloc int[Math.Min(indices.Length, Chunk)];
            for (var first = 0; first < indices.Length; first += Chunk)
            {
                var count = Math.Min(Chunk, indices.Length - first);
                for (var i = 0; i < count; i++)
                    originals[i] = chosen[indices[first + i]];
                dataset.Read(
                    epoch, originals[..count], x.Slice(first * InputSize, count * InputSize), target.Slice(first * TargetSize, count * TargetSize));
            }
        }
    }
}
