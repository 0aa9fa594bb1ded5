namespace NetGen.Onnx;

/// <content>Recurrent layers.</content>
public sealed partial class OnnxGraph
{
    /// <summary>The states of a long short-term memory: <c>LSTM</c>, whose first axis is the positions', between transpositions of a batch.</summary>
    /// <param name="x">[positions, features].</param>
    /// <param name="layer">
    /// The layer's name; it has PyTorch's <c>weight_ih_l0</c> [4 · hidden, features], <c>weight_hh_l0</c> [4 · hidden, hidden], <c>bias_ih_l0</c> and
    /// <c>bias_hh_l0</c> [4 · hidden], and for the other direction the same with names that end in <c>_reverse</c>.
    /// </param>
    /// <param name="hidden">The values of a state.</param>
    /// <param name="bidirectional">Whether there is a second direction.</param>
    /// <returns>[positions, hidden], or [positions, 2 · hidden].</returns>
    public OnnxValue LSTM(OnnxValue x, string layer, int hidden, bool bidirectional = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        if (x.Shape.Length != 2) throw new ArgumentException($"{layer}: LSTM takes a sequence for each sample, and {x} isn't one.", nameof(x));
        int positions = x.Shape[0], features = x.Shape[1];
        string[] suffixes = bidirectional ? ["", "_reverse"] : [""];
        int directions = suffixes.Length;
        string weight = Gates("weight_ih_l0", features), recurrent = Gates("weight_hh_l0", hidden);
        string biases = Initializer(Constant("B"), [.. suffixes.SelectMany(suffix => (float[])[.. Reordered("bias_ih_l0" + suffix), .. Reordered("bias_hh_l0" + suffix)])],
            directions, 8 * hidden);
        ParameterCount += directions * 4L * hidden * (features + hidden + 2);
        OnnxValue sequence = Node("Transpose", [x.Name], x.Shape.AsSpan(), new OnnxAttribute("perm", [1, 0, 2]));
        OnnxValue states = Node("LSTM", [sequence.Name, weight, recurrent, biases], [directions, hidden],
            new("hidden_size", hidden), new("direction", bidirectional ? "bidirectional" : "forward"));
        // [positions, directions, batch, hidden], the directions of a position side by side in the result.
        OnnxValue batched = Node("Transpose", [states.Name], [positions, directions, hidden], new OnnxAttribute("perm", [2, 0, 1, 3]));
        OnnxValue y = Reshape(batched, positions, directions * hidden);
        Count(x, directions * 2L * positions * 4 * hidden * (features + hidden));
        return y;

        string Gates(string role, int columns) =>
            Initializer(Constant(role), [.. suffixes.SelectMany(suffix => Reordered(role + suffix, columns))], directions, 4 * hidden, columns);

        // PyTorch's gates are i, f, g, o, and ONNX's i, o, f, g.
        float[] Reordered(string tensor, params int[] columns)
        {
            float[] values = tensors.Values($"{layer}.{tensor}", [4 * hidden, .. columns]);
            int gate = values.Length / 4;
            return [.. values[..gate], .. values[(3 * gate)..], .. values[gate..(3 * gate)]];
        }
    }
}
