using NetGen.Generator.Ops;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Parsing;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Recurrent layers of which threads share the states of one sample.</summary>
public sealed class SharedRecurrenceTests(NetworkFixture<SharedRecurrenceTests> networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<NetworkFixture<SharedRecurrenceTests>>, INetworkCases
{
    public static IReadOnlyDictionary<string, string> Cases => RecurrentCases.OfSharedStates;

    public static TheoryData<string> Names => [.. RecurrentCases.OfSharedStates.Keys];

    private protected override IEnumerable<int> BatchSizes => [1, 3];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory]
    [InlineData("Input(9, 16), LSTM(128)", true), InlineData("Input(9, 16), GRU(128)", true), InlineData("Input(9, 16), RNN(192)", true)]
    // States that aren't whole panels, or whose products are done sooner than threads have waited for each other, and samples of any length.
    [InlineData("Input(9, 16), LSTM(120)", false), InlineData("Input(9, 16), GRU(96)", false), InlineData("Sequence(16, Max = 9), LSTM(128)", false)]
    public void States_AreShared_WhereTheirProductsTakeLongEnough(string layers, bool expected)
    {
        var network = Compiler.Lower(Models.Single($"[Network, {layers}] public partial class N;"), VectorWidths.All, TestContext.Current.CancellationToken);
        Assert.Equal(expected, network.Single.Any(call => call.Group?.Anchor is Recurrence && call.Kernel.IsShared));
    }

    [Theory]
    [InlineData("Input(9, 128), LSTM(128)", 1), InlineData("Input(9, 64), Linear(128), GRU(128, Bidirectional = true)", 2), InlineData("Input(9, 64), LSTM(160, Layers = 3)", 2)]
    // Few positions, fewer inputs and more of them, weights too large to stay near, and states that aren't shared.
    [InlineData("Input(8, 128), LSTM(128)", 0), InlineData("Input(9, 64), LSTM(128)", 0), InlineData("Input(9, 256), LSTM(128)", 0), InlineData("Input(9, 192), LSTM(192)", 0)]
    [InlineData("Input(9, 64), LSTM(64)", 0)]
    public void ProductsOfInputs_AreComputedWithTheStates_WhereWeightsStayNear(string layers, int expected)
    {
        var network = Compiler.Lower(Models.Single($"[Network, {layers}] public partial class N;"), VectorWidths.All, TestContext.Current.CancellationToken);
        Assert.Equal(expected, network.Single.Count(call => call.Group?.Last.Op is Recurrence && call.Group.Members.Length == 2));
    }
}

/// <summary>Recurrent layers, whose kernels take some samples through all positions together.</summary>
public sealed class RecurrentTests(NetworkFixture<RecurrentTests> networks, ITestOutputHelper output)
    : GradientTests<RecurrentTests>(networks, output), INetworkCases
{
    readonly NetworkSet set = networks.Set;

    public static IReadOnlyDictionary<string, string> Cases => NetworkCases.OfRecurrences;

    public static string Blocks => RecurrentCases.Blocks;

    private protected override IEnumerable<int> BatchSizes => [1, 2, 3, 5, 13, 27];

    [Theory, MemberData(nameof(Names))]
    public void Predict_IsTheSameBitForBit_HoweverManySamplesThereAre(string network)
    {
        var (subject, reference) = set[network];
        subject.Randomize(seed: 3);
        var x = Batch.Random(subject.Info, reference.Loss, 27, seed: 3).SinglesOfX;
        var all = subject.Predict(x);
        foreach (var samples in new[] { 2, 3, 4, 6, 12, 14, 26 })
        {
            Assert.Equal(all[..(samples * subject.Info.OutputSize)], subject.Predict(x[..(samples * subject.Info.InputSize)]));
        }
    }

    [Theory]
    [InlineData("Input(4), {|NG0020:LSTM(3)|}", "'LSTM(3)' doesn't fit an input of shape [4]: it takes a sequence, [positions, features]")]
    [InlineData("Input(4, 2, 2), {|NG0020:GRU(3)|}", null)]
    [InlineData("Input(4, 2), {|NG0005:RNN(0)|}", null)]
    [InlineData("Input(4, 2), {|NG0005:LSTM(3, Layers = 0)|}", null)]
    [InlineData("Input(4, 2), {|NG0006:LSTM(3, Layers = 1000000)|}", null)]
    [InlineData("Input(4, 2), {|NG0012:GRU(3, Layers = 2, Dropout = 1f)|}", "'GRU(3)' drops values with probability 1: it must be at least 0 and less than 1")]
    [InlineData("Input(4, 2), {|NG0018:GRU(3, Dropout = 0.5f)|}", "'GRU(3)' sets Dropout to 0.5: it must be 0 for a single layer, since it acts between two of them")]
    [InlineData("Input(4, 2), {|NG0018:RNN(3, Nonlinearity = (Nonlinearity)2)|}", "'RNN(3)' sets Nonlinearity to 2: it must be one of Tanh, ReLU")]
    [InlineData("Input(4, 2), {|NG0006:LSTM(1000000)|}", null)]
    [InlineData("Input(100000, 2), {|NG0006:LSTM(10000, Bidirectional = true)|}", null)]
    public void Layer_RefusesWhatDoesNotFit(string elements, string? message)
    {
        var source = $"[Network, {elements}] public partial class Net;";
        if (message is null) Expect.Diagnostics(source);
        else Expect.Diagnostic(source, message);
    }
}
