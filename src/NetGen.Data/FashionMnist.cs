using System.Collections.Immutable;

namespace NetGen.Data;

/// <summary>
/// Fashion-MNIST: images of articles of clothing, 28 × 28 grey pixels, in ten classes; 60,000 for training and 10,000 for tests, or a part of them.
/// </summary>
/// <remarks>Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747.</remarks>
public sealed class FashionMnist
{
    /// <summary>The height and the width of an image in pixels.</summary>
    public const int Side = 28;

    FashionMnist(string folder, ImageDataset train, ImageDataset test) => (Folder, Train, Test) = (folder, train, test);

    /// <summary>The classes' names; a label is a position here.</summary>
    public static ImmutableArray<string> Classes { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Where the files are.</summary>
    public string Folder { get; }

    /// <summary>The images for training, scaled to the range from 0 to 1.</summary>
    public ImageDataset Train { get; }

    /// <summary>The images for tests, scaled to the range from 0 to 1.</summary>
    public ImageDataset Test { get; }

    /// <summary>Whether these are all 70,000 images.</summary>
    public bool IsComplete => Train.Count == 60_000 && Test.Count == 10_000;

    /// <summary>Reads the four files of a folder, plain or gzipped.</summary>
    /// <param name="folder">The folder; without one, where <see cref="FashionMnistFiles.Find"/> finds the files.</param>
    /// <exception cref="DirectoryNotFoundException">The folder isn't there or doesn't hold all four files, or the files are nowhere.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or isn't what it should be.</exception>
    public static FashionMnist Load(string? folder = null)
    {
        if (folder is not null)
            FashionMnistFiles.CheckFolder(folder, $"'{folder}' is given as the folder of Fashion-MNIST");
        folder ??= FashionMnistFiles.Find() ?? throw new DirectoryNotFoundException(
            $"Fashion-MNIST is neither in '{FashionMnistFiles.DebianFolder}' nor in '{FashionMnistFiles.CacheFolder}', " +
            $"and the environment variable {FashionMnistFiles.FolderVariable} names no folder.");
        return new(
            folder,
            Read(folder, FashionMnistFiles.TrainImages, FashionMnistFiles.TrainLabels),
            Read(folder, FashionMnistFiles.TestImages, FashionMnistFiles.TestLabels));
    }

    static ImageDataset Read(string folder, string images, string labels)
    {
        var path = FashionMnistFiles.Locate(folder, images);
        var dataset = ImageDataset.ReadIdx(path, FashionMnistFiles.Locate(folder, labels), Classes);
        return dataset.Height == Side && dataset.Width == Side
            ? dataset
            : throw new InvalidDataException($"'{path}' holds images of {dataset.Height} × {dataset.Width}; {Side} × {Side} are needed.");
    }
}
