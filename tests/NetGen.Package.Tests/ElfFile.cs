using System.Buffers.Binary;

namespace NetGen.Package.Tests;

/// <summary>A native program of Linux, 64 bits: the segments that it is loaded in (System V ABI, "Program Header").</summary>
sealed class ElfFile
{
    const int Load = 1, Dynamic = 2, Interpreter = 3;
    const uint Writable = 2;
    const long Needed = 1;

    readonly byte[] _bytes;
    readonly Segment[] _segments;

    public ElfFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        Assert.Equal("\u007fELF\u0002\u0001"u8, _bytes.AsSpan(0, 6));
        var (table, size, count) = ((int)Long(0x20), Short(0x36), Short(0x38));
        _segments = [.. Enumerable.Range(0, count).Select(i => At(table + i * size))];
    }

    /// <summary>Whether the program needs no other file to run: neither a loader of libraries nor a library.</summary>
    public bool IsStatic => !_segments.Any(segment => segment.Type == Interpreter) && !_segments.Where(segment => segment.Type == Dynamic).Any(NeedsLibraries);

    /// <summary>Where bytes are in memory, relative to where the program is loaded, and whether it may write there.</summary>
    public (long Address, bool IsWritable) Find(ReadOnlySpan<byte> bytes)
    {
        var offset = _bytes.AsSpan().IndexOf(bytes);
        Assert.True(offset >= 0);
        var segment = _segments.Single(segment => segment.Type == Load && offset >= segment.Offset && offset < segment.Offset + segment.Bytes);
        return (segment.Address + offset - segment.Offset, (segment.Flags & Writable) != 0);
    }

    bool NeedsLibraries(Segment dynamic)
    {
        for (var entry = dynamic.Offset; entry < dynamic.Offset + dynamic.Bytes; entry += 16)
            if (Long((int)entry) == Needed) return true;
        return false;
    }

    Segment At(int header) => new((int)Long(header), (uint)(Long(header) >> 32), Long(header + 8), Long(header + 16), Long(header + 32));

    long Long(int offset) => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(offset));

    int Short(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(offset));

    readonly record struct Segment(int Type, uint Flags, long Offset, long Address, long Bytes);
}
