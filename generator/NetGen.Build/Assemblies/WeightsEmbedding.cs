using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace NetGen.Assemblies;

/// <summary>
/// Writes weights into an assembly, for its fields to have as their data. A field with data is what becomes read-only data of a native program, and what the
/// runtime maps with the assembly; a compiler of C# makes one from a text or a list of numbers in the source only, which is no place for weights.
/// </summary>
static class WeightsEmbedding
{
    /// <summary>Writes the assembly with its weights.</summary>
    /// <param name="assembly">The assembly, as it was compiled.</param>
    /// <param name="output">Receives the one with weights.</param>
    /// <param name="write">Writes the weights of a network: the place of its first part, and what receives all of them, one after the other.</param>
    /// <returns>Whether there was a place for weights; nothing is written where there was none.</returns>
    public static bool Apply(byte[] assembly, Stream output, Action<WeightsPlace, Stream> write)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        var places = WeightsPlace.Of(reader);
        if (places.Count == 0) return false;

        var bytes = places.Aggregate(0, (sum, place) => checked(sum + place.Bytes));
        var changed = new PortableExecutable(assembly);
        var address = changed.AddSection(".weights"u8, bytes);
        foreach (var place in places)
        {
            Retarget(changed, reader.GetMetadataReader(), place, address);
            address += place.Bytes;
        }
        output.Write(changed.File);
        var begun = output.Position;
        foreach (var place in places.Where(place => place.Part == 0)) write(place, output);
        if (output.Position - begun != bytes) throw new InvalidDataException($"The weights have {output.Position - begun} bytes in place of {bytes}.");
        output.Write(new byte[changed.PaddingAfter(bytes)]);
        return true;
    }

    /// <summary>Gives a field its part's address and type (ECMA-335, II.22.18 and II.22.15).</summary>
    static void Retarget(PortableExecutable assembly, MetadataReader metadata, WeightsPlace place, int address)
    {
        var data = metadata.GetTableMetadataOffset(TableIndex.FieldRva) + place.Row * metadata.GetTableRowSize(TableIndex.FieldRva);
        BinaryPrimitives.WriteInt32LittleEndian(assembly.Metadata(data), address);
        Signature(place.Layout).CopyTo(Signature(place.Field));

        // The last column of a field's row.
        Span<byte> Signature(FieldDefinitionHandle field)
        {
            var size = metadata.GetHeapSize(HeapIndex.Blob) > ushort.MaxValue ? sizeof(int) : sizeof(short);
            var end = metadata.GetTableMetadataOffset(TableIndex.Field) + MetadataTokens.GetRowNumber(field) * metadata.GetTableRowSize(TableIndex.Field);
            return assembly.Metadata(end - size)[..size];
        }
    }
}
