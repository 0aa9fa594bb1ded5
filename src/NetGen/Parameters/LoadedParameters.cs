using System.Collections.Immutable;

namespace NetGen;

/// <summary>What <see cref="ParameterSet.LoadMatching"/> did with each tensor, by PyTorch's names.</summary>
/// <param name="Loaded">The network's tensors that have the file's values now, in the network's order.</param>
/// <param name="Missing">The network's tensors that the file doesn't have; PyTorch's <c>missing_keys</c>. They are as they were.</param>
/// <param name="Unexpected">The file's tensors that the network doesn't have; PyTorch's <c>unexpected_keys</c>.</param>
/// <param name="Misshapen">The network's tensors that have another shape in the file. They are as they were.</param>
public sealed record LoadedParameters(
    ImmutableArray<string> Loaded, ImmutableArray<string> Missing, ImmutableArray<string> Unexpected, ImmutableArray<string> Misshapen)
{
    /// <summary>All of it in one line, <c>loaded: features.0.weight, features.0.bias; missing: head.weight; unexpected: none; misshapen: none</c>.</summary>
    public override string ToString() => $"loaded: {Text(Loaded)}; missing: {Text(Missing)}; unexpected: {Text(Unexpected)}; misshapen: {Text(Misshapen)}";

    static string Text(ImmutableArray<string> names) => names.IsEmpty ? "none" : string.Join(", ", names);
}
