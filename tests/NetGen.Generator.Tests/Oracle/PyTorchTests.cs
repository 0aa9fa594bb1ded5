using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Oracle;

/// <summary>Generated layers and losses against PyTorch's values.</summary>
public sealed class PyTorchTests(PyTorchTests.Networks networks, ITestOutputHelper output) : IClassFixture<PyTorchTests.Networks>
{
    const string RowsSuffix = "_rows";

    /// <summary>The declaration of each case.</summary>
    static readonly Dictionary<string, string> LayerCases = new(StringComparer.Ordinal)
    {
        ["linear_b3_5to7"] = "[Input(5, Gradient = true), Linear(7)]",
        ["linear_b64_784to128"] = "[Input(784, Gradient = true), Linear(128)]",
        ["linear_nobias_b17_33to65"] = "[Input(33, Gradient = true), Linear(65, Bias = false)]",
        ["rmsnorm_48"] = "[Input(7, 48, Gradient = true), RMSNorm(Epsilon = 1e-6f)]",
        ["groupnorm_4of12"] = "[Input(12, 5, 5, Gradient = true), GroupNorm(4)]",
        ["layernorm_48"] = "[Input(7, 48, Gradient = true), LayerNorm]",
        ["conv2d_3x3"] = "[Input(3, 9, 9, Gradient = true), Conv2d(8, 3, Padding = 1)]",
        ["conv2d_5x5valid"] = "[Input(1, 12, 12, Gradient = true), Conv2d(6, 5)]",
        ["conv2d_7x7s2p3"] = "[Input(3, 17, 17, Gradient = true), Conv2d(16, 7, Stride = 2, Padding = 3)]",
        ["conv2d_1x1"] = "[Input(16, 6, 6, Gradient = true), Conv2d(24, 1)]",
        ["conv2d_dilated"] = "[Input(4, 10, 10, Gradient = true), Conv2d(4, 3, Padding = Padding.Same, Dilation = 2)]",
        ["conv2d_groups2"] = "[Input(6, 8, 8, Gradient = true), Conv2d(8, 3, Padding = 1, Groups = 2)]",
        ["conv2d_depthwise"] = "[Input(16, 11, 11, Gradient = true), Conv2d(16, 3, Padding = 1, Groups = 16)]",
        ["conv2d_wide"] = "[Input(32, 14, 14, Gradient = true), Conv2d(64, 3, Padding = 1)]",
        ["conv1d_k3"] = "[Input(4, 20, Gradient = true), Conv1d(6, 3, Padding = 1)]",
        ["convtranspose2d_k4s2p1"] = "[Input(8, 5, 5, Gradient = true), ConvTranspose2d(4, 4, Stride = 2, Padding = 1)]",
        ["act_relu"] = Activation("ReLU"),
        ["act_leakyrelu"] = Activation("LeakyReLU(0.1f)"),
        ["act_elu"] = Activation("ELU"),
        ["act_gelu"] = Activation("GELU"),
        ["act_gelu_tanh"] = Activation("GELU(Tanh = true)"),
        ["act_silu"] = Activation("SiLU"),
        ["act_tanh"] = Activation("Tanh"),
        ["act_sigmoid"] = Activation("Sigmoid"),
        ["act_softplus"] = Activation("Softplus"),
        ["act_hardswish"] = Activation("Hardswish"),
        ["act_hardsigmoid"] = Activation("Hardsigmoid"),
        ["act_mish"] = Activation("Mish"),
        ["act_softmax"] = Activation("Softmax"),
        ["act_logsoftmax"] = Activation("LogSoftmax"),
        ["act_prelu"] = Activation("PReLU(5)"),
        ["multiheadattention_24h4"] = "[Input(7, 24, Gradient = true), MultiheadAttention(4)]",
        ["transformerencoderlayer"] =
            "[Input(6, 32, Gradient = true), TransformerEncoderLayer(4, 64, NormFirst = true, Activation = FeedForwardActivation.GELU)]",
        ["lstm_6to10"] = "[Input(7, 6, Gradient = true), LSTM(10)]",
        ["gru_6to10"] = "[Input(7, 6, Gradient = true), GRU(10)]",
        ["maxpool2d_2"] = "[Input(3, 8, 8, Gradient = true), MaxPool2d(2)]",
        ["maxpool2d_3s2p1"] = "[Input(3, 9, 9, Gradient = true), MaxPool2d(3, Stride = 2, Padding = 1)]",
        ["avgpool2d_2"] = "[Input(3, 8, 8, Gradient = true), AvgPool2d(2)]",
        ["globalavgpool"] = "[Input(5, 7, 7, Gradient = true), AdaptiveAvgPool2d(1)]",
    };

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

    static readonly Dictionary<string, string> LossCases = new(StringComparer.Ordinal)
    {
        ["loss_crossentropy"] = OfLoss(10, "CrossEntropy"),
        ["loss_crossentropy_smooth"] = OfLoss(10, "CrossEntropy, LabelSmoothing = 0.1f"),
        ["loss_crossentropy_ignore"] = OfLoss(10, "CrossEntropy, IgnoreIndex = -100"),
        ["loss_mse"] = OfLoss(4, "MSE"),
        ["loss_l1"] = OfLoss(4, "L1"),
        ["loss_huber"] = OfLoss(4, "Huber"),
        ["loss_bcewithlogits"] = OfLoss(4, "BCEWithLogits"),
        ["loss_nll"] = OfLoss(10, "NLL"),
        ["loss_kldiv"] = OfLoss(10, "KLDivergence"),
    };

    public static TheoryData<string> Layers => [.. LayerCases.Keys];

    public static TheoryData<string> OfRows => [.. RowCases.Keys];

    public static TheoryData<string> LossesOfPositions => [.. PositionLosses];

    public static TheoryData<string> Losses => [.. LossCases.Keys];

    [Theory, MemberData(nameof(Layers))]
    public void Layer_MatchesPyTorch(string name) => Compare(name, name);

    [Theory, MemberData(nameof(OfRows))]
    public void Linear_OnRows_MatchesPyTorch(string name) => Compare(name, name + RowsSuffix);

    void Compare(string name, string network)
    {
        using var file = new OracleFile(name);
        var (subject, reference) = networks.Set[network];
        foreach (var (parameter, values) in file.WithPrefix("param.")) subject.Parameters[Named(parameter)].CopyFrom(values);
        var (x, y) = (file.Floats("x"), file.Doubles("y"));
        var forward = Math.Max(
            Batch.Doubles(subject.Predict(x)).AssertClose(y, Closeness.Forward, "the batch"),
            Batch.Doubles(subject.PredictEach(x)).AssertClose(y, Closeness.Forward, "one sample at a time"));

        var gradients = file.WithPrefix("grad.param.").ToDictionary(g => Named(g.Key), g => Batch.Doubles(g.Value));
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

    /// <summary>A parameter's name here: the module that PyTorch's attention is wrapped in for its three inputs has none.</summary>
    static string Named(string parameter) => "0." + (parameter.StartsWith("m.", StringComparison.Ordinal) ? parameter[2..] : parameter);

    [Fact]
    public void EveryCase_OfTheLayersThereAre_IsCompared()
    {
        string[] kinds = ["linear_", "act_", "layernorm_", "rmsnorm_", "groupnorm_", "loss_", "conv", "maxpool2d_", "avgpool2d_", "globalavgpool", "embedding", "multihead", "transformer", "lstm_", "gru_"];
        var cases = OracleFile.Names.Where(name => kinds.Any(kind => name.StartsWith(kind, StringComparison.Ordinal)));
        Assert.Equal(cases, LayerCases.Keys.Concat(IdCases.Keys).Concat(LossCases.Keys).Order(StringComparer.Ordinal));
    }

    static string Activation(string layer) => $"[Input(5, 9, Gradient = true), {layer}]";

    static string OfLoss(int size, string loss) => $"[Input({size}, Gradient = true), Flatten, Loss(Loss.{loss})]";

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(LayerCases.Concat(IdCases).Concat(LossCases).Concat(RowCases.Select(c => KeyValuePair.Create(c.Key + RowsSuffix, c.Value)))
            .Concat(PositionLosses.Select(OfPositions)).ToDictionary());

        /// <summary>As many positions as the case has samples.</summary>
        static KeyValuePair<string, string> OfPositions(string name)
        {
            using var file = new OracleFile(name);
            return KeyValuePair.Create(name + RowsSuffix, LossCases[name].Replace("Input(10", $"Input({file.Samples}, 10").Replace("Flatten", $"Reshape({file.Samples}, 10)"));
        }

        public void Dispose() => Set.Dispose();
    }
}
