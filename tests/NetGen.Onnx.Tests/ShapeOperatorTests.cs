using static NetGen.Onnx.Tests.OperatorCase;

namespace NetGen.Onnx.Tests;

/// <summary>Changes of shape.</summary>
public sealed class ShapeOperatorTests
{
    [Fact]
    public void Concat_JoinsChannels() => Assert([3, 4, 5], (graph, x) => graph.Concat(x, graph.MaxPool(x, new Window(3, Padding: 1)), graph.ReLU(x)), x =>
        NaiveTensor.Of([x.Shape[0], 9, 4, 5], i => (i[1] / 3) switch
        {
            0 => x[i[0], i[1], i[2], i[3]],
            1 => NaiveTensor.Indices(3, 3).Select(k => (int[])[i[0], i[1] - 3, i[2] + k[0] - 1, i[3] + k[1] - 1]).Where(x.Contains).Max(place => x[place]),
            _ => Math.Max(x[i[0], i[1] - 6, i[2], i[3]], 0),
        }));

    [Fact]
    public void Flatten_KeepsTheOrder() => Assert([3, 4, 5], (graph, x) => graph.Flatten(x), x => new NaiveTensor([x.Shape[0], 60], x.Values));

    [Fact]
    public void Reshape_KeepsTheOrder() => Assert([24], (graph, x) => graph.Reshape(x, 2, 3, 4), x => new NaiveTensor([x.Shape[0], 2, 3, 4], x.Values));

    [Fact]
    public void UpsampleNearest_RepeatsEachValue() => Assert([2, 3, 4], (graph, x) => graph.UpsampleNearest(x, 2), x =>
        NaiveTensor.Of([x.Shape[0], 2, 6, 8], i => x[i[0], i[1], i[2] / 2, i[3] / 2]));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void UpsampleBilinear_InterpolatesAsPyTorchDoes(int factor, bool alignCorners) => Assert(
        [2, 3, 4], (graph, x) => graph.UpsampleBilinear(x, factor, alignCorners), x => NaiveTensor.Of([x.Shape[0], 2, 3 * factor, 4 * factor], i =>
        {
            (int y0, int y1, double fy) = Source(i[2], x.Shape[2], factor, alignCorners);
            (int x0, int x1, double fx) = Source(i[3], x.Shape[3], factor, alignCorners);
            double top = (1 - fx) * x[i[0], i[1], y0, x0] + fx * x[i[0], i[1], y0, x1];
            double bottom = (1 - fx) * x[i[0], i[1], y1, x0] + fx * x[i[0], i[1], y1, x1];
            return (1 - fy) * top + fy * bottom;
        }));

    [Fact]
    public void ZeroPad_AddsZerosOnEachSide() => Assert([2, 3, 4], (graph, x) => graph.ZeroPad(x, left: 1, right: 2, top: 3, bottom: 4), x =>
        NaiveTensor.Of([x.Shape[0], 2, 10, 7], i => x[i[0], i[1], i[2] - 3, i[3] - 1]));

    [Fact]
    public void PixelShuffle_SpreadsChannelsAsPyTorchDoes() => Assert([12, 3, 2], (graph, x) => graph.PixelShuffle(x, 2), x =>
        NaiveTensor.Of([x.Shape[0], 3, 6, 4], i => x[i[0], 4 * i[1] + 2 * (i[2] % 2) + i[3] % 2, i[2] / 2, i[3] / 2]));

    static (int Low, int High, double Weight) Source(int position, int length, int factor, bool alignCorners)
    {
        double source = alignCorners ? position * (length - 1.0) / (factor * length - 1.0) : Math.Max((position + 0.5) / factor - 0.5, 0);
        int low = (int)source;
        return (low, Math.Min(low + 1, length - 1), source - low);
    }
}
