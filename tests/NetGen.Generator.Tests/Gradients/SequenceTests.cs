using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Layers on the positions of sequences.</summary>
public sealed class SequenceTests(NetworkFixture<SequenceTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<SequenceTests>>, INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases => NetworkCases.OfSequences;

    public static string Blocks => NetworkCases.SequenceBlocks;

    public static TheoryData<string> Names => [.. NetworkCases.OfSequences.Keys];

    private protected override IEnumerable<int> BatchSizes => [1, 2, 5, 13];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Gradient_MatchesInterpreter(string network) => Gradient_OfEachBatchSize_MatchesInterpreter(network);

    /// <summary>What reaches the padding's vector isn't its derivative, but nothing.</summary>
    public static TheoryData<string> Differentiable => [.. NetworkCases.OfSequences.Where(c => !c.Value.Contains("PaddingIndex", StringComparison.Ordinal)).Select(c => c.Key)];

    [Theory, MemberData(nameof(Differentiable))]
    public void Interpreter_MatchesFiniteDifferences(string network) => InterpretedGradient_MatchesFiniteDifferences(network);

    [Theory]
    [InlineData("Input(4), {|NG0020:PositionalEmbedding|}", "'PositionalEmbedding' doesn't fit an input of shape [4]: it needs [positions, features], as Embedding gives")]
    [InlineData("Input(4), {|NG0020:SinusoidalPositions|}", "'SinusoidalPositions' doesn't fit an input of shape [4]: it needs [positions, features], as Embedding gives")]
    [InlineData("Input(4, 9), {|NG0020:MultiheadAttention(3, Rotary = true)|}",
        "'MultiheadAttention(3)' doesn't fit an input of shape [4, 27]: rotary positions turn pairs of a head's values, of which it has 3, an odd number")]
    [InlineData("Input(4, 8), {|NG0018:MultiheadAttention(2, Rotary = true, RotaryBase = 0f)|}", null)]
    [InlineData("Input(4, 8), {|NG0018:TransformerEncoderLayer(2, 4, RotaryBase = 500f)|}",
        "'TransformerEncoderLayer(2, 4)' sets RotaryBase to 500: it must be left out without Rotary = true")]
    [InlineData("Input(4, 8), {|NG0018:TransformerEncoderLayer(2, 4, Norm = (Norm)2)|}", null)]
    [InlineData("Input(4), {|NG0020:MeanPositions|}", "'MeanPositions' doesn't fit an input of shape [4]: it needs [positions, features]")]
    [InlineData("Input(4), {|NG0020:MaxPositions|}", "'MaxPositions' doesn't fit an input of shape [4]: it needs [positions, features]")]
    [InlineData("Input(4, 2, 2), {|NG0020:SelectPosition|}", "'SelectPosition(-1)' doesn't fit an input of shape [4, 2, 2]: it needs [positions, features]")]
    [InlineData("Input(4, 2), {|NG0018:SelectPosition(4)|}", "'SelectPosition(4)' sets position to 4: it must be from 0 to 3, or from -4 to -1, counted from the end")]
    [InlineData("Input(4, 2), {|NG0018:SelectPosition(-5)|}", null)]
    [InlineData("Input(4, 2), {|NG0018:PositionalEmbedding(Deviation = 0f)|}", null)]
    [InlineData("Input(4), Embedding(5, 3, Name = \"e\"), Tanh(Name = \"t\"), {|NG0020:TiedLinear(\"t\")|}",
        "'TiedLinear(\"t\")' doesn't fit an input of shape [4, 3]: it takes the weight of an Embedding, which \"t\" isn't")]
    [InlineData("Input(4), Embedding(5, 3, Name = \"e\"), Linear(4), {|NG0020:TiedLinear(\"e\")|}",
        "'TiedLinear(\"e\")' doesn't fit an input of shape [4, 4]: the embedding's vectors have 3 values, and so must the last axis here")]
    [InlineData("Input(4), Embedding(5, 3), {|NG0030:TiedLinear(\"e\")|}", null)]
    [InlineData("Input(4, 2), {|NG0005:SwiGLU(0)|}", null)]
    [InlineData("Input(4, 2, 2), {|NG0007:SwiGLU(3)|}", null)]
    [InlineData("Input(4, 20000), {|NG0006:SwiGLU(1000000)|}", null)]
    public void Layer_RefusesWhatDoesNotFit(string elements, string? message)
    {
        var source = $"[Network, {elements}] public partial class Net;";
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }
}
