namespace NetGen.Data;

/// <summary>Datasets that change their samples as they are read, anew in each epoch.</summary>
/// <remarks>
/// What is random follows from the seed, the epoch and the sample alone: the number of threads, the batch size and an interruption change nothing.
/// <see cref="Training.Fit"/> tells the epoch, and reads such datasets a batch ahead on a thread of its own. Where they are read without an epoch, it is the
/// first.
/// </remarks>
public static class AugmentationExtensions
{
    /// <summary>Changes images at random, each epoch anew. It is for the training part: split first.</summary>
    /// <param name="dataset">Images, or a part of images: <see cref="ImageDataset"/> and what was made of one.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="transforms">The changes, in their order.</param>
    /// <exception cref="ArgumentException">
    /// The dataset doesn't say which shape its images have, or a transform can't be applied to images of that shape.
    /// </exception>
    public static IDataset<TTarget> Augment<TTarget>(this IDataset<TTarget> dataset, ulong seed, params ReadOnlySpan<ImageTransform> transforms)
        where TTarget : unmanaged => new AugmentedDataset<TTarget>(dataset, ShapeOf(dataset), seed, transforms);

    /// <summary>Changes images at random, each epoch anew. It is for the training part: split first.</summary>
    /// <param name="dataset">Any samples that are images.</param>
    /// <param name="shape">The images' shape.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="transforms">The changes, in their order.</param>
    /// <exception cref="ArgumentException">The samples have another size, or a transform can't be applied to images of that shape.</exception>
    public static IDataset<TTarget> Augment<TTarget>(
        this IDataset<TTarget> dataset, ImageShape shape, ulong seed, params ReadOnlySpan<ImageTransform> transforms)
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new AugmentedDataset<TTarget>(dataset, shape, seed, transforms);
    }

    /// <summary>Changes images always in the same way, such as by a normalisation or a crop of the centre: for validation and tests.</summary>
    /// <param name="dataset">Images, or a part of images: <see cref="ImageDataset"/> and what was made of one.</param>
    /// <param name="transforms">The changes, in their order.</param>
    /// <exception cref="ArgumentException">
    /// A transform is random, or the dataset doesn't say which shape its images have, or a transform can't be applied to images of that shape.
    /// </exception>
    public static IDataset<TTarget> Transform<TTarget>(this IDataset<TTarget> dataset, params ReadOnlySpan<ImageTransform> transforms) where TTarget : unmanaged =>
        Transform(dataset, ShapeOf(dataset), transforms);

    /// <summary>Changes images always in the same way, such as by a normalisation or a crop of the centre: for validation and tests.</summary>
    /// <param name="dataset">Any samples that are images.</param>
    /// <param name="shape">The images' shape.</param>
    /// <param name="transforms">The changes, in their order.</param>
    /// <exception cref="ArgumentException">
    /// A transform is random, or the samples have another size, or a transform can't be applied to images of that shape.
    /// </exception>
    public static IDataset<TTarget> Transform<TTarget>(this IDataset<TTarget> dataset, ImageShape shape, params ReadOnlySpan<ImageTransform> transforms)
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dataset);
        foreach (var transform in transforms)
        {
            if (transform is { IsRandom: true })
            {
                throw new ArgumentException(
                    $"{transform.GetType().Name} is random: it is for training, where {nameof(Augment)} gives it a seed.", nameof(transforms));
            }
        }
        return new AugmentedDataset<TTarget>(dataset, shape, seed: 0, transforms);
    }

    /// <summary>Labels as probabilities: 1 for the label's class and 0 for the others, for networks whose loss compares distributions.</summary>
    /// <param name="dataset">Samples with one label each.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">The samples have several labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no class. A label that is none of the classes is named when it is read.</exception>
    public static IDataset<float> OneHot(this IDataset<int> dataset, int classes)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new OneHotDataset(dataset, classes);
    }

    /// <summary>
    /// Mixes each sample with another one, drawn from all: λ x + (1 − λ) x′ with the target λ t + (1 − λ) t′, where λ is of the distribution Beta(α, α), drawn
    /// for each sample. Labels are made into probabilities first: <see cref="OneHot"/>.
    /// </summary>
    /// <remarks>Zhang, Cissé, Dauphin, Lopez-Paz, "mixup: beyond empirical risk minimization", ICLR 2018, arXiv:1710.09412.</remarks>
    /// <param name="dataset">The samples.</param>
    /// <param name="alpha">α, more than 0: the smaller, the less most samples are changed. The paper's are 0.1 to 0.4 for ImageNet and 1 for CIFAR.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> isn't finite and positive.</exception>
    public static IDataset<float> Mixup(this IDataset<float> dataset, double alpha, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new MixupDataset(dataset, alpha, seed);
    }

    internal static ImageShape ShapeOf<TTarget>(IDataset<TTarget> dataset) where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return IImages.ShapeOf(dataset) ?? throw new ArgumentException(
            $"{dataset.GetType().Name.Split('`')[0]} doesn't say which shape its {dataset.InputSize} values have: " +
            $"give it, as new {nameof(ImageShape)}(channels, height, width).",
            nameof(dataset));
    }
}
