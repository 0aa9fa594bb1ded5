using NetGen.Data;
using StbImageSharp;

namespace NetGen.Samples;

/// <summary>Reads images of 28 × 28 grey pixels: one of a PNG file, or all those of an IDX file, plain or gzipped.</summary>
static class ImageReader
{
    static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>What stands for standard input in place of a file.</summary>
    public const string StandardInput = "-";

    /// <param name="path">The file; <see cref="StandardInput"/> for what comes by standard input.</param>
    /// <exception cref="InvalidDataException">It isn't such a file, or the images have another size.</exception>
    public static byte[] Read(string path)
    {
        if (path != StandardInput)
            return File.Exists(path) ? Decode(File.ReadAllBytes(path), path) : throw new FileNotFoundException($"there is no file '{path}'");
        using var input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return Decode(bytes.ToArray(), "standard input");
    }

    static byte[] Decode(byte[] file, string name)
    {
        if (file.AsSpan().StartsWith(PngSignature)) return DecodePng(file, name);
        var images = IdxFile.Read(file, name);
        if (images.Type != IdxType.UInt8 || images.Shape is not [_, Classifier.Side, Classifier.Side])
            throw new InvalidDataException($"'{name}' holds {images}; images are needed: UInt8 [any, {Classifier.Side}, {Classifier.Side}].");
        return images.Data.ToArray();
    }

    static byte[] DecodePng(byte[] file, string name)
    {
        try
        {
            var image = ImageResult.FromMemory(file, ColorComponents.Grey);
            return (image.Width, image.Height) == (Classifier.Side, Classifier.Side)
                ? image.Data
                : throw new InvalidDataException($"'{name}' has {image.Width} × {image.Height} pixels; {Classifier.Side} × {Classifier.Side} are needed.");
        }
        // The decoder reports what is wrong with a file as an invalid operation, and doesn't see everything before it reads past the end.
        catch (Exception e) when (e is InvalidOperationException or IndexOutOfRangeException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"'{name}' is a damaged PNG file.", e);
        }
    }
}
