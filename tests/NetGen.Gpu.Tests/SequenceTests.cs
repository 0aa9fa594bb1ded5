using NetGen.Generator.Tests.Reference;
using NetGen.Tests;

namespace NetGen.Gpu.Tests;

/// <summary>Networks on sequences on the device against the processor's.</summary>
public sealed class SequenceTests
{
    static readonly Lazy<GpuNetworks> Networks = new(() => new(new Dictionary<string, string>
    {
        ["Gpt"] = """
            [Input(5), Embedding(11, 8, Name = "wte"), PositionalEmbedding, Dropout(0.1f)]
            [TransformerDecoderLayer(2, 12, NormFirst = true, Activation = FeedForwardActivation.GELUTanh, Dropout = 0.1f)]
            [TransformerDecoderLayer(2, 12, NormFirst = true, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Rotary = true, KeyValueHeads = 1, Bias = false)]
            [LayerNorm, TiedLinear("wte"), Loss(Loss.CrossEntropy)]
            """,
        ["Vit"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Conv2d(8, 3, Stride = 3)] readonly Layer patches;
                [Parameter(1, 8)] readonly Tensor ofClass;
                [PositionalEmbedding] readonly Layer positions;
                [TransformerEncoderLayer(2, 12, NormFirst = true, Activation = FeedForwardActivation.GELU)] readonly Layer encoder;
                [SelectPosition(0)] readonly Layer select;
                [Linear(3)] readonly Layer head;

                Tensor Forward([Shape(2, 6, 6)] Tensor image) =>
                    head(select(encoder(positions(Concat(ofClass, Transpose(Reshape(patches(image), 8, 4)))))));
            }
            """,
        ["Mixtral"] = """
            [Input(9), Embedding(11, 8)]
            [TransformerDecoderLayer(2, 12, Experts = 4, NormFirst = true, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Rotary = true, KeyValueHeads = 1, Bias = false,
                Dropout = 0.1f)]
            [RMSNorm, MixtureOfExperts(3, 10, TopK = 1, BalanceLoss = 0.5f), Linear(11), Loss(Loss.CrossEntropy)]
            """,
        ["Lstm"] = "[Input(5), Embedding(9, 6), LSTM(7, Bidirectional = true), GRU(5), SelectPosition, Linear(4), Loss(Loss.CrossEntropy)]",
    }, "using static NetGen.Functions;\n"));

    /// <summary>
    /// Adam's steps are as large for a gradient of next to nothing as for others, and rounding decides which way they go: SGD follows gradients as they are.
    /// </summary>
    [Theory]
    [InlineData("Gpt"), InlineData("Vit"), InlineData("Mixtral"), InlineData("Lstm")]
    public void Training_OfSomeSteps_MatchesProcessor(string network)
    {
        Effort.SkipUnlessFull();
        PerceptronTests.AssertTrains(Networks.Value, network, () => new SGD(0.05, momentum: 0.9), new() { Seed = 5, ClipNorm = 1 }, TestDevice.TrainingSteps, samples: 2);
    }

    /// <summary>Choices and rows are numbered by their order, whichever thread comes first.</summary>
    [Fact]
    public void TrainingOfExperts_Twice_GivesTheSameBits()
    {
        Effort.SkipUnlessFull();
        var runs = Enumerable.Range(0, 2).Select(_ =>
        {
            var (processor, gpu) = Networks.Value.Pair("Mixtral");
            using var disposed = gpu;
            gpu.Train(new AdamW(0.01), new() { Seed = 5 });
            gpu.Step(Batch.Random(processor.Info, LossSettings.Of(Networks.Value.Models["Mixtral"]), 3, seed: 1));
            return gpu.ParameterValues;
        }).ToList();
        foreach (var (name, values) in runs[0]) Assert.Equal(values, runs[1][name]);
    }

    [Fact]
    public void Ids_OutsideOfTheVocabulary_AreAnError()
    {
        var (_, gpu) = Networks.Value.Pair("Lstm");
        using var __ = gpu;
        var tokens = new[] { 0, 1, 9, 3, 4 };
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => gpu.Predict(Array.ConvertAll(tokens, BitConverter.Int32BitsToSingle)));
        Assert.Contains("The id at position 2 of sample 0 is 9", exception.Message, StringComparison.Ordinal);
    }
}
