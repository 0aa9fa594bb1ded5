using NetGen.Generator.Tests.Gradients;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Forward;

/// <summary>The networks of <see cref="ForwardCases.Layers"/>.</summary>
public sealed class ForwardLayerGradientTests(ForwardLayerGradientTests.Networks networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<ForwardLayerGradientTests.Networks>
{
    public static TheoryData<string> Names => [.. ForwardCases.Layers.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Gradient_MatchesInterpreter(string network) => Gradient_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Interpreter_MatchesFiniteDifferences(string network) => InterpretedGradient_MatchesFiniteDifferences(network);

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(ForwardCases.Layers, ForwardCases.Blocks + ForwardCases.Networks);

        public void Dispose() => Set.Dispose();
    }
}

/// <summary>The networks of <see cref="ForwardCases.Functions"/>.</summary>
public sealed class FunctionGradientTests(FunctionGradientTests.Networks networks, ITestOutputHelper output)
    : GradientTests(networks.Set, output), IClassFixture<FunctionGradientTests.Networks>
{
    public static TheoryData<string> Names => [.. ForwardCases.Functions.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Predict_MatchesInterpreter(string network) => Predict_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Gradient_MatchesInterpreter(string network) => Gradient_OfEachBatchSize_MatchesInterpreter(network);

    [Theory, MemberData(nameof(Names))]
    public void Interpreter_MatchesFiniteDifferences(string network) => InterpretedGradient_MatchesFiniteDifferences(network);

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(ForwardCases.Functions, ForwardCases.Blocks);

        public void Dispose() => Set.Dispose();
    }
}
