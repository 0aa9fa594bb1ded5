using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using NetGen.Runtime;

namespace NetGen.Assemblies;

/// <summary>A place for a part of a network's weights in an assembly: a static field whose data is still a text.</summary>
/// <param name="Class">The class that writes the network's weights.</param>
/// <param name="Part">Which part it is.</param>
/// <param name="File">The file of weights, as the project has it.</param>
/// <param name="Row">The field's row in the table of fields with data, from 0.</param>
/// <param name="Field">The field.</param>
/// <param name="Layout">A field of the type that the part has.</param>
/// <param name="Bytes">How long the part is.</param>
sealed record WeightsPlace(string Class, int Part, string File, int Row, FieldDefinitionHandle Field, FieldDefinitionHandle Layout, int Bytes)
{
    static readonly byte[] Mark = Encoding.UTF8.GetBytes(WeightsPart.Text);

    /// <summary>The places of an assembly, each network's parts in order; none where they are filled.</summary>
    public static List<WeightsPlace> Of(PEReader assembly)
    {
        var metadata = assembly.GetMetadataReader();
        var places = new List<WeightsPlace>();
        var row = 0;
        // The table of fields with data has them in the order of the fields.
        foreach (var handle in metadata.FieldDefinitions)
        {
            if (metadata.GetFieldDefinition(handle).GetRelativeVirtualAddress() is not (> 0 and var address)) continue;
            if (Read(assembly.GetSectionData(address).GetReader()) is [var part, var owner, var file, ..])
                places.Add(Place(metadata, owner, int.Parse(part.AsSpan(Mark.Length), provider: null), Uri.UnescapeDataString(file), row, handle));
            row++;
        }
        return [.. places.OrderBy(place => place.Class, StringComparer.Ordinal).ThenBy(place => place.Part)];
    }

    static string[]? Read(BlobReader data)
    {
        if (data.Length < Mark.Length || !data.ReadBytes(Mark.Length).AsSpan().SequenceEqual(Mark)) return null;
        data.Offset = 0;
        var end = data.IndexOf(0);
        return data.ReadUTF8(end < 0 ? data.Length : end).Split('\n');
    }

    static WeightsPlace Place(MetadataReader metadata, string owner, int part, string file, int row, FieldDefinitionHandle field)
    {
        var dot = owner.LastIndexOf('.');
        var type = metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Single(t =>
            metadata.StringComparer.Equals(t.Name, owner[(dot + 1)..]) && metadata.StringComparer.Equals(t.Namespace, owner[..dot]));
        var layout = type.GetNestedTypes().Select(metadata.GetTypeDefinition).Single(t => metadata.StringComparer.Equals(t.Name, $"{WeightsPart.Type}{part}"));
        return new(owner, part, file, row, field, layout.GetFields().Single(), layout.GetLayout().Size);
    }
}
