using NetGen.Generator.Tests.Gradients;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>Predictions of one sample whose layers threads share.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class SharedSampleTests(SharedSampleTests.Networks networks) : IClassFixture<SharedSampleTests.Networks>, IDisposable
{
    readonly int threads = NetGenOptions.Threads;

    public static TheoryData<string> Names => [.. Cases.Keys];

    static Dictionary<string, string> Cases { get; } = ConvolutionCases.All()
        .Concat(PoolingCases.All())
        .Concat(NetworkCases.OfRows.Where(c => c.Key.StartsWith("Rows_", StringComparison.Ordinal) && !c.Key.StartsWith("Rows_1_", StringComparison.Ordinal)))
        .Concat(NonzeroTests.Cases)
        .Concat(RecurrentCases.OfSharedStates)
        .Concat(WinogradTests.Cases.Where(c => c.Key is "Winograd_Groups" or "Winograd_Parts" or "Winograd_Small" or "Winograd_SmallOddSizes" or "Winograd_Phases7"))
        .Concat(BandTests.Cases)
        .Append(new("Winograd_UnevenGroups", "[Input(32, 26, 27), Conv2d(64, 3, Padding = 1), ReLU]"))
        .Append(new("Norm_OfRows", "[Input(37, 20), LayerNorm, Linear(7), Tanh, RMSNorm]"))
        .ToDictionary(StringComparer.Ordinal);

    [Theory, MemberData(nameof(Names))]
    public void Sample_OfAnyNumberOfWorkers_GivesTheSameBits(string network)
    {
        NetGenOptions.Threads = 7;
        var (subject, _) = networks.Set[network];
        subject.Randomize(seed: 7);
        var sample = Batch.Random(subject.Info, null, 1, seed: 5).SinglesOfX;
        Assert.NotNull(subject.PredictShared(sample, 1));
        var alone = subject.Predict(sample);
        foreach (var workers in new[] { 1, 2, 3, 7 }) Assert.Equal(alone, subject.PredictShared(sample, workers));
    }

    public void Dispose() => NetGenOptions.Threads = threads;

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(Cases, StructureCases.Blocks, predictsOnly: true);

        public void Dispose() => Set.Dispose();
    }
}
