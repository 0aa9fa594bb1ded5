using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>
/// Functions along the positions of samples that have as many as they like, and of all of their values, against the interpreter, and that against finite
/// differences; <see cref="SequenceLengthTests"/> has them against those of one length.
/// </summary>
public sealed class PositionFunctionTests(NetworkFixture<PositionFunctionTests> networks, ITestOutputHelper output)
    : LengthGradientTests<PositionFunctionTests>(networks, output), INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases { get; } = NetworkCases.Select(new Dictionary<string, string>
    {
        ["Softmax"] = "[Loss(Loss.MSE)] { Tensor Forward([Sequence(5, Max = 7, Gradient = true)] Tensor x) => Softmax(x, axis: 0); }",
        ["LogSoftmax"] = "[Loss(Loss.L1)] { Tensor Forward([Sequence(17, Max = 6, Gradient = true)] Tensor x) => LogSoftmax(3 * x, axis: -2); }",
        ["AttentionPooling"] = """
            [Loss(Loss.CrossEntropy)]
            {
                [Linear(1)] readonly Layer score;
                [Linear(3)] readonly Layer head;
                Tensor Forward([Sequence(6, Max = 9, Gradient = true)] Tensor x) => head(Sum(x * Softmax(score(Tanh(x)), axis: 0), axis: 0));
            }
            """,
        ["SumsAndMeans"] = """
            [Loss(Loss.MSE)]
            {
                Tensor Forward([Sequence(4, Max = 5, Gradient = true)] Tensor x) =>
                    Concat(Sum(Tanh(x), axis: 0), Mean(x * x, axis: 0), Reshape(Sum(x), 1), Reshape(Mean(Sigmoid(x)), 1), Sum(Mean(x, -1, keep: true), 0));
            }
            """,
        ["MaximaAndMinima"] = """
            [Loss(Loss.MSE)]
            {
                [Linear(5)] readonly Layer first;
                Tensor Forward([Sequence(3, Max = 6, Gradient = true)] Tensor x)
                {
                    var y = first(x);
                    y = y - Max(y, axis: 0, keep: true);
                    return Concat(Min(y, axis: 0), Reshape(Max(x), 1), Reshape(Min(x + 1), 1), Max(Sum(x, -1), 0));
                }
            }
            """,
    });

    public static string Blocks => "using static NetGen.Functions;\n";
}
