using NetGen.Generator.Tests.Harness;
using NetGen.Generator.Tests.Reference;

namespace NetGen.Gpu.Tests;

/// <summary>Tiles that a network declares for its products.</summary>
public sealed class TileTests
{
    const string Perceptron = "Input(40, Gradient = true), Linear(70), Tanh, Linear(34), Linear(3), Loss(Loss.MSE)]";

    const string Convolutional = "Input(2, 4, 4), Conv2d(36, 3, Padding = 1), ReLU, Conv2d(34, 2), Flatten, Linear(3), Loss(Loss.CrossEntropy)]";

    static readonly Lazy<GpuNetworks> Networks = new(() => new(new Dictionary<string, string>
    {
        ["Flat"] = $"[Network(GpuTile = [16, 32, 4, 4, 4]), {Perceptron}",
        ["Deep"] = $"[Network(GpuTile = [32, 64, 16, 2, 16]), {Perceptron}",
        ["High"] = $"[Network(GpuTile = [64, 16, 8, 4, 4]), {Convolutional}",
        ["Wide"] = $"[Network(GpuTile = [32, 128, 8, 8, 4]), {Convolutional}",
    }));

    [Theory]
    [InlineData("Flat", 64), InlineData("Deep", 64), InlineData("High", 64), InlineData("Wide", 128)]
    public void Products_InDeclaredTiles_MatchProcessor(string network, int threads)
    {
        var (processor, gpu) = Networks.Value.Pair(network);
        using var _ = gpu;
        Assert.Equal(threads, gpu.Plan.GroupThreads);
        var batch = Batch.Random(processor.Info, LossSettings.Of(Networks.Value.Models[network]), 3, seed: 1);
        Batch.Doubles(gpu.Predict(batch.SinglesOfX)).AssertClose(Batch.Doubles(processor.Predict(batch.SinglesOfX)), 2 * Closeness.Forward, "prediction");
        gpu.Backward(batch).AssertClose(processor.Backward(batch), "3 samples");
    }

    [Theory]
    [InlineData("64, 64, 8, 8", "it has 4 numbers rather than five: rows, columns, depth, and the rows and columns of a thread")]
    [InlineData("64, 48, 8, 8, 8", "48 isn't a power of two from 1 to 1024")]
    [InlineData("64, 64, 0, 8, 8", "0 isn't a power of two from 1 to 1024")]
    [InlineData("64, 64, -8, 8, 8", "-8 isn't a power of two from 1 to 1024")]
    [InlineData("512, 512, 8, 16, 16", "a thread has 256 results, and registers for 128")]
    [InlineData("128, 32, 8, 8, 8", "a thread has 64 results, more than the tile's shorter side, 32")]
    [InlineData("128, 128, 16, 2, 4", "its groups have 2048 threads, and devices take 1024")]
    [InlineData("16, 16, 32, 4, 4", "its depth, 32, is more than the 16 threads of a group")]
    [InlineData("16, 256, 2, 4, 4", "its groups have 256 threads, more than the 32 numbers that they bring of a side at a time")]
    [InlineData("128, 128, 64, 8, 8", "it needs 67584 bytes of shared memory, and groups have 49152")]
    public void Tile_ThatCannotWork_IsNG0062_AtNetwork(string tile, string fault) => Expect.Diagnostic(
        $"[{{|NG0062:Network(GpuTile = [{tile}])|}}, Input(64), Linear(64)] public partial class Net;",
        $"Kernels of 'Net' for GPUs can't have its GpuTile: {fault}");
}
