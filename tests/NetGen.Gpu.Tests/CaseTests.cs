using NetGen.Generator.Tests.Forward;
using NetGen.Generator.Tests.Gradients;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>The networks on which the processor's code is tested, on the device against the processor: predictions, losses and all gradients.</summary>
public sealed class CaseTests(ITestOutputHelper output)
{
    /// <summary>Every so manieth case, for time; all of them where NETGEN_GPU_ALL=1 asks for it.</summary>
    static int Every => Environment.GetEnvironmentVariable("NETGEN_GPU_ALL") == "1" ? 1 : TestDevice.IsReal ? 40 : 30;

    [Fact]
    public void Rows_MatchProcessor() => Compare(NetworkCases.OfRows, "");

    /// <summary>Layers on positions, and labels for each, with rows of a thread's and of a group's length.</summary>
    [Fact]
    public void Positions_MatchProcessor() => Compare(NetworkCases.OfRows.Where(c => c.Key.Contains("_Positions", StringComparison.Ordinal)).Where((_, i) => i % 3 == 0)
        .Concat(NetworkCases.OfSequences.Where(c => c.Key is "MeanPositions_7_33" or "MeanPositions_3_150" or "SelectPosition_7_33" or "Positions_OfConvolutions" or "SwiGLU_7_33"))
        .Append(new("Words", "[Input(3, 8), Linear(12), MeanPositions, Linear(4), Loss(Loss.CrossEntropy)]"))
        .ToDictionary(), "", all: true);

    /// <summary>Ids and their tables, tied heads, and what positions add.</summary>
    [Fact]
    public void Texts_MatchProcessor() => Compare(Some(NetworkCases.OfSequences, ["Embedding_5_100_33", "Embedding_Padding", "TiedLinear_3_7_5", "TiedLinear_Twice",
        "TiedLinear_OfOnePosition", "PositionalEmbedding_7_33", "SinusoidalPositions_3_5", "Positions_Text"]), "", all: true);

    /// <summary>Attention of some tiles and of parts of one, causal or not, with heads that share keys and with positions, alone and in layers.</summary>
    [Fact]
    public void Attentions_MatchProcessor() => Compare(Some(NetworkCases.OfSequences, ["Attention_3_2x5", "Attention_33_4x7_2_Causal", "Attention_40_2x33_1",
        "Rotary_12_1x64_1", "Rotary_Llama", "Encoder_PostNorm", "Decoder"]), NetworkCases.SequenceBlocks, all: true);

    /// <summary>Recurrences of each kind, both ways, with states of all sizes around those of groups.</summary>
    [Fact]
    public void Recurrences_MatchProcessor() => Compare(Some(NetworkCases.OfRecurrences,
        ["LSTM_4_16_8", "GRU_3_4_33", "RNN_5_33_16", "RNNReLU_3_5_4", "LSTM_Bidirectional", "GRU_StackedBothWays", "LSTM_OnePosition"]), RecurrentCases.Blocks, all: true);

    [Fact]
    public void Images_MatchProcessor() => Compare(NetworkCases.OfImages, StructureCases.Blocks);

    [Fact]
    public void Blocks_MatchProcessor() => Compare(NetworkCases.OfBlocks, StructureCases.Blocks);

    [Fact]
    public void Functions_MatchProcessor() => Compare(ForwardCases.OfDevices.Where((_, i) => Every == 1 || i % 2 == 0).ToDictionary(), "using static NetGen.Functions;\n", all: true);

    /// <summary>The cases of those names, each of which there is; all cases where NETGEN_GPU_ALL=1 asks for them.</summary>
    static Dictionary<string, string> Some(Dictionary<string, string> cases, string[] names) =>
        Every == 1 ? cases : names.ToDictionary(name => name, name => cases[name], StringComparer.Ordinal);

    /// <summary>Several inputs, layers that are called twice, functions that move elements, and products of matrices.</summary>
    [Fact]
    public void Tensors_MatchProcessor() => Compare(Some(
        ForwardCases.Functions.Concat(ForwardCases.Layers).Where(c => c.Key is not ("Blocks" or "Networks" or "StackOfForwardBlocks" or "Experts")).ToDictionary(StringComparer.Ordinal),
        ["Slices", "Broadcast_Values", "Concat_LastAxis", "MatMul_Broadcast", "MatMul_Parameter", "TwoTowers_InputGradient", "UsedTwice", "Text_Shared", "Memory_9x5_24_24_3"]),
        "using static NetGen.Functions;\n", all: true);

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
        // A batch normalisation of two samples leaves little but rounding errors of gradients.
        foreach (var samples in new[] { 3, 5 })
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
