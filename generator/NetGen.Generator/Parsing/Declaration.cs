using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>A network's declaration as it was read: what it says, what is wrong with it, and where everything stands.</summary>
/// <param name="Name">Where the class's name stands.</param>
/// <param name="Model">What was declared, in plain values; null where the C# compiler or <paramref name="Errors"/> leave nothing to check.</param>
/// <param name="Elements">Where the model's elements stand, one each.</param>
/// <param name="Errors">What parsing found.</param>
/// <param name="Blocks">Where the elements of the model's blocks stand; null where that is another assembly.</param>
/// <param name="Weights">Where [Weights] stands; null where the network has none.</param>
/// <param name="Warnings">What parsing found that keeps nothing from being compiled.</param>
sealed class Declaration(
    Location name, NetworkModel? model, ImmutableArray<Location> elements, ImmutableArray<LocatedError> errors,
    ImmutableArray<ImmutableArray<Location>?> blocks, Location? weights = null, ImmutableArray<LocatedError> warnings = default)
{
    public Location Name { get; } = name;

    /// <summary>What can be checked further, although it may have errors of another kind.</summary>
    public NetworkModel? Checkable { get; } = model;

    /// <summary>What can be compiled.</summary>
    public NetworkModel? Model => Errors.IsEmpty ? Checkable : null;

    public ImmutableArray<LocatedError> Errors { get; } = errors;

    public ImmutableArray<LocatedError> Warnings { get; } = warnings.IsDefault ? [] : warnings;

    /// <summary>Where an error of the model stands: in the innermost block that has a source, or else where that is used.</summary>
    public Location LocationOf(NetworkError error)
    {
        foreach (var place in error.Within)
            if (blocks[place.Block] is { } locations)
                return locations[place.Element];
        if (error.Element == NetworkError.AtWeights) return weights ?? Name;
        return error.Element >= 0 && error.Element < elements.Length ? elements[error.Element] : Name;
    }
}

/// <summary>An error and its place.</summary>
sealed record LocatedError(NetworkError Error, Location Location);
