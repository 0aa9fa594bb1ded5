using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Oracle;

/// <summary>
/// Attention to another sequence against PyTorch's <c>nn.MultiheadAttention</c> and <c>nn.TransformerDecoderLayer</c>, with their parameters by their names.
/// </summary>
public sealed class CrossAttentionTests(CrossAttentionTests.Networks networks) : IClassFixture<CrossAttentionTests.Networks>
{
    static readonly Dictionary<string, string> Cases = new()
    {
        ["crossattention_24h4"] = Network("MultiheadAttention(4)", "7, 24", "5, 24"),
        ["crossattention_causal"] = Network("MultiheadAttention(2, Causal = true)", "6, 16", "9, 16"),
        ["crossattention_features"] = Network("MultiheadAttention(3)", "4, 12", "7, 20"),
        ["crossattention_decoderlayer"] = Network("TransformerDecoderLayer(4, 48)", "6, 32", "8, 32"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void CrossAttention_MatchesPyTorch(string name)
    {
        using var file = new OracleFile(name);
        var (subject, reference) = networks.Set[name];
        var parameters = file.WithPrefix("param.");
        Assert.Equal(parameters.Keys.Select(Named).Order(StringComparer.Ordinal), subject.Info.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (var (parameter, values) in parameters) subject.Parameters[Named(parameter)].CopyFrom(values);
        var (x, y) = (Together(file, "x", "x2"), file.Doubles("y"));
        Batch.Doubles(subject.Predict(x)).AssertClose(y, Closeness.Forward, "the batch");
        Batch.Doubles(subject.PredictEach(x)).AssertClose(y, Closeness.Forward, "one sample at a time");

        var gradients = file.WithPrefix("grad.param.").ToDictionary(g => Named(g.Key), g => Batch.Doubles(g.Value));
        var batch = Batch.Of(x, file.Floats("dy"), file.Samples);
        var expected = new Outcome(y.Zip(file.Doubles("dy"), (a, b) => a * b).Sum(), y, gradients, Batch.Doubles(Together(file, "grad.x", "grad.x2")));
        subject.Backward(batch).AssertClose(expected, name);
        reference.Backward(batch, subject.ParameterValues).AssertClose(expected, $"{name}, interpreted");
    }

    /// <summary>Both sequences of each sample, one after the other.</summary>
    static float[] Together(OracleFile file, string x, string memory)
    {
        var (first, second) = (file.Floats(x), file.Floats(memory));
        return [.. Enumerable.Range(0, file.Samples).SelectMany(sample => Of(first, sample).Concat(Of(second, sample)))];

        IEnumerable<float> Of(float[] values, int sample) => values.Skip(sample * (values.Length / file.Samples)).Take(values.Length / file.Samples);
    }

    static string Named(string parameter) => "layer." + parameter;

    static string Network(string layer, string x, string memory) =>
        $"{{ [{layer}] readonly Layer layer; Tensor Forward([Shape({x}, Gradient = true)] Tensor x, [Shape({memory})] Tensor memory) => layer(x, memory); }}";

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(Cases);

        public void Dispose() => Set.Dispose();
    }
}
