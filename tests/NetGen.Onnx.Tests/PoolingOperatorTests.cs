using static NetGen.Onnx.Tests.OperatorCase;

namespace NetGen.Onnx.Tests;

/// <summary>Pooling.</summary>
public sealed class PoolingOperatorTests
{
    [Theory]
    [InlineData(2, 2, 0, 1)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(2, 1, 0, 3)]
    public void MaxPool_IsTheLargestOfEachWindow(int kernel, int stride, int padding, int dilation)
    {
        Window window = new(kernel, stride, padding, dilation);
        Assert([3, 9, 8], (graph, x) => graph.MaxPool(x, window),
            x => Pool(x, window, values => values.Where(value => value.Inside).Max(value => value.Value)));
    }

    [Theory]
    [InlineData(2, 2, 0, true)]
    [InlineData(3, 2, 1, true)]
    [InlineData(3, 2, 1, false)]
    public void AveragePool_IsTheMeanOfEachWindow(int kernel, int stride, int padding, bool countPadding)
    {
        Window window = new(kernel, stride, padding);
        Assert([3, 9, 8], (graph, x) => graph.AveragePool(x, window, countPadding),
            x => Pool(x, window, values => values.Where(value => countPadding || value.Inside).Average(value => value.Value)));
    }

    [Fact]
    public void MaxPool_OfASequence_IsTheLargestOfEachWindow() => Assert(
        [3, 11], (graph, x) => graph.MaxPool(x, new Window(3, Stride: 2)), x => NaiveTensor.Of([x.Shape[0], 3, 5], y =>
            Enumerable.Range(0, 3).Max(k => x[y[0], y[1], 2 * y[2] + k])));

    [Fact]
    public void GlobalAveragePool_IsTheMeanOfEachChannel() => Assert(
        [3, 5, 4], (graph, x) => graph.GlobalAveragePool(x), x => NaiveTensor.Of([x.Shape[0], 3, 1, 1], y =>
            NaiveTensor.Indices(5, 4).Average(k => x[y[0], y[1], k[0], k[1]])));

    [Fact]
    public void AdaptiveAveragePool_IsTheMeanOfEachPart() => Assert(
        [3, 6, 6], (graph, x) => graph.AdaptiveAveragePool(x, 2), x => NaiveTensor.Of([x.Shape[0], 3, 2, 2], y =>
            NaiveTensor.Indices(3, 3).Average(k => x[y[0], y[1], 3 * y[2] + k[0], 3 * y[3] + k[1]])));

    static NaiveTensor Pool(NaiveTensor x, Window window, Func<IEnumerable<(double Value, bool Inside)>, double> combine)
    {
        int[] spatial = [.. x.Spatial.Select(length => (length + 2 * window.Padding - window.Dilation * (window.Kernel - 1) - 1) / window.Stride + 1)];
        return NaiveTensor.Of([x.Shape[0], x.Channels, .. spatial], y => combine(NaiveTensor.Indices(window.Kernel, window.Kernel).Select(k =>
        {
            int[] place = [y[0], y[1], .. y[2..].Zip(k, (position, tap) => position * window.Stride + tap * window.Dilation - window.Padding)];
            return (x[place], x.Contains(place));
        })));
    }
}
