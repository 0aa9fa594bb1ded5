using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Oracle;

/// <summary>Generated layers and losses against PyTorch's values.</summary>
public sealed class PyTorchTests(PyTorchTests.Networks networks, ITestOutputHelper output) : IClassFixture<PyTorchTests.Networks>
{
    const string RowsSuffix = "_rows";

    /// <summary>Cases of ids.</summary>
    static readonly Dictionary<string, string> IdCases = new(StringComparer.Ordinal) { ["embedding"] = "[Input(8), Embedding(11, 6)]" };

    /// <summary>Cases of vectors that are rows of samples here.</summary>
    static readonly Dictionary<string, string> RowCases = new(StringComparer.Ordinal)
    {
        ["linear_b3_5to7"] = "[Input(3, 5, Gradient = true), Linear(7)]",
        ["linear_b64_784to128"] = "[Input(8, 784, Gradient = true), Linear(128)]",
        ["linear_nobias_b17_33to65"] = "[Input(17, 33, Gradient = true), Linear(65, Bias = false)]",
    };

    /// <summary>Losses of samples that are the positions of a single one here.</summary>
    static readonly string[] PositionLosses = ["loss_crossentropy", "loss_crossentropy_smooth", "loss_crossentropy_ignore", "loss_nll"];

    public static TheoryData<string> Layers => [.. OracleCases.Layers.Keys];

    public static TheoryData<string> OfRows => [.. RowCases.Keys];

    public static TheoryData<string> LossesOfPositions => [.. PositionLosses];

    public static TheoryData<string> Losses => [.. OracleCases.Losses.Keys];

    [Theory, MemberData(nameof(Layers))]
    public void Layer_MatchesPyTorch(string name) => Compare(name, name);

    [Theory, MemberData(nameof(OfRows))]
    public void Linear_OnRows_MatchesPyTorch(string name) => Compare(name, name + RowsSuffix);

    void Compare(string name, string network)
    {
        using var file = new OracleFile(name);
        var (subject, reference) = networks.Set[network];
        foreach (var (parameter, values) in file.WithPrefix("param.")) subject.Parameters[OracleCases.Named(parameter)].CopyFrom(values);
        var (x, y) = (file.Floats("x"), file.Doubles("y"));
        var forward = Math.Max(
            Batch.Doubles(subject.Predict(x)).AssertClose(y, Closeness.Forward, "the batch"),
            Batch.Doubles(subject.PredictEach(x)).AssertClose(y, Closeness.Forward, "one sample at a time"));

        var gradients = file.WithPrefix("grad.param.").ToDictionary(g => OracleCases.Named(g.Key), g => Batch.Doubles(g.Value));
        var batch = Batch.Of(x, file.Floats("dy"), x.Length / subject.Info.InputSize);
        var expected = new Outcome(y.Zip(file.Doubles("dy"), (a, b) => a * b).Sum(), y, gradients, file.Doubles("grad.x"));
        var (trained, gradient) = subject.Backward(batch).AssertClose(expected, name);
        // The interpreter, with which everything else is compared, agrees with PyTorch too.
        reference.Backward(batch, subject.ParameterValues).AssertClose(expected, $"{name}, interpreted");
        output.WriteLine($"{Math.Max(forward, trained):E1} {gradient:E1}");
    }

    [Fact]
    public void Embedding_MatchesPyTorch()
    {
        using var file = new OracleFile("embedding");
        var (subject, reference) = networks.Set["embedding"];
        subject.Parameters["0.weight"].CopyFrom(file.Floats("param.weight"));
        var ids = file.Labels("x");
        var batch = Batch.Of(Array.ConvertAll(ids, id => (float)id), file.Floats("dy"), file.Samples) with { HasIds = true };
        var y = file.Doubles("y");
        Batch.Doubles(subject.Predict(batch.SinglesOfX)).AssertClose(y, Closeness.Forward, "the batch");
        Batch.Doubles(subject.PredictEach(batch.SinglesOfX)).AssertClose(y, Closeness.Forward, "one sample at a time");
        var gradients = new Dictionary<string, double[]> { ["0.weight"] = file.Doubles("grad.param.weight") };
        var expected = new Outcome(y.Zip(file.Doubles("dy"), (a, b) => a * b).Sum(), y, gradients, null);
        subject.Backward(batch).AssertClose(expected, "embedding");
        reference.Backward(batch, subject.ParameterValues).AssertClose(expected, "embedding, interpreted");
    }

    [Theory, MemberData(nameof(Losses))]
    public void Loss_MatchesPyTorch(string name) => CompareLoss(name, name);

    [Theory, MemberData(nameof(LossesOfPositions))]
    public void Loss_OverPositions_MatchesPyTorch(string name) => CompareLoss(name, name + RowsSuffix);

    void CompareLoss(string name, string network)
    {
        using var file = new OracleFile(name);
        var (subject, reference) = networks.Set[network];
        var x = file.Floats("x");
        var batch = reference.Loss!.HasLabels ? Batch.Of(x, file.Labels("target"), x.Length / subject.Info.InputSize) : Batch.Of(x, file.Floats("target"), file.Samples);
        var expected = new Outcome(file.Doubles("y")[0], Batch.Doubles(x), new Dictionary<string, double[]>(), file.Doubles("grad.x"));
        var (forward, gradient) = subject.Backward(batch).AssertClose(expected, name);
        reference.Backward(batch, subject.ParameterValues).AssertClose(expected, $"{name}, interpreted");
        output.WriteLine($"{forward:E1} {gradient:E1}");
    }

    [Fact]
    public void EveryCase_OfTheLayersThereAre_IsCompared()
    {
        string[] kinds = ["linear_", "act_", "layernorm_", "rmsnorm_", "groupnorm_", "loss_", "conv", "maxpool2d_", "avgpool2d_", "globalavgpool", "embedding", "multihead", "transformer", "lstm_", "gru_"];
        var cases = OracleFile.Names.Where(name => kinds.Any(kind => name.StartsWith(kind, StringComparison.Ordinal)));
        Assert.Equal(cases, OracleCases.Layers.Keys.Concat(IdCases.Keys).Concat(OracleCases.Losses.Keys).Order(StringComparer.Ordinal));
    }

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(OracleCases.Layers.Concat(IdCases).Concat(OracleCases.Losses).Concat(RowCases.Select(c => KeyValuePair.Create(c.Key + RowsSuffix, c.Value)))
            .Concat(PositionLosses.Select(OfPositions)).ToDictionary());

        /// <summary>As many positions as the case has samples.</summary>
        static KeyValuePair<string, string> OfPositions(string name)
        {
            using var file = new OracleFile(name);
            return KeyValuePair.Create(name + RowsSuffix, OracleCases.Losses[name].Replace("Input(10", $"Input({file.Samples}, 10").Replace("Flatten", $"Reshape({file.Samples}, 10)"));
        }

        public void Dispose() => Set.Dispose();
    }
}
