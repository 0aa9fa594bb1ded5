namespace NetGen.Data.Images;

/// <summary>How an image is brought to a size of other proportions.</summary>
public enum ImageResize
{
    /// <summary>Width and height each by what it takes: proportions change.</summary>
    Stretch,

    /// <summary>As large as it takes to fill the size; what is too much is cut off on both sides alike.</summary>
    Crop,

    /// <summary>As large as fits; the rest is black, on both sides alike.</summary>
    Pad,
}

/// <summary>How the images of a folder are read.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>Whether images become grey, one channel, rather than red, green and blue. Default: no.</summary>
    public bool Gray { get; init; }

    /// <summary>The size that all images are brought to. Default: none, and images of different sizes are an error.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>How an image of other proportions than those of <see cref="Size"/> is brought to it. Default: stretched.</summary>
    public ImageResize Resize { get; init; }

    /// <summary>
    /// The classes, which are the folders' names; a label is a position here. Give those of the training part for validation and tests. Default: all folders,
    /// in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>What makes bytes into a network's inputs. Default: to the range from 0 to 1.</summary>
    public Normalization? Normalization { get; init; }

    internal void Validate()
    {
        if (Size is { } size)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Height, nameof(Size));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Width, nameof(Size));
        }
        if (!Enum.IsDefined(Resize))
            throw new ArgumentOutOfRangeException(nameof(Resize), Resize, "There is no such way to resize.");
        var twice = Classes?.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new ArgumentException($"The class '{twice.Key}' is given twice.", nameof(Classes));
    }
}
