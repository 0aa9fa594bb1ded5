using System.Collections.Immutable;

namespace NetGen.Data.Images;

/// <summary>Images read from files, PNG or JPEG, in a folder with a folder for each class: <c>flowers/rose/1.jpg</c>.</summary>
public sealed class ImageFolder
{
    ImageFolder(string path, ImmutableArray<string> files, ImageDataset images) => (Path, Files, Images) = (path, files, images);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The file of each image, by class and within a class by name, in ordinal order.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>The images with their labels, in the order of <see cref="Files"/>. They are held in memory, a byte a value.</summary>
    public ImageDataset Images { get; }

    /// <summary>Reads all images of a folder.</summary>
    /// <remarks>
    /// An image is shown upright where its file says how it was taken (EXIF). What is transparent lies on black. Grey is 0.299 red + 0.587 green + 0.114 blue,
    /// as in ITU-R BT.601. Hidden files are left out, and so are files beside the classes' folders.
    /// </remarks>
    /// <param name="path">The folder.</param>
    /// <param name="options">Colour, size and classes; null for the defaults.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// The folder has no classes, or a folder that is none of them; a class is empty, or holds what isn't an image or is damaged; images differ in size, and no
    /// size is asked for; or all together don't fit into an array. The message names the file or folder.
    /// </exception>
    /// <exception cref="ArgumentException">An option is outside of its range.</exception>
    public static ImageFolder Load(string path, ImageFolderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        options.Validate();
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no folder '{path}'.");

        var classes = ClassesOf(path, options.Classes);
        var files = new List<string>();
        var labels = new List<int>();
        for (var label = 0; label < classes.Length; label++)
        {
            var images = FilesOf(System.IO.Path.Combine(path, classes[label]), classes[label]);
            files.AddRange(images);
            labels.AddRange(Enumerable.Repeat(label, images.Length));
        }
        var shape = ShapeOf(files[0], options);
        if ((long)files.Count * shape.Size > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"The {files.Count} images of '{path}', {shape} each, are more than an array can hold: ask for a smaller size.");
        }
        var pixels = new byte[files.Count * shape.Size];
        ReadAll(files, shape, options, pixels);
        return new(path, [.. files], new(pixels, labels.ToArray(), shape, classes, options.Normalization));
    }

    static ImmutableArray<string> ClassesOf(string path, IReadOnlyList<string>? wanted)
    {
        var folders = new DirectoryInfo(path).EnumerateDirectories("*", Visible).Select(folder => folder.Name).Order(StringComparer.Ordinal).ToImmutableArray();
        if (folders.IsEmpty)
            throw new InvalidDataException($"'{path}' holds no folder: each class needs one, with its images.");
        if (wanted is null)
            return folders;
        if (folders.FirstOrDefault(folder => !wanted.Contains(folder, StringComparer.Ordinal)) is { } unknown)
            throw new InvalidDataException($"'{System.IO.Path.Combine(path, unknown)}' is none of the classes {string.Join(", ", wanted)}.");
        if (wanted.FirstOrDefault(name => !folders.Contains(name, StringComparer.Ordinal)) is { } missing)
            throw new InvalidDataException($"The class '{missing}' is empty: there is no folder '{System.IO.Path.Combine(path, missing)}'.");
        return [.. wanted];
    }

    static string[] FilesOf(string folder, string name)
    {
        var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Visible).OrderBy(entry => entry.Name, StringComparer.Ordinal).ToArray();
        if (entries.Length == 0)
            throw new InvalidDataException($"The class '{name}' is empty: '{folder}' holds no images.");
        if (entries.FirstOrDefault(entry => entry is DirectoryInfo) is { } nested)
            throw new InvalidDataException($"'{System.IO.Path.Combine(folder, nested.Name)}' is a folder; the folder of a class holds images alone.");
        return [.. entries.Select(entry => System.IO.Path.Combine(folder, entry.Name))];
    }

    static EnumerationOptions Visible => new() { IgnoreInaccessible = false };

    static ImageShape ShapeOf(string file, ImageFolderOptions options)
    {
        var channels = options.Gray ? 1 : 3;
        if (options.Size is { } size)
            return new(channels, size.Height, size.Width);
        using var first = DecodedImage.Read(file);
        return new(channels, first.Height, first.Width);
    }

    /// <summary>Reads the files on several threads. Of what is wrong with several files, the first one's is thrown.</summary>
    static void ReadAll(List<string> files, ImageShape shape, ImageFolderOptions options, byte[] pixels)
    {
        var errors = new Exception?[files.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = NetGenOptions.Threads };
        var outcome = Parallel.For(0, files.Count, parallel, (i, loop) =>
        {
            try
            {
                Read(files[i], pixels.AsSpan(i * shape.Size, shape.Size));
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                errors[i] = e;
                loop.Break(); // all before are still read
            }
        });
        if (outcome.LowestBreakIteration is { } broken)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(errors[broken]!);

        void Read(string file, Span<byte> to)
        {
            using var image = DecodedImage.Read(file);
            if (options.Size is null && (image.Height, image.Width) != (shape.Height, shape.Width))
            {
                throw new InvalidDataException(
                    $"Images differ in size: '{files[0]}' has {shape.Height} × {shape.Width} pixels, '{file}' {image.Height} × {image.Width}. " +
                    $"{nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.Size)} brings them to one.");
            }
            image.CopyTo(to, shape, options.Resize);
        }
    }
}
