using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>Networks of fully connected layers on the device against the processor's.</summary>
public sealed class PerceptronTests
{
    static readonly Lazy<GpuNetworks> Networks = new(() => new(new Dictionary<string, string>
    {
        ["Mlp"] = "[Input(20), Linear(24), ReLU, Dropout(0.25f), Linear(17), Tanh, Linear(5)] [Loss(Loss.CrossEntropy, LabelSmoothing = 0.1f)]",
        ["Regression"] = "[Input(7, Gradient = true), Linear(70), GELU, LayerNorm, Linear(33), Softplus, Linear(3)] [Loss(Loss.Huber)]",
        ["Chain"] = "[Input(64, Gradient = true), Hardswish, PReLU, Softplus, Tanh, SiLU, GELU, Dropout(0.2f)] [Loss(Loss.MSE)]",
        ["OddChain"] = "[Input(63, Gradient = true), Hardswish, PReLU, Softplus, Tanh, SiLU, GELU, Dropout(0.2f)] [Loss(Loss.MSE)]",
    }));

    [Fact]
    public void Training_Of20Steps_MatchesProcessor() => AssertTrains(Networks.Value, "Mlp", () => new AdamW(0.01), new() { Seed = 3 });

    [Theory]
    [InlineData("Chain")]
    [InlineData("OddChain")]
    [InlineData("Regression")]
    public void Results_OfABatch_MatchProcessor(string network)
    {
        var (processor, gpu) = Networks.Value.Pair(network);
        using var _ = gpu;
        var batch = Batch.Random(processor.Info, null, 5, seed: 1);
        Batch.Doubles(gpu.Predict(batch.SinglesOfX)).AssertClose(Batch.Doubles(processor.Predict(batch.SinglesOfX)), Closeness.Forward, "prediction");
        gpu.Backward(batch).AssertClose(processor.Backward(batch), "5 samples");
    }

    /// <summary>Trains on both sides, and compares losses and parameters.</summary>
    internal static void AssertTrains(GpuNetworks networks, string network, Func<Optimizer> optimizer, TrainerOptions? options = null, int steps = 20, int samples = 6)
    {
        var (processor, gpu) = networks.Pair(network);
        using var _ = gpu;
        processor.Train(optimizer(), options);
        gpu.Train(optimizer(), options);
        for (var step = 0; step < steps; step++)
        {
            var batch = Batch.Random(processor.Info, LossSettings.Of(networks.Models[network]), samples, seed: step);
            Assert.Equal(processor.Step(batch), gpu.Step(batch), 1e-4f);
        }
        var values = gpu.ParameterValues;
        foreach (var (name, expected) in processor.ParameterValues) values[name].AssertClose(expected, 1e-4, name);
    }
}
