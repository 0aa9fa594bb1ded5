using NetGen.Generator.Tests.Forward;
using NetGen.Generator.Tests.Gradients;
using NetGen.Generator.Tests.Reference;
using NetGen.Tests;

namespace NetGen.Gpu.Tests;

/// <summary>The networks on which the processor's code is tested, on the device against the processor: predictions, losses and all gradients.</summary>
public sealed class CaseTests(ITestOutputHelper output)
{
    /// <summary>Every so manieth case, for time; all of them where NETGEN_GPU_ALL=1 asks for it.</summary>
    static int Every => Environment.GetEnvironmentVariable("NETGEN_GPU_ALL") == "1" ? 1 : 60;

    [Fact]
    public void Rows_MatchProcessor() => Compare(NetworkCases.OfRows, "");

    /// <summary>Layers on positions, and labels for each, with rows of a thread's and of a group's length.</summary>
    [Fact]
    public void Positions_MatchProcessor() => Compare(NetworkCases.OfRows.Where(c => c.Key.Contains("_Positions", StringComparison.Ordinal)).Where((_, i) => i % (Effort.IsFull ? 6 : 9) == 0)
        .Concat(NetworkCases.OfSequences.Where(c => c.Key is "MeanPositions_7_33" or "MaxPositions_7_33" or "MeanPositions_3_150" or "SelectPosition_7_33" or "Positions_OfConvolutions" or "SwiGLU_7_33"))
        .Append(new("Words", "[Input(3, 8), Linear(12), MeanPositions, Linear(4), Loss(Loss.CrossEntropy)]"))
        .ToDictionary(), "", all: true);

    /// <summary>Ids and their tables, tied heads, and what positions add.</summary>
    [Fact]
    public void Texts_MatchProcessor() => Compare(
        Some(NetworkCases.OfSequences, "Positions_Text", "TiedLinear_Twice", "Embedding_Padding", "SinusoidalPositions_3_5"), "", all: true);

    /// <summary>
    /// Attention of some tiles and of parts of one, causal or not, with heads that share keys, that two groups share, and that are turned, and with shares
    /// dropped.
    /// </summary>
    [Fact]
    public void Attentions_MatchProcessor() => Compare(Some(new(NetworkCases.OfSequences)
    {
        ["Attention_Tiles"] = "[Input(33, 20, Gradient = true), ScaledDotProductAttention(2, KeyValueHeads = 1, Causal = true)]",
        ["Attention_Wide"] = "[Input(3, 210, Gradient = true), ScaledDotProductAttention(1)]",
        ["Attention_Dropout"] = "[Input(33, 20, Gradient = true), ScaledDotProductAttention(2, KeyValueHeads = 1, Causal = true, Dropout = 0.3f)]",
        ["Attention_DroppedMemory"] = "{ [TransformerDecoderLayer(2, 12, AttentionDropout = 0.3f)] readonly Layer layer; "
            + "Tensor Forward([Shape(18, 8, Gradient = true)] Tensor x, [Shape(7, 5)] Tensor memory) => layer(x, memory); }",
    }, "Attention_Tiles", "Attention_Dropout", "Rotary_5_4x16_2", "Attention_Wide", "Attention_DroppedMemory"), NetworkCases.SequenceBlocks, all: true);

    /// <summary>
    /// Mixtures of experts with many rows, with few and with none, in one tile of a product and in several, and of more experts than a kernel is given weights
    /// of.
    /// </summary>
    [Fact]
    public void Mixtures_MatchProcessor() => Compare(Some(new(NetworkCases.OfMixtures)
    {
        ["Mixture_Tiles"] = "[Input(70, 9, Gradient = true), MixtureOfExperts(3, 35, TopK = 1)]",
        ["Mixture_Many"] = "[Input(7, 5, Gradient = true), MixtureOfExperts(70, 6, TopK = 3)]",
        ["Mixture_ManyChoices"] = "[Input(3, 5, Gradient = true), MixtureOfExperts(41, 3, TopK = 37)]",
    }, "Mixture_17_33_5", "Mixture_Decoder", "Mixture_Tiles", "Mixture_Many", "Mixture_OneOfVector"), NetworkCases.SequenceBlocks, all: true);

    /// <summary>Recurrences of each kind, both ways, with states of fewer values than a group has threads, and of more.</summary>
    [Fact]
    public void Recurrences_MatchProcessor() => Compare(Some(new(NetworkCases.OfRecurrences) { ["RNN_Wide"] = "[Input(2, 3, Gradient = true), RNN(70)]" },
        "LSTM_4_16_8", "GRU_3_4_33", "RNNReLU_3_5_4", "GRU_StackedBothWays", "RNN_Wide"), RecurrentCases.Blocks, all: true);

    /// <summary>
    /// Convolutions whose results are sums of few products, which have a kernel of their own, inside the image and past its edges, and pools behind them.
    /// </summary>
    [Fact]
    public void ShallowConvolutions_MatchProcessor() => Compare(new Dictionary<string, string>
    {
        ["Shallow_Stride"] = "[Input(1, 9, 7, Gradient = true), Conv2d(11, 3, Stride = 2, Padding = 1), ReLU]",
        ["Shallow_Dilation"] = "[Input(2, 9, 8, Gradient = true), Conv2d(16, 2, Dilation = 3, Bias = false), SiLU]",
        ["Shallow_Padding"] = "[Input(1, 5, 6, Gradient = true), Conv2d(3, 3, Padding = 3), BatchNorm, MaxPool2d(2)]",
        ["Shallow_1d"] = "[Input(3, 21, Gradient = true), Conv1d(9, 5, Padding = 2), AvgPool1d(3)]",
    }, "", all: true);

    /// <summary>
    /// Poolings that take their maxima before the normalisation and the activations in front of them, which training turns round: of regions beside each other
    /// and of ones that overlap, of maps and of sequences. Scales are of both signs.
    /// </summary>
    [Fact]
    public void PooledNormalizations_MatchProcessor() => Compare(Some(new()
    {
        ["Pooled_Overlapping"] = "[Input(2, 7, 8, Gradient = true), Conv2d(5, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(3, Stride = 2, Padding = 1)]",
        ["Pooled_BesideEachOther"] = "[Input(2, 6, 7, Gradient = true), Conv2d(3, 3), BatchNorm, LeakyReLU(0.1f), MaxPool2d(2)]",
        ["Pooled_1d"] = "[Input(2, 15, Gradient = true), BatchNorm, MaxPool1d(3)]",
    }, "Pooled_BesideEachOther", "Pooled_Overlapping", "Pooled_1d"), "", all: true);

    /// <summary>Long chains of functions: of samples that are whole groups, which go through them in parts, and of another size.</summary>
    [Fact]
    public void Chains_MatchProcessor() => Compare(new Dictionary<string, string>
    {
        ["Chain_InParts"] = "[Input(128, Gradient = true), Hardswish, LeakyReLU(0.1f), Softplus, Tanh, SiLU, GELU]",
        ["Chain_OfAnySize"] = "[Input(65, Gradient = true), Hardswish, LeakyReLU(0.1f), Softplus, Tanh, SiLU, GELU]",
    }, "", all: true);

    [Fact]
    public void Images_MatchProcessor() => Compare(NetworkCases.OfImages, StructureCases.Blocks);

    [Fact]
    public void Blocks_MatchProcessor() => Compare(NetworkCases.OfBlocks, StructureCases.Blocks);

    [Fact]
    public void Functions_MatchProcessor() => Compare(ForwardCases.OfDevices.Where((_, i) => Every == 1 || i % 2 == 0).ToDictionary(), "using static NetGen.Functions;\n", all: true);

    /// <summary>Several inputs, layers that are called twice, functions that move elements, and products of matrices.</summary>
    [Fact]
    public void Tensors_MatchProcessor() => Compare(Some(
        ForwardCases.Functions.Concat(ForwardCases.Layers).Where(c => c.Key is not ("Blocks" or "Networks" or "StackOfForwardBlocks")).ToDictionary(StringComparer.Ordinal),
        "Slices", "Memory_9x5_24_24_3", "Broadcast_Values", "Concat_LastAxis", "MatMul_Broadcast", "MatMul_Parameter", "UsedTwice", "Text_Shared"),
        "using static NetGen.Functions;\n", all: true);

    /// <summary>
    /// The cases of those names, the first one where time is short, two where the device's compiler takes its time, and three on the emulation; all cases where
    /// NETGEN_GPU_ALL=1 asks for them.
    /// </summary>
    static Dictionary<string, string> Some(Dictionary<string, string> cases, params IEnumerable<string> names) =>
        Every == 1 ? cases : names.Take(TestDevice.IsReal ? 2 : Effort.IsFull ? 3 : 1).ToDictionary(name => name, name => cases[name], StringComparer.Ordinal);

    void Compare(Dictionary<string, string> cases, string blocks, bool all = false)
    {
        var chosen = cases.Where((_, i) => all || i % Every == 0).ToDictionary();
        if (Environment.GetEnvironmentVariable("NETGEN_GPU_ONLY") is { Length: > 0 } only) chosen = cases.Where(c => c.Key.Contains(only, StringComparison.Ordinal)).ToDictionary();
        var networks = new GpuNetworks(chosen, blocks);
        var failures = new List<string>();
        foreach (var network in chosen.Keys)
        {
            try
            {
                Compare(networks, network);
            }
            catch (Exception exception) when (exception is Xunit.Sdk.XunitException or GpuException)
            {
                failures.Add($"{network}: {exception.Message}");
            }
        }
        output.WriteLine($"{chosen.Count} networks");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    static void Compare(GpuNetworks networks, string network)
    {
        var (processor, gpu) = networks.Pair(network);
        using var _ = gpu;
        var loss = LossSettings.Of(networks.Models[network]);
        // A batch normalisation of two samples leaves little but rounding errors of gradients. A second batch, of another size, is little to wait for on a device.
        foreach (var samples in TestDevice.IsReal ? new[] { 3, 5 } : [5])
        {
            var batch = Batch.Random(processor.Info, loss, samples, seed: samples);
            Batch.Doubles(gpu.Predict(batch.SinglesOfX)).AssertClose(Batch.Doubles(processor.Predict(batch.SinglesOfX)), 2 * Closeness.Forward, $"prediction of {samples}");
            var expected = processor.Backward(batch);
            // Without a loss what counts is Σ y ∂y, whose terms may cancel.
            var terms = loss is null ? expected.Output.Zip(batch.Target!, (y, dy) => Math.Abs(y * dy)).Sum() : 0;
            gpu.Backward(batch).AssertClose(expected with { LossMagnitude = Math.Max(Math.Max(1, terms), Math.Abs(expected.Loss)) }, $"{samples} samples");
        }
    }
}
