using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Oracle;

/// <summary>Mixtures of experts against PyTorch, which computes all experts for all positions.</summary>
public sealed class MixtureTests(MixtureTests.Networks networks) : IClassFixture<MixtureTests.Networks>
{
    static readonly Dictionary<string, string> Cases = new()
    {
        ["mixture_top2"] = "[Input(6, 24, Gradient = true), MixtureOfExperts(5, 40, BalanceLoss = 0)]",
        ["mixture_top1"] = "[Input(9, 16, Gradient = true), MixtureOfExperts(4, 20, TopK = 1, Activation = FeedForwardActivation.ReLU, BalanceLoss = 0)]",
        ["mixture_balanced"] = "[Input(12, 16, Gradient = true), MixtureOfExperts(6, 24, TopK = 3, BalanceLoss = 2)]",
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Mixture_MatchesPyTorch(string name)
    {
        using var file = new OracleFile(name);
        var (subject, reference) = networks.Set[name];
        var parameters = file.WithPrefix("param.");
        Assert.Equal(parameters.Keys.Select(Named).Order(StringComparer.Ordinal), subject.Info.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (var (parameter, values) in parameters) subject.Parameters[Named(parameter)].CopyFrom(values);
        var (x, y) = (file.Floats("x"), file.Doubles("y"));
        Batch.Doubles(subject.Predict(x)).AssertClose(y, Closeness.Forward, "the batch");
        Batch.Doubles(subject.PredictEach(x)).AssertClose(y, Closeness.Forward, "one sample at a time");

        var gradients = file.WithPrefix("grad.param.").ToDictionary(g => Named(g.Key), g => Batch.Doubles(g.Value));
        var batch = Batch.Of(x, file.Floats("dy"), file.Samples);
        var loss = y.Zip(file.Doubles("dy"), (a, b) => a * b).Sum() + file.Doubles("balance")[0];
        var expected = new Outcome(loss, y, gradients, file.Doubles("grad.x"));
        subject.Backward(batch).AssertClose(expected, name);
        reference.Backward(batch, subject.ParameterValues).AssertClose(expected, $"{name}, interpreted");
    }

    static string Named(string parameter) => "0." + parameter;

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(Cases);

        public void Dispose() => Set.Dispose();
    }
}
