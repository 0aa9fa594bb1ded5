using System.ComponentModel;

namespace NetGen.Runtime;

/// <summary>Carries the C header of an exported network to the build, which writes it as a file beside the library.</summary>
/// <param name="file">The file's name.</param>
/// <param name="text">Its content.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NativeHeaderAttribute(string file, string text) : Attribute
{
    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>Its content.</summary>
    public string Text { get; } = text;
}
