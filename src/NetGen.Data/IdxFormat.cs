using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;

namespace NetGen.Data;

/// <summary>Reads the bytes of an IDX file, believing nothing before it is checked.</summary>
static class IdxFormat
{
    /// <summary>A deflate stream can't expand by more than this: 258 bytes from two codes of one bit (zlib, "Technical Details").</summary>
    const long LargestExpansion = 1032;

    /// <summary>Memory is set aside in steps of at most this, so that a header that lies costs no more than the data that really came.</summary>
    const int FirstBuffer = 16 << 20;

    public static (IdxType Type, ImmutableArray<int> Shape, byte[] Data) Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        return Read(file, path);
    }

    /// <param name="file">A stream that can be read from its beginning.</param>
    /// <param name="path">What messages call it.</param>
    public static (IdxType Type, ImmutableArray<int> Shape, byte[] Data) Read(Stream file, string path)
    {
        Span<byte> magic = stackalloc byte[2];
        var gzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
        file.Position = 0;
        try
        {
            if (!gzip)
                return Read(file, path, file.Length, compressed: false);
            using var inflated = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            return Read(inflated, path, file.Length, compressed: true);
        }
        catch (InvalidDataException e) when (gzip && !e.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{path}' is a damaged gzip file: it can't be decompressed, or its checksum is wrong.", e);
        }
    }

    public static string Text(ReadOnlySpan<int> shape)
    {
        var sizes = new string[shape.Length];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = shape[i] == -1 ? "any" : shape[i].ToString(CultureInfo.InvariantCulture);
        return $"[{string.Join(", ", sizes)}]";
    }

    static (IdxType, ImmutableArray<int>, byte[]) Read(Stream stream, string path, long fileLength, bool compressed)
    {
        Span<byte> header = stackalloc byte[4 + (4 * byte.MaxValue)];
        if (stream.ReadAtLeast(header[..4], 4, throwOnEndOfStream: false) < 4)
            throw new InvalidDataException($"'{path}' is too short for an IDX file: there aren't even the four bytes of its magic number.");
        if (header[0] != 0 || header[1] != 0)
            throw new InvalidDataException($"'{path}' isn't an IDX file: it begins with 0x{header[0]:X2}{header[1]:X2} where 0x0000 is needed.");

        var type = (IdxType)header[2];
        if (!Enum.IsDefined(type))
            throw new InvalidDataException($"'{path}' isn't an IDX file: 0x{header[2]:X2} is none of the types 0x08, 0x09, 0x0B, 0x0C, 0x0D and 0x0E.");
        int rank = header[3];
        if (rank == 0)
            throw new InvalidDataException($"'{path}' says that it has no dimensions; an IDX file has at least one.");

        var sizes = header.Slice(4, 4 * rank);
        var found = stream.ReadAtLeast(sizes, sizes.Length, throwOnEndOfStream: false);
        if (found < sizes.Length)
            throw new InvalidDataException($"'{path}' is truncated: the sizes of {rank} dimensions take {sizes.Length} bytes, of which {found} are there.");

        var shape = new int[rank];
        UInt128 bytes = (UInt128)IdxFile.SizeOf(type);
        for (var i = 0; i < rank; i++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(sizes[(4 * i)..]);
            if (size > int.MaxValue)
                throw new InvalidDataException($"'{path}' says that dimension {i} has the size {size}; at most {int.MaxValue} can be read.");
            shape[i] = (int)size;
            // One limit after each factor: 255 of them would overflow any integer.
            bytes *= size;
            if (bytes > (UInt128)Array.MaxLength && !shape.AsSpan(0, i + 1).Contains(0))
                throw new InvalidDataException(
                    $"'{path}' says that it holds {Text(shape.AsSpan(0, i + 1))} values or more, past the {Array.MaxLength} bytes that can be read.");
        }

        var needed = (int)bytes;
        var headerLength = 4 + sizes.Length;
        if (!compressed && fileLength - headerLength < needed)
            throw Truncated(path, type, shape, needed, fileLength - headerLength);
        if (compressed && needed > fileLength * LargestExpansion)
        {
            throw new InvalidDataException(
                $"'{path}' says that it holds {Text(shape)} values of type {type}, {needed} bytes; its {fileLength} compressed bytes can't expand to that.");
        }

        var data = ReadData(stream, path, type, shape, needed);
        Span<byte> beyond = stackalloc byte[1];
        if (stream.Read(beyond) != 0)
        {
            throw new InvalidDataException(
                $"'{path}' goes on after its last value: {Text(shape)} values of type {type} take {needed} bytes after a header of {headerLength}.");
        }
        return (type, ImmutableArray.Create(shape), data);
    }

    static byte[] ReadData(Stream stream, string path, IdxType type, int[] shape, int needed)
    {
        var data = new byte[Math.Min(needed, FirstBuffer)];
        var read = 0;
        while (true)
        {
            read += stream.ReadAtLeast(data.AsSpan(read), data.Length - read, throwOnEndOfStream: false);
            if (read < data.Length)
                throw Truncated(path, type, shape, needed, read);
            if (read == needed)
                return data;
            Array.Resize(ref data, (int)Math.Min(needed, 2L * data.Length));
        }
    }

    static InvalidDataException Truncated(string path, IdxType type, int[] shape, int needed, long found) =>
        new($"'{path}' is truncated: {Text(shape)} values of type {type} take {needed} bytes, of which {Math.Max(found, 0)} are there.");
}
