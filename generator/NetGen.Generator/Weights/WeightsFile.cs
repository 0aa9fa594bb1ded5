using System.Globalization;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Weights;

/// <summary>
/// What the build found out of one of the project's files of weights. A generator can't read such a file, so that a task of the build describes it in a text,
/// one of the compilation's additional files: a line each for the version, the path as the project has it, its state and its tensors.
/// </summary>
/// <param name="Path">Its path as the project has it, with slashes.</param>
/// <param name="Fault">What is wrong with it, as a clause; null where it is sound.</param>
/// <param name="Exists">Whether there is such a file.</param>
/// <param name="IsCheckpoint">Whether it is one of a run of training.</param>
/// <param name="Hash">What its content comes to: another content, another hash.</param>
/// <param name="Tensors">What it holds.</param>
sealed record WeightsFile(string Path, bool Exists, string? Fault, string Hash, EquatableArray<StoredTensor> Tensors, bool IsCheckpoint = false)
{
    /// <summary>How the names of descriptions end.</summary>
    const string Extension = ".netgenweights";

    const string Version = "netgen weights 2";
    const char Separator = '\t';

    /// <summary>Whether an additional file is a description.</summary>
    public static bool Describes(AdditionalText file) => file.Path.EndsWith(Extension, StringComparison.Ordinal);

    /// <summary>Reads a description; null where it isn't one that this version of NetGen wrote.</summary>
    public static WeightsFile? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 3 || lines[0] != Version) return null;
        var (path, state) = (Uri.UnescapeDataString(lines[1]), lines[2].Split(Separator));
        return state[0] switch
        {
            "missing" => new(path, false, null, "", []),
            "damaged" => new(path, true, Uri.UnescapeDataString(state[1]), "", []),
            "checkpoint" => new(path, true, null, "", [], IsCheckpoint: true),
            _ => new(path, true, null, state[1], lines.Skip(3).Where(line => line.Length > 0).Select(Tensor).ToEquatableArray()),
        };
    }

    static StoredTensor Tensor(string line)
    {
        var fields = line.Split(Separator);
        var shape = fields[1].Split([','], StringSplitOptions.RemoveEmptyEntries).Select(Number);
        return new(Uri.UnescapeDataString(fields[2]), fields[0], shape.ToEquatableArray());
    }

    static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>A tensor of a file of weights.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements, <c>F32</c>.</param>
/// <param name="Shape">The sizes of its axes.</param>
sealed record StoredTensor(string Name, string Type, EquatableArray<long> Shape)
{
    /// <summary>Whether its elements can be read as floats.</summary>
    public bool IsOfFloats => Type is "F32" or "F16" or "BF16" or "F64";
}
