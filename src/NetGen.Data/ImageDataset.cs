using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetGen.Data;

/// <summary>Images with labels. They are kept as bytes, a quarter of the memory of floats, and become floats as they are read.</summary>
public sealed class ImageDataset : IDataset<int>
{
    readonly ReadOnlyMemory<byte> pixels;
    readonly ReadOnlyMemory<int> labels;

    /// <summary>Images over memory that isn't copied.</summary>
    /// <param name="pixels">[images, height, width] brightnesses from 0 to 255.</param>
    /// <param name="labels">The class of each image, a position in <paramref name="classes"/>.</param>
    /// <param name="height">The height of each image in pixels.</param>
    /// <param name="width">The width of each image in pixels.</param>
    /// <param name="classes">The classes' names.</param>
    /// <param name="normalization">What makes bytes into a network's inputs; <see cref="Normalization.Bytes"/> by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size isn't positive, or a label is none of the classes.</exception>
    /// <exception cref="ArgumentException">The sizes don't fit each other.</exception>
    public ImageDataset(
        ReadOnlyMemory<byte> pixels, ReadOnlyMemory<int> labels, int height, int width, ImmutableArray<string> classes, Normalization? normalization = null)
        : this(pixels, labels, new ImageShape(1, height, width), classes, normalization)
    {
    }

    /// <summary>Images over memory that isn't copied.</summary>
    /// <param name="pixels">[images, channels, height, width] brightnesses from 0 to 255.</param>
    /// <param name="labels">The class of each image, a position in <paramref name="classes"/>.</param>
    /// <param name="shape">The shape of each image.</param>
    /// <param name="classes">The classes' names.</param>
    /// <param name="normalization">What makes bytes into a network's inputs; <see cref="Normalization.Bytes"/> by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label is none of the classes.</exception>
    /// <exception cref="ArgumentException">The sizes don't fit each other.</exception>
    public ImageDataset(
        ReadOnlyMemory<byte> pixels, ReadOnlyMemory<int> labels, ImageShape shape, ImmutableArray<string> classes, Normalization? normalization = null)
    {
        if (shape.Size == 0)
            throw new ArgumentException("The shape has no values.", nameof(shape));
        if (pixels.Length != (long)labels.Length * shape.Size)
        {
            throw new ArgumentException(
                $"{labels.Length} labels need as many images of {shape}, {(long)labels.Length * shape.Size} bytes; there are {pixels.Length}.",
                nameof(pixels));
        }
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels.Span[i] >= (uint)classes.Length)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels.Span[i],
                    $"Image {i} has the label {labels.Span[i]}; the {classes.Length} classes have the labels from 0 to {classes.Length - 1}.");
            }
        }
        Normalization = normalization ?? Normalization.Bytes;
        Normalization.CheckFits(shape.Size, nameof(normalization));
        (this.pixels, this.labels, Shape, Classes) = (pixels, labels, shape, classes);
    }

    /// <summary>The number of images.</summary>
    public int Count => labels.Length;

    /// <summary>The number of values of an image.</summary>
    public int InputSize => Shape.Size;

    /// <summary>1: a label.</summary>
    public int TargetSize => 1;

    /// <summary>The shape of each image.</summary>
    public ImageShape Shape { get; }

    /// <summary>The height of each image in pixels.</summary>
    public int Height => Shape.Height;

    /// <summary>The width of each image in pixels.</summary>
    public int Width => Shape.Width;

    /// <summary>The classes' names.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>What makes bytes into a network's inputs.</summary>
    public Normalization Normalization { get; }

    /// <summary>All images' bytes, [images, channels, height, width].</summary>
    public ReadOnlyMemory<byte> Pixels => pixels;

    /// <summary>All images' labels.</summary>
    public ReadOnlySpan<int> Labels => labels.Span;

    /// <summary>The bytes of one image, channel by channel and row by row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlyMemory<byte> Image(int index)
    {
        if ((uint)index >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} images, counted from 0.");
        return pixels.Slice(index * InputSize, InputSize);
    }

    /// <summary>The same images under another normalisation.</summary>
    public ImageDataset With(Normalization normalization)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        return new(pixels, labels, Shape, Classes, normalization);
    }

    /// <summary>Reads the images of an IDX file and their labels from another.</summary>
    /// <param name="imagesPath">The images: bytes, [images, height, width].</param>
    /// <param name="labelsPath">The labels: bytes, [images].</param>
    /// <param name="classes">The classes' names.</param>
    /// <param name="normalization">What makes bytes into a network's inputs; <see cref="Normalization.Bytes"/> by default.</param>
    /// <exception cref="FileNotFoundException">A file isn't there.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged or of another type or shape, the numbers of images and labels differ, or a label is none of the classes.
    /// </exception>
    public static ImageDataset ReadIdx(string imagesPath, string labelsPath, ImmutableArray<string> classes, Normalization? normalization = null)
    {
        var images = IdxFile.Read(imagesPath, IdxType.UInt8, -1, -1, -1);
        if (images.Count == 0)
            throw new InvalidDataException($"'{imagesPath}' holds the shape {IdxFormat.Text(images.Shape.AsSpan())}: no pixel at all.");

        var file = IdxFile.Read(labelsPath, IdxType.UInt8, -1);
        if (file.Shape[0] != images.Shape[0])
            throw new InvalidDataException($"'{labelsPath}' holds {file.Shape[0]} labels; the {images.Shape[0]} images of '{imagesPath}' need as many.");

        var labels = new int[file.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = file.Data.Span[i];
            if (labels[i] >= classes.Length)
                throw new InvalidDataException(
                    $"'{labelsPath}': label {i} is {labels[i]}; the {classes.Length} classes have the labels from 0 to {classes.Length - 1}.");
        }
        return new(images.Data, labels, images.Shape[1], images.Shape[2], classes, normalization);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A span's length doesn't fit the number of indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is none of an image.</exception>
    public void Read(ReadOnlySpan<int> indices, Span<float> x, Span<int> target)
    {
        Batch.Check(indices, x, InputSize, target, targetSize: 1, Count);
        for (var i = 0; i < indices.Length; i++)
        {
            Convert(pixels.Span.Slice(indices[i] * InputSize, InputSize), x.Slice(i * InputSize, InputSize));
            target[i] = labels.Span[indices[i]];
        }
    }

    void Convert(ReadOnlySpan<byte> from, Span<float> to)
    {
        var done = 0;
        if (Normalization.Shift.Length == 1)
        {
            var shift = Vector128.Create(Normalization.Shift[0]);
            var scale = Vector128.Create(Normalization.Scale[0]);
            ref var source = ref MemoryMarshal.GetReference(from);
            ref var destination = ref MemoryMarshal.GetReference(to);
            for (; done <= from.Length - 16; done += 16)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref source, (nuint)done));
                var (a, b) = Vector128.Widen(low);
                var (c, d) = Vector128.Widen(high);
                ((Vector128.ConvertToSingle(a.AsInt32()) - shift) * scale).StoreUnsafe(ref destination, (nuint)done);
                ((Vector128.ConvertToSingle(b.AsInt32()) - shift) * scale).StoreUnsafe(ref destination, (nuint)(done + 4));
                ((Vector128.ConvertToSingle(c.AsInt32()) - shift) * scale).StoreUnsafe(ref destination, (nuint)(done + 8));
                ((Vector128.ConvertToSingle(d.AsInt32()) - shift) * scale).StoreUnsafe(ref destination, (nuint)(done + 12));
            }
        }
        for (; done < from.Length; done++)
            to[done] = (from[done] - Normalization.Shift[done % Normalization.Shift.Length]) * Normalization.Scale[done % Normalization.Scale.Length];
    }
}
