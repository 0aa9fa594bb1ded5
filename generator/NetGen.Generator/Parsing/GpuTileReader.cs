using Microsoft.CodeAnalysis;
using NetGen.Generator.Lowering.Gpu;

namespace NetGen.Generator.Parsing;

/// <summary>Reads the tile that a network declares for its products on GPUs.</summary>
static class GpuTileReader
{
    /// <summary>The numbers of [Network(GpuTile = …)]; empty where there are none.</summary>
    public static EquatableArray<int> Read(AttributeData network) =>
        network.NamedArguments.FirstOrDefault(argument => argument.Key == nameof(NetworkAttribute.GpuTile)).Value is { Kind: TypedConstantKind.Array, IsNull: false } tile
            ? tile.Values.Select(number => number.Value as int? ?? 0).ToEquatableArray()
            : default;

    /// <summary>What is wrong with a tile; null for a sound one.</summary>
    public static NetworkError? Check(string network, EquatableArray<int> tile) =>
        tile.Count == 0 || GpuTile.Fault(tile) is not { } fault ? null : new("NG0062", -1, [network, fault]);
}
