using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace NetGen.Data;

/// <summary>The content of an IDX file, the format of MNIST and its family: a type, a shape, and the values.</summary>
/// <remarks>
/// Plain or gzipped; the first two bytes tell. A header is checked against the length of the file before memory is set aside for what it promises.
/// </remarks>
public sealed class IdxFile
{
    readonly byte[] data;

    IdxFile(string path, IdxType type, ImmutableArray<int> shape, byte[] data) =>
        (Path, Type, Shape, this.data) = (path, type, shape, data);

    /// <summary>Where the file was read from.</summary>
    public string Path { get; }

    /// <summary>The type of the values.</summary>
    public IdxType Type { get; }

    /// <summary>The sizes of the axes, outermost first: <c>[60000, 28, 28]</c>.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>The number of values.</summary>
    public int Count => data.Length / SizeOf(Type);

    /// <summary>The values as they are in the file, big-endian where they are longer than a byte.</summary>
    public ReadOnlyMemory<byte> Data => data;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, plain or gzipped.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file isn't an IDX file, is truncated, damaged or longer than its header says. The message names the file, what was found and what was needed.
    /// </exception>
    public static IdxFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (type, shape, data) = IdxFormat.Read(path);
        return new(path, type, shape, data);
    }

    /// <summary>Reads what a file would hold from memory, such as what came by standard input.</summary>
    /// <param name="bytes">The content, plain or gzipped.</param>
    /// <param name="name">What <see cref="Path"/> and messages call it.</param>
    /// <exception cref="InvalidDataException">It isn't that of an IDX file, is truncated, damaged or longer than its header says.</exception>
    public static IdxFile Read(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var (type, shape, data) = IdxFormat.Read(new MemoryStream(bytes, writable: false), name);
        return new(name, type, shape, data);
    }

    /// <summary>Reads a file that has to hold a given type and shape.</summary>
    /// <param name="path">The file, plain or gzipped.</param>
    /// <param name="type">The type that the values need to have.</param>
    /// <param name="shape">The sizes that the axes need to have; −1 stands for any.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">As <see cref="Read(string)"/>, or another type or shape.</exception>
    public static IdxFile Read(string path, IdxType type, params ReadOnlySpan<int> shape)
    {
        var file = Read(path);
        if (file.Type != type)
            throw new InvalidDataException($"'{path}' holds values of type {file.Type}; {type} is needed.");

        var fits = file.Shape.Length == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
            fits = shape[i] is -1 || shape[i] == file.Shape[i];
        if (!fits)
            throw new InvalidDataException($"'{path}' holds the shape {IdxFormat.Text(file.Shape.AsSpan())}; {IdxFormat.Text(shape)} is needed.");
        return file;
    }

    /// <summary>The values as floats, unscaled.</summary>
    /// <param name="destination">At least <see cref="Count"/> floats.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length < Count)
            throw new ArgumentException($"{Count} values need room for as many floats; there is room for {destination.Length}.", nameof(destination));

        ReadOnlySpan<byte> bytes = data;
        for (var i = 0; i < Count; i++)
        {
            destination[i] = Type switch
            {
                IdxType.UInt8 => bytes[i],
                IdxType.Int8 => (sbyte)bytes[i],
                IdxType.Int16 => BinaryPrimitives.ReadInt16BigEndian(bytes[(2 * i)..]),
                IdxType.Int32 => BinaryPrimitives.ReadInt32BigEndian(bytes[(4 * i)..]),
                IdxType.Single => BinaryPrimitives.ReadSingleBigEndian(bytes[(4 * i)..]),
                _ => (float)BinaryPrimitives.ReadDoubleBigEndian(bytes[(8 * i)..]),
            };
        }
    }

    /// <summary>The type and the shape: <c>UInt8 [60000, 28, 28]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Type} {IdxFormat.Text(Shape.AsSpan())}");

    internal static int SizeOf(IdxType type) => type switch
    {
        IdxType.UInt8 or IdxType.Int8 => 1,
        IdxType.Int16 => 2,
        IdxType.Int32 or IdxType.Single => 4,
        _ => 8,
    };
}
