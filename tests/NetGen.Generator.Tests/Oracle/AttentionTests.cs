using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Oracle;

/// <summary>
/// Attention against PyTorch's <c>scaled_dot_product_attention</c>, whose queries, keys and values are tensors [samples, heads, positions, d] of their own.
/// </summary>
public sealed class AttentionTests(AttentionTests.Networks networks) : IClassFixture<AttentionTests.Networks>
{
    const int Heads = 3, Positions = 9, Size = 8;

    static readonly string[] Parts = ["x", "x2", "x3"];

    static readonly Dictionary<string, string> Cases = new()
    {
        ["sdpa_full"] = "[Input(9, 72, Gradient = true), ScaledDotProductAttention(3)]",
        ["sdpa_causal"] = "[Input(9, 72, Gradient = true), ScaledDotProductAttention(3, Causal = true)]",
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Attention_MatchesPyTorch(string name)
    {
        using var file = new OracleFile(name);
        var (subject, reference) = networks.Set[name];
        float[] x = Packed([.. Parts.Select(file.Floats)]), dy = Packed([file.Floats("dy")]);
        var y = Batch.Doubles(Packed([file.Floats("y")]));
        Batch.Doubles(subject.Predict(x)).AssertClose(y, Closeness.Forward, "the batch");
        Batch.Doubles(subject.PredictEach(x)).AssertClose(y, Closeness.Forward, "one sample at a time");

        var expected = new Outcome(y.Zip(dy, (a, b) => a * b).Sum(), y, new Dictionary<string, double[]>(),
            Batch.Doubles(Packed([.. Parts.Select(part => file.Floats($"grad.{part}"))])));
        var batch = Batch.Of(x, dy, file.Samples);
        subject.Backward(batch).AssertClose(expected, name);
        reference.Backward(batch, subject.ParameterValues).AssertClose(expected, $"{name}, interpreted");
    }

    /// <summary>Tensors [samples, heads, positions, d] side by side at each position.</summary>
    static float[] Packed(float[][] tensors)
    {
        var samples = tensors[0].Length / (Heads * Positions * Size);
        return
        [
            .. from sample in Enumerable.Range(0, samples)
               from position in Enumerable.Range(0, Positions)
               from tensor in tensors
               from head in Enumerable.Range(0, Heads)
               from c in Enumerable.Range(0, Size)
               select tensor[((sample * Heads + head) * Positions + position) * Size + c],
        ];
    }

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(Cases);

        public void Dispose() => Set.Dispose();
    }
}
