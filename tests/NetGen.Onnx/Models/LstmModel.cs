using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>A long short-term memory on a sequence, with all its states as the output.</summary>
/// <param name="Positions">The positions of the sequence.</param>
/// <param name="Features">The numbers at each.</param>
/// <param name="Hidden">The numbers of a state.</param>
public sealed record LstmModel(int Positions, int Features, int Hidden) : Model
{
    /// <inheritdoc/>
    public override string Name => $"LSTM {Features}-{Hidden}, {Positions} steps";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => [Positions, Features];

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Flatten(graph.LSTM(x, "lstm", Hidden));
    }
}
