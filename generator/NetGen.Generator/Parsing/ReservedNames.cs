using System.Collections.Immutable;

namespace NetGen.Generator.Parsing;

/// <summary>The members that NetGen adds to a network's class. A name among them that is already taken is NG0016.</summary>
static class ReservedNames
{
    public static readonly ImmutableHashSet<string> Methods = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Create", "Load", "Save", "Predict", "Fit");

    public static readonly ImmutableHashSet<string> Others = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Info", "Parameters", "Trainer", "InputSize", "OutputSize", "ParameterCount", "Flops", "ArenaBytes",
        "__parameters", "__activations");

    /// <summary>What a network with [Weights] has besides.</summary>
    public static readonly ImmutableHashSet<string> OfWeights = ImmutableHashSet.Create(StringComparer.Ordinal, "Default", "__default");

    public static bool Contains(string name, bool hasWeights) => Contains(name) || hasWeights && (OfWeights.Contains(name) || name == "get_Default");

    static bool Contains(string name) => Methods.Contains(name) || Others.Contains(name) || IsAccessor(name);

    /// <summary>Whether a name is what the compiler calls the accessor of one of the properties.</summary>
    static bool IsAccessor(string name) =>
        (name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal)) && Others.Contains(name.Substring(4));
}
