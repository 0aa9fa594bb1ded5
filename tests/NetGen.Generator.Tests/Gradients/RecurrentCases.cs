namespace NetGen.Generator.Tests.Gradients;

/// <summary>Recurrent layers, alone and among others: declarations by name.</summary>
static class RecurrentCases
{
    public const string Blocks = "using static NetGen.Functions;\n[Block, LayerNorm, GRU(Arg.A)] class Memory;\n";

    /// <summary>States around the sizes of vectors, and sums around those of panels.</summary>
    static readonly (int Positions, int Inputs, int Hidden)[] Shapes = [(1, 3, 1), (3, 5, 4), (4, 16, 8), (7, 6, 10), (5, 33, 16), (3, 4, 33), (2, 40, 48), (6, 7, 64)];

    public static IEnumerable<KeyValuePair<string, string>> All()
    {
        foreach (var layer in new[] { "LSTM({0})", "GRU({0})", "RNN({0})", "RNN({0}, Nonlinearity = Nonlinearity.ReLU)" })
        {
            foreach (var (positions, inputs, hidden) in Shapes)
            {
                var name = $"{layer[..layer.IndexOf('(', StringComparison.Ordinal)]}{(layer.Contains("ReLU", StringComparison.Ordinal) ? "ReLU" : "")}";
                var bias = hidden % 10 == 3 ? ", Bias = false" : "";
                yield return new($"{name}_{positions}_{inputs}_{hidden}", Sequence(positions, inputs, layer, $"{hidden}{bias}"));
            }
        }
        foreach (var kind in new[] { "LSTM", "GRU", "RNN" })
        {
            yield return new($"{kind}_Bidirectional", Sequence(5, 7, kind + "({0})", "9, Bidirectional = true"));
            yield return new($"{kind}_Stacked", Sequence(4, 6, kind + "({0})", "11, Layers = 3, Dropout = 0.3f"));
            yield return new($"{kind}_StackedBothWays", Sequence(6, 5, kind + "({0})", "16, Layers = 2, Bidirectional = true, Bias = false, Dropout = 0.2f"));
            yield return new($"{kind}_OnePosition", Sequence(1, 4, kind + "({0})", "5, Layers = 2, Bidirectional = true"));
            yield return new($"{kind}_Last", $"[Input(9, 6), {kind}(17), SelectPosition, Linear(3), Loss(Loss.CrossEntropy)]");
        }
        yield return new("Recurrent_Text", "[Input(6), Embedding(9, 12), LSTM(20, Layers = 2), Linear(9), Loss(Loss.CrossEntropy)]");
        yield return new("Recurrent_Between", "[Input(5, 8, Gradient = true), Linear(12), Tanh, GRU(7), GELU, LayerNorm, RNN(5), MeanPositions, Linear(4), Loss(Loss.MSE)]");
        yield return new("Recurrent_OfConvolutions", "[Input(3, 12, Gradient = true), Conv1d(5, 3), LSTM(6), Conv1d(4, 3), Flatten, Linear(2)]");
        yield return new("Recurrent_Residual", "[Input(6, 20, Gradient = true), Residual(typeof(Memory), Arguments = [20]), Repeat(typeof(Memory), 2, Arguments = [20]), Linear(2)]");
        yield return new("Recurrent_Forward", """
            [Loss(Loss.CrossEntropy)]
            {
                [LSTM(9, Bidirectional = true)] readonly Layer reader;
                [GRU(6)] readonly Layer writer;
                [Linear(4)] readonly Layer head;

                Tensor Forward([Shape(7, 5, Gradient = true)] Tensor x)
                {
                    var read = reader(x);
                    return head(writer(read) * Sigmoid(writer(Tanh(read))));
                }
            }
            """);
    }

    /// <summary>States of which threads share those of one sample.</summary>
    public static Dictionary<string, string> OfSharedStates { get; } = new(StringComparer.Ordinal)
    {
        ["LSTM_6_5_96"] = Sequence(6, 5, "LSTM({0})", "96"),
        ["LSTM_5_33_128_BothWays"] = Sequence(5, 33, "LSTM({0})", "128, Layers = 2, Bidirectional = true, Bias = false"),
        ["GRU_7_20_128"] = Sequence(7, 20, "GRU({0})", "128"),
        ["GRU_1_20_128_BothWays"] = Sequence(1, 20, "GRU({0})", "128, Bidirectional = true"),
        ["RNN_4_16_192"] = Sequence(4, 16, "RNN({0})", "192"),
        ["RNN_4_3_224_ReLU"] = Sequence(4, 3, "RNN({0})", "224, Nonlinearity = Nonlinearity.ReLU, Bidirectional = true"),
        // Those whose kernel computes the products of the inputs a few positions ahead.
        ["LSTM_9_96_96"] = Sequence(9, 96, "LSTM({0})", "96"),
        ["LSTM_18_96_96_Stacked"] = Sequence(18, 96, "LSTM({0})", "96, Layers = 3, Bias = false"),
        ["LSTM_12_128_128_BothWays"] = Sequence(12, 128, "LSTM({0})", "128, Bidirectional = true"),
        ["GRU_11_128_128_BothWays"] = Sequence(11, 128, "GRU({0})", "128, Bidirectional = true"),
        ["RNN_22_192_192_BothWays"] = Sequence(22, 192, "RNN({0})", "192, Bidirectional = true, Bias = false"),
        ["LSTM_Forward"] = """
            {
                [LSTM(96)] readonly NetGen.Layer reader;
                [LSTM(96, Bias = false)] readonly NetGen.Layer writer;
                [Linear(96)] readonly NetGen.Layer narrow;

                Tensor Forward([Shape(13, 96, Gradient = true)] Tensor x)
                {
                    var read = reader(x);
                    return writer(read) + writer(reader(NetGen.Functions.Tanh(narrow(read)) + x));
                }
            }
            """,
    };

    static string Sequence(int positions, int inputs, string layer, string arguments) => $"[Input({positions}, {inputs}, Gradient = true), {layer.Replace("{0}", arguments, StringComparison.Ordinal)}]";
}
