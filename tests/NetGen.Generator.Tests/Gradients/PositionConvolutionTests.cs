using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// Convolutions along the positions of samples that have as many as they like, against the interpreter; <see cref="SequenceLengthTests"/> has them against
/// those of one length.
/// </summary>
public sealed class PositionConvolutionTests(NetworkFixture<PositionConvolutionTests> networks, ITestOutputHelper output)
    : LengthGradientTests<PositionConvolutionTests>(networks, output), INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases { get; } = NetworkCases.Select(new Dictionary<string, string>
    {
        ["Same"] = "[Sequence(5, Max = 9, Gradient = true), Conv1d(7, 3, Padding = Padding.Same), Tanh, Linear(3), Loss(Loss.MSE)]",
        ["Even"] = "[Sequence(3, Max = 6, Gradient = true), Conv1d(20, 4, Padding = Padding.Same, Dilation = 3, Bias = false), MeanPositions, Linear(2), Loss(Loss.CrossEntropy)]",
        ["BeyondBothEnds"] = "[Sequence(2, Max = 4, Gradient = true), Conv1d(3, 9, Padding = 8, Dilation = 2)]",
        ["OfOnePlace"] = "[Sequence(6, Max = 4, Gradient = true), Conv1d(3, 1, Padding = Padding.Same), GELU, Conv1d(5, 1), Loss(Loss.L1)]",
        ["Text"] = "[Sequence(Max = 7), Embedding(6, 16), Conv1d(18, 5, Padding = 4, Dilation = 2), ReLU, Conv1d(40, 2, Padding = Padding.Same), MeanPositions, Linear(3), Loss(Loss.CrossEntropy)]",
        ["Residual"] = "[Sequence(8, Max = 6, Gradient = true), Residual(typeof(Body)), Residual(typeof(Body)), SelectPosition(0), Loss(Loss.MSE)]",
        ["Branches"] = """
            [Loss(Loss.MSE)]
            {
                [Conv1d(5, 3, Padding = 1)] readonly Layer narrow;
                [Conv1d(5, 5, Padding = 2)] readonly Layer wide;
                [TransformerEncoderLayer(2, 12)] readonly Layer attention;
                Tensor Forward([Sequence(3, Max = 8, Gradient = true)] Tensor x) => attention(Concat(1, Sigmoid(narrow(x)), wide(x) * narrow(2 * x)));
            }
            """,
    });

    public static string Blocks => "using static NetGen.Functions;\n[Block, LayerNorm, Conv1d(24, 3, Padding = 1), SiLU, Conv1d(8, 3, Padding = 2, Dilation = 2)] class Body;\n";
}
