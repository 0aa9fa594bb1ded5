using System.Collections.Immutable;

namespace NetGen.Onnx.Models;

/// <summary>A decoder of text as GPT-2 is one: logits of the next id at each position.</summary>
/// <param name="Layers">How many layers of attention and feed-forward network.</param>
/// <param name="Features">The numbers at a position; four times as many between the products of a feed-forward network.</param>
/// <param name="Heads">The heads of attention.</param>
/// <param name="Positions">The length of a text.</param>
/// <param name="Ids">How many ids there are.</param>
public sealed record GptModel(int Layers, int Features, int Heads, int Positions, int Ids) : Model
{
    /// <inheritdoc/>
    public override string Name => $"GPT, {Layers} layers of {Features}, {Positions} tokens";

    /// <inheritdoc/>
    public override ImmutableArray<int> InputShape => [Positions];

    /// <inheritdoc/>
    public override int Vocabulary => Ids;

    /// <inheritdoc/>
    public override OnnxValue Append(OnnxGraph graph, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        x = graph.Positions(graph.Embedding(x, "wte", Ids, Features), "wpe");
        for (int i = 0; i < Layers; i++)
        {
            string layer = $"h.{i}.layer.";
            OnnxValue projected = graph.LinearRows(graph.LayerNorm(x, layer + "norm1"), $"{layer}self_attn.in_proj_weight", $"{layer}self_attn.in_proj_bias", 3 * Features);
            x = graph.Add(x, Linear(graph.Attention(projected, Heads, causal: true), "self_attn.out_proj", Features));
            OnnxValue hidden = graph.Activation(Linear(graph.LayerNorm(x, layer + "norm2"), "linear1", 4 * Features), "Gelu");
            x = graph.Add(x, Linear(hidden, "linear2", Features));

            OnnxValue Linear(OnnxValue value, string name, int features) => graph.LinearRows(value, $"{layer}{name}.weight", $"{layer}{name}.bias", features);
        }
        return graph.LinearRows(graph.LayerNorm(x, "ln_f"), "head.weight", null, Ids);
    }
}
