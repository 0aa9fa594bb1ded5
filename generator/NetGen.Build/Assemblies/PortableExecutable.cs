using System.Buffers.Binary;
using System.Reflection.PortableExecutable;

namespace NetGen.Assemblies;

/// <summary>
/// An assembly as the compiler wrote it, to which read-only data is added: a section after the others, as the PE format has it (Microsoft, "PE Format", and
/// ECMA-335, II.25). Where the headers have no room for one section more, what follows them moves by a block; addresses in memory stay.
/// </summary>
sealed class PortableExecutable
{
    // Offsets within the headers.
    const int SectionCount = 2, SizeOfInitializedData = 8, SizeOfImage = 56, SizeOfHeaders = 60;
    const int SectionBytes = 40, RawPointerOfSection = 20, DebugEntryBytes = 28, RawPointerOfDebugEntry = 24;

    const uint ReadOnlyData = 0x4000_0040;

    byte[] _file;
    readonly PEHeaders _headers;
    int _moved;

    public PortableExecutable(byte[] file)
    {
        _file = [.. file];
        using var reader = new PEReader(new MemoryStream(file));
        _headers = reader.PEHeaders;
    }

    /// <summary>The file, without the data of the section that was added.</summary>
    public ReadOnlySpan<byte> File => _file;

    /// <summary>Makes the headers those of a file that has a section more, and ends the file where its data is to begin.</summary>
    /// <param name="name">The section's name, of 8 characters.</param>
    /// <param name="bytes">How long its data is.</param>
    /// <returns>The data's address in memory, relative to the assembly's.</returns>
    public int AddSection(ReadOnlySpan<byte> name, int bytes)
    {
        var optional = _headers.PEHeader!;
        var table = _headers.PEHeaderStartOffset + _headers.CoffHeader.SizeOfOptionalHeader;
        var entry = table + SectionBytes * _headers.SectionHeaders.Length;
        if (entry + SectionBytes > optional.SizeOfHeaders) MoveBehindHeaders(table, optional.FileAlignment);

        var last = _headers.SectionHeaders[^1];
        var address = Align(last.VirtualAddress + Math.Max(last.VirtualSize, last.SizeOfRawData), optional.SectionAlignment);
        var (start, stored) = (Align(_file.Length, optional.FileAlignment), Align(bytes, optional.FileAlignment));
        Array.Resize(ref _file, start);

        name.CopyTo(_file.AsSpan(entry));
        int[] fields = [bytes, address, stored, start];
        for (int i = 0; i < fields.Length; i++) Write(entry + 8 + 4 * i, fields[i]);
        Write(entry + SectionBytes - 4, unchecked((int)ReadOnlyData));
        BinaryPrimitives.WriteInt16LittleEndian(_file.AsSpan(_headers.CoffHeaderStartOffset + SectionCount), (short)(_headers.SectionHeaders.Length + 1));
        Write(_headers.PEHeaderStartOffset + SizeOfInitializedData, optional.SizeOfInitializedData + stored);
        Write(_headers.PEHeaderStartOffset + SizeOfImage, Align(address + bytes, optional.SectionAlignment));
        return address;
    }

    /// <summary>The zeros that the file needs behind data of some length.</summary>
    public int PaddingAfter(int bytes) => Align(bytes, _headers.PEHeader!.FileAlignment) - bytes;

    /// <summary>A place in the metadata.</summary>
    /// <param name="offset">Its offset from the metadata's beginning.</param>
    public Span<byte> Metadata(int offset) => _file.AsSpan(_headers.MetadataStartOffset + _moved + offset);

    void MoveBehindHeaders(int table, int block)
    {
        var end = _headers.PEHeader!.SizeOfHeaders;
        if (end + block > _headers.SectionHeaders[0].VirtualAddress)
            throw new BadImageFormatException("The assembly's headers have no room for another section.");
        _file = [.. _file.AsSpan(0, end), .. new byte[block], .. _file.AsSpan(end)];
        _moved = block;
        Write(_headers.PEHeaderStartOffset + SizeOfHeaders, end + block);
        for (int i = 0; i < _headers.SectionHeaders.Length; i++) Move(table + SectionBytes * i + RawPointerOfSection);
        var debug = _headers.PEHeader.DebugTableDirectory;
        if (!_headers.TryGetDirectoryOffset(debug, out var entries)) return;
        for (int at = 0; at < debug.Size; at += DebugEntryBytes) Move(entries + _moved + at + RawPointerOfDebugEntry);
    }

    /// <summary>Corrects a place in the file that the headers tell; 0 stands for none.</summary>
    void Move(int offset)
    {
        var place = BinaryPrimitives.ReadInt32LittleEndian(_file.AsSpan(offset));
        if (place != 0) Write(offset, place + _moved);
    }

    void Write(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(_file.AsSpan(offset), value);

    static int Align(int value, int alignment) => checked(value + alignment - 1) / alignment * alignment;
}
