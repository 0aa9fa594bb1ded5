using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace NetGen.Build;

/// <summary>
/// Writes the C headers of the networks that an assembly exports. The generator, which can't write files, has put their text into the assembly.
/// </summary>
public sealed class WriteHeaders : Microsoft.Build.Utilities.Task
{
    const string Attribute = "NativeHeaderAttribute", Space = "NetGen.Runtime";

    /// <summary>The assembly that was compiled.</summary>
    [Required]
    public string AssemblyFile { get; set; } = "";

    /// <summary>Where the headers are written.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>The headers.</summary>
    [Output]
    public ITaskItem[] Headers { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        using var assembly = new PEReader(File.OpenRead(AssemblyFile));
        var metadata = assembly.GetMetadataReader();
        var headers = new List<ITaskItem>();
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (!IsHeader(metadata, attribute)) continue;
            var value = metadata.GetBlobReader(attribute.Value);
            // Every value of an attribute begins with the number 1 (ECMA-335, II.23.3).
            value.ReadUInt16();
            var (file, text) = (value.ReadSerializedString()!, value.ReadSerializedString()!);
            Directory.CreateDirectory(OutputFolder);
            var path = Path.Combine(OutputFolder, file);
            if (!File.Exists(path) || File.ReadAllText(path) != text) File.WriteAllText(path, text);
            headers.Add(new TaskItem(path));
        }
        Headers = [.. headers];
        return true;
    }

    static bool IsHeader(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference) return false;
        var parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind != HandleKind.TypeReference) return false;
        var type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return metadata.StringComparer.Equals(type.Name, Attribute) && metadata.StringComparer.Equals(type.Namespace, Space);
    }
}
