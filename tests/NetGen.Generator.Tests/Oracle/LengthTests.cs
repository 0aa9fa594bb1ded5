using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Oracle;

/// <summary>Samples of different lengths against PyTorch, which pads them and is given masks, or packs them.</summary>
public sealed class LengthTests(LengthTests.Networks networks) : IClassFixture<LengthTests.Networks>
{
    static readonly Dictionary<string, string> Cases = new()
    {
        ["lengths_encoderlayer"] = "[Sequence(32, Max = 7, Gradient = true), TransformerEncoderLayer(4, 48)]",
        ["lengths_decoderlayer"] = "[Sequence(24, Max = 7, Gradient = true), TransformerDecoderLayer(2, 40, NormFirst = true, Activation = FeedForwardActivation.GELU)]",
        ["lengths_attention"] = "[Sequence(20, Max = 7, Gradient = true), MultiheadAttention(5)]",
        ["lengths_lstm"] = "[Sequence(6, Max = 7, Gradient = true), LSTM(10, Bidirectional = true)]",
        ["lengths_gru"] = "[Sequence(6, Max = 7, Gradient = true), GRU(10)]",
        ["lengths_rnn"] = "[Sequence(5, Max = 7, Gradient = true), RNN(8)]",
        ["lengths_conv1d"] = "[Sequence(6, Max = 7, Gradient = true), Conv1d(20, 3, Padding = Padding.Same)]",
        ["lengths_conv1d_dilated"] = "[Sequence(5, Max = 7, Gradient = true), Conv1d(9, 4, Padding = Padding.Same, Dilation = 3, Bias = false)]",
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void SamplesOfDifferentLengths_MatchPyTorch(string name)
    {
        using var file = new OracleFile(name);
        var subject = SequenceSubject.Create(networks.Set.TypeOf(name));
        var parameters = file.WithPrefix("param.");
        Assert.Equal(parameters.Keys.Select(parameter => "0." + parameter).Order(StringComparer.Ordinal), subject.Info.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (var (parameter, values) in parameters) subject.Parameters["0." + parameter].CopyFrom(values);
        var lengths = file.Labels("lengths");
        float[] Packed(string tensor)
        {
            var values = file.Floats(tensor);
            var row = values.Length / (lengths.Length * 7);
            return [.. lengths.SelectMany((length, i) => values.Skip(i * 7 * row).Take(length * row))];
        }

        var expected = Packed("y");
        Close(expected, subject.Predict(Packed("x"), lengths, expected.Length), Closeness.Forward, "y");
        var gradients = subject.Gradient(Packed("x"), lengths, Packed("dy")).Gradients;
        Close(Packed("grad.x"), gradients["x"], Closeness.Gradient, "x");
        foreach (var (parameter, values) in file.WithPrefix("grad.param.")) Close(values, gradients["0." + parameter], Closeness.Gradient, parameter);
    }

    static void Close(float[] expected, float[] actual, double tolerance, string what) => Batch.Doubles(actual).AssertClose(Batch.Doubles(expected), tolerance, what);

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(Cases);

        public void Dispose() => Set.Dispose();
    }
}
