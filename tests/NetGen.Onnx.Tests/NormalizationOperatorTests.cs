using static NetGen.Onnx.Tests.OperatorCase;

namespace NetGen.Onnx.Tests;

/// <summary>Normalisations.</summary>
public sealed class NormalizationOperatorTests
{
    const double Epsilon = 1e-5;

    [Fact]
    public void BatchNorm_UsesTheRunningStatistics() => Assert([6, 4, 5], (graph, x) => graph.BatchNorm(x, "bn"), x =>
    {
        NaiveTensor weight = Tensor("bn.weight", 6), bias = Tensor("bn.bias", 6), mean = Tensor("bn.running_mean", 6), variance = Tensor("bn.running_var", 6);
        return NaiveTensor.Of(x.Shape, i => weight[i[1]] * (x[i] - mean[i[1]]) / Math.Sqrt(variance[i[1]] + Epsilon) + bias[i[1]]);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void GroupNorm_NormalizesEachGroupOfASample(int groups) => Assert(
        [6, 4, 5], (graph, x) => graph.GroupNorm(x, "gn", groups), x => Normalize(x, "gn", groups), tolerance: 1e-5);

    [Fact]
    public void InstanceNorm_NormalizesEachChannelOfASample() => Assert(
        [6, 4, 5], (graph, x) => graph.InstanceNorm(x, "in"), x => Normalize(x, "in", groups: 6), tolerance: 1e-5);

    [Fact]
    public void LayerNorm_NormalizesASample() => Assert([9], (graph, x) => graph.LayerNorm(x, "ln"), x =>
    {
        NaiveTensor weight = Tensor("ln.weight", 9), bias = Tensor("ln.bias", 9);
        return NaiveTensor.Of(x.Shape, i => weight[i[1]] * Normalized(x[i], Enumerable.Range(0, 9).Select(k => x[i[0], k])) + bias[i[1]]);
    }, tolerance: 1e-5);

    [Fact]
    public void RMSNorm_DividesByTheRootOfTheMeanSquare() => Assert([9], (graph, x) => graph.RMSNorm(x, "rms"), x =>
    {
        NaiveTensor weight = Tensor("rms.weight", 9);
        return NaiveTensor.Of(x.Shape, i => weight[i[1]] * x[i] / Math.Sqrt(Enumerable.Range(0, 9).Average(k => x[i[0], k] * x[i[0], k]) + Epsilon));
    }, tolerance: 1e-5);

    [Fact]
    public void LocalResponseNorm_DividesByTheNeighboursSquares() => Assert(
        [7, 3, 2], (graph, x) => graph.LocalResponseNorm(x, size: 5, alpha: 0.5f, beta: 0.75f, k: 2), x => NaiveTensor.Of(x.Shape, i =>
        {
            double squares = Enumerable.Range(i[1] - 2, 5).Sum(channel => Math.Pow(x[i[0], channel, i[2], i[3]], 2));
            return x[i] / Math.Pow(2 + 0.5 / 5 * squares, 0.75);
        }));

    static NaiveTensor Normalize(NaiveTensor x, string layer, int groups)
    {
        NaiveTensor weight = Tensor($"{layer}.weight", x.Channels), bias = Tensor($"{layer}.bias", x.Channels);
        int channels = x.Channels / groups;
        return NaiveTensor.Of(x.Shape, i =>
        {
            int first = i[1] / channels * channels;
            var group = NaiveTensor.Indices([channels, .. x.Spatial]).Select(k => x[[i[0], first + k[0], .. k[1..]]]);
            return weight[i[1]] * Normalized(x[i], group) + bias[i[1]];
        });
    }

    static double Normalized(double value, IEnumerable<double> group)
    {
        double mean = group.Average();
        return (value - mean) / Math.Sqrt(group.Average(other => (other - mean) * (other - mean)) + Epsilon);
    }
}
