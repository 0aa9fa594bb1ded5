using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>Attention of all positions to each other, from their queries, keys and values side by side.</summary>
/// <param name="Positions">The positions.</param>
/// <param name="Heads">The heads.</param>
/// <param name="HeadSize">The numbers of a head at a position.</param>
public sealed record AttentionModel(int Positions, int Heads, int HeadSize) : Model
{
    /// <inheritdoc/>
    public override string Name => $"Attention, {Positions} positions, {Heads} heads of {HeadSize}";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => [Positions, 3 * Heads * HeadSize];

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Attention(x, Heads, causal: false);
    }
}
