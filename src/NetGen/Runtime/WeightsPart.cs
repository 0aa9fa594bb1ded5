namespace NetGen.Runtime;

/// <summary>
/// A part of the weights in a program: a header, and floats of the parameters' arena behind it. Nearly all networks have one part; the runtime knows no type of
/// 128 MiB or more, and a part is a static field in the assembly. Generator, build and library share what is said here.
/// </summary>
static class WeightsPart
{
    /// <summary>Bytes before the floats: a cache line, so that they start at one.</summary>
    public const int HeaderBytes = 64;

    /// <summary>The most floats of a part; a multiple of 16.</summary>
    public const int MostFloats = (128 << 20) / sizeof(float) - 2 * HeaderBytes / sizeof(float);

    /// <summary>
    /// What the text begins with that a part replaces. The part's number follows, and on lines of their own the class that is to write the weights, the file's
    /// escaped path, and its hash.
    /// </summary>
    public const string Text = "NetGen weights, part";

    /// <summary>The property of the text, in front of the part's number.</summary>
    public const string Name = "Part";

    /// <summary>The type within the class that a part has, in front of the part's number. A static field of its own has it.</summary>
    public const string Type = "Layout";

    /// <summary>The method of the class that writes all parts to a stream.</summary>
    public const string Write = "Write";
}
