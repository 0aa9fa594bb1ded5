using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>The networks that are trained.</summary>
public sealed class TrainingRunNetworks : IDisposable
{
    public const string Perceptron = "train_perceptron", Mlp = "train_mlp", Cnn = "train_cnn", Words = "WordsNetwork", Tied = "TiedNetwork", Large = "LargeNetwork",
        Dropped = "DroppedNetwork", Regression = "RegressionNetwork", Normalized = "NormalizedNetwork", Decoder = "DecoderNetwork", Recurrent = "RecurrentNetwork",
        Lanes = "SamplesInLanes", Mixture = "MixtureNetwork", Sequences = "SequencesNetwork", Ids = "IdsNetwork", Shared = "SharedNetwork",
        Reversal = "ReversalNetwork";

    internal NetworkSet Set { get; } = new(new Dictionary<string, string>
    {
        [Perceptron] = "[Input(4), Linear(1), Sigmoid, Loss(Loss.MSE)]",
        [Mlp] = "[Input(20), Linear(32), ReLU, Linear(10), Loss(Loss.CrossEntropy)]",
        [Words] = "[Input(9), Embedding(50, 24, PaddingIndex = 7), LayerNorm, Linear(72), GELU, Linear(50), Loss(Loss.CrossEntropy)]",
        [Tied] = "[Input(9), Embedding(50, 24, Name = \"e\"), LayerNorm, Linear(24), GELU, TiedLinear(\"e\"), Loss(Loss.CrossEntropy)]",
        [Decoder] = "[Input(16), Embedding(17, 32, Name = \"e\", Deviation = 0.02f), PositionalEmbedding, " +
            "TransformerDecoderLayer(4, 64, NormFirst = true, Activation = FeedForwardActivation.GELU), " +
            "TransformerDecoderLayer(4, 64, NormFirst = true, KeyValueHeads = 2, AttentionDropout = 0.1f), LayerNorm, TiedLinear(\"e\"), Loss(Loss.CrossEntropy)]",
        [Recurrent] = "[Input(9, 7), SinusoidalPositions, LSTM(32, Bidirectional = true), GRU(20), RNN(12), SelectPosition, Linear(3), Loss(Loss.CrossEntropy)]",
        [Mixture] = "[Input(16, 12), Linear(24), MixtureOfExperts(5, 40), LayerNorm, MixtureOfExperts(3, 17, TopK = 1), SelectPosition, Linear(3), Loss(Loss.CrossEntropy)]",
        [Sequences] = "[Sequence(5, Max = 12), Linear(16), MultiheadAttention(2, Dropout = 0.1f), MixtureOfExperts(3, 20), LSTM(8), MeanPositions, Linear(3), Loss(Loss.CrossEntropy)]",
        [Ids] = "[Loss(Loss.CrossEntropy)] { [Embedding(50, 24)] readonly Layer tokens; [Embedding(2, 24)] readonly Layer segments; [TransformerEncoderLayer(2, 32)] readonly Layer encoder; "
            + "[Linear(5)] readonly Layer head; Tensor Forward([Shape(9)] Tensor text, [Shape(9)] Tensor segment, [Shape(9, 1, Gradient = true)] Tensor weight) => "
            + "head(encoder((tokens(text) + segments(segment)) * weight)); }",
        [Shared] = "[Loss(Loss.CrossEntropy)] { [Linear(37)] readonly Layer first, shared; [Parameter(37, 3)] readonly Tensor tied; Tensor Forward([Shape(5)] Tensor x) "
            + "{ var h = first(x); for (int i = 0; i < 3; i++) h = Tanh(shared(h)); return MatMul(h, tied) + MatMul(shared(h), tied); } }",
        [Reversal] = "[Loss(Loss.CrossEntropy)] { [Embedding(12, 32, Deviation = 0.1767767f)] readonly Layer tokens; [PositionalEmbedding(Deviation = 0.5f)] readonly Layer read, written; [TransformerEncoderLayer(4, 64)] readonly Layer encoder; "
            + "[TransformerDecoderLayer(4, 64)] readonly Layer decoder; [TiedLinear(\"tokens\")] readonly Layer head; Tensor Forward([Shape(8)] Tensor source, [Shape(9)] Tensor target) => "
            + "head(decoder(written(tokens(target) * 5.656854f), encoder(read(tokens(source) * 5.656854f)))); }",
        [Cnn] = "[Input(1, 12, 12), Conv2d(8, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2), " +
            "Conv2d(16, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2), Flatten, Linear(10), Loss(Loss.CrossEntropy)]",
        [Lanes] = "[Input(1, 22, 20), Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2), Conv2d(7, 3), ReLU, Flatten, Linear(10), Loss(Loss.CrossEntropy)]",
        [Large] = "[Input(200, Gradient = true), Linear(300), LayerNorm, GELU, Dropout(0.3f), " +
            "Linear(100), PReLU, Dropout(0.1f), Linear(10), Loss(Loss.CrossEntropy, LabelSmoothing = 0.1f)]",
        [Dropped] = "[Input(3, 37, Gradient = true), Dropout(0.3f)]",
        [Normalized] = "[Input(40, 9, 7, Gradient = true), BatchNorm, GELU, BatchNorm, Flatten, " +
            "Linear(50, Bias = false), BatchNorm, Tanh, Linear(3), Loss(Loss.CrossEntropy)]",
        [Regression] = "[Input(33), Linear(49), Tanh, Linear(7), Loss(Loss.MSE)]",
    }, "using static NetGen.Functions;\n");

    public void Dispose() => Set.Dispose();
}
