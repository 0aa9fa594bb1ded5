using static NetGen.Onnx.Tests.OperatorCase;

namespace NetGen.Onnx.Tests;

/// <summary>The operators with weights.</summary>
public sealed class LayerOperatorTests
{
    [Theory]
    [InlineData(3, 1, 0, 1, 1)]
    [InlineData(3, 1, 1, 1, 1)]
    [InlineData(5, 2, 2, 1, 1)]
    [InlineData(3, 1, 2, 2, 1)]
    [InlineData(3, 2, 1, 1, 2)]
    [InlineData(3, 1, 1, 1, 4)]
    [InlineData(1, 1, 0, 1, 1)]
    public void Conv_OfAnImage_IsItsDefinition(int kernel, int stride, int padding, int dilation, int groups) =>
        AssertConv([4, 9, 7], new Window(kernel, stride, padding, dilation), groups);

    [Theory]
    [InlineData(3, 1, 1, 1, 1)]
    [InlineData(4, 3, 2, 2, 2)]
    public void Conv_OfASequence_IsItsDefinition(int kernel, int stride, int padding, int dilation, int groups) =>
        AssertConv([4, 13], new Window(kernel, stride, padding, dilation), groups);

    [Fact]
    public void Conv_WithoutBias_AddsNothing() => Assert(
        [4, 9, 7], (graph, x) => graph.Conv(x, "conv", 8, new Window(3), bias: false), x => Conv(x, Tensor("conv.weight", 8, 4, 3, 3), null, new Window(3), 1));

    [Theory]
    [InlineData(4, 2, 1, 1, 0, 1)]
    [InlineData(3, 2, 1, 1, 1, 1)]
    [InlineData(2, 2, 0, 1, 0, 2)]
    [InlineData(3, 1, 0, 2, 0, 1)]
    public void ConvTranspose_IsItsDefinition(int kernel, int stride, int padding, int dilation, int outputPadding, int groups)
    {
        Window window = new(kernel, stride, padding, dilation);
        Assert([4, 5, 3], (graph, x) => graph.ConvTranspose(x, "up", 6, window, outputPadding, groups), x =>
        {
            NaiveTensor weight = Tensor("up.weight", 4, 6 / groups, kernel, kernel), bias = Tensor("up.bias", 6);
            int[] spatial = [.. x.Spatial.Select(length => (length - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + outputPadding)];
            NaiveTensor y = NaiveTensor.Of([x.Shape[0], 6, .. spatial], index => bias[index[1]]);
            foreach (int[] i in NaiveTensor.Indices(x.Shape))
                foreach (int[] k in NaiveTensor.Indices(6 / groups, kernel, kernel))
                {
                    int output = i[1] / (4 / groups) * (6 / groups) + k[0];
                    int[] place = [i[0], output, i[2] * stride + k[1] * dilation - padding, i[3] * stride + k[2] * dilation - padding];
                    if (y.Contains(place)) y[place] += x[i] * weight[[i[1], .. k]];
                }
            return y;
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Linear_IsWeightTimesInputPlusBias(bool bias) => Assert([7], (graph, x) => graph.Linear(x, "fc", 3, bias), x =>
    {
        NaiveTensor weight = Tensor("fc.weight", 3, 7), biases = Tensor("fc.bias", 3);
        return NaiveTensor.Of([x.Shape[0], 3], y => (bias ? biases[y[1]] : 0) + Enumerable.Range(0, 7).Sum(k => x[y[0], k] * weight[y[1], k]));
    });

    [Fact]
    public void Layer_UsedTwice_SharesItsTensors()
    {
        OnnxGraph graph = new("shared", OperatorCase.Tensors);
        OnnxValue x = graph.Input("x", 7);
        OnnxValue y = graph.Linear(graph.Linear(x, "fc", 7), "fc", 7);
        Xunit.Assert.Equal(7 * 7 + 7, graph.ParameterCount);
        Xunit.Assert.Equal(2 * 2 * 7 * 7, graph.Flops);
        Xunit.Assert.Equal([1, 7], OnnxRuntime.Run(graph.ToModel(y), new float[7], 1, 7).Shape);
    }

    static void AssertConv(int[] shape, Window window, int groups)
    {
        int[] weight = [8, shape[0] / groups, .. shape[1..].Select(_ => window.Kernel)];
        Assert(shape, (graph, x) => graph.Conv(x, "conv", 8, window, groups),
            x => Conv(x, Tensor("conv.weight", weight), Tensor("conv.bias", 8), window, groups));
    }

    static NaiveTensor Conv(NaiveTensor x, NaiveTensor weight, NaiveTensor? bias, Window window, int groups)
    {
        int[] spatial = [.. x.Spatial.Select(length => (length + 2 * window.Padding - window.Dilation * (window.Kernel - 1) - 1) / window.Stride + 1)];
        int outChannels = weight.Shape[0], perGroup = weight.Shape[1];
        return NaiveTensor.Of([x.Shape[0], outChannels, .. spatial], y =>
        {
            int first = y[1] / (outChannels / groups) * perGroup;
            return (bias?[y[1]] ?? 0) + NaiveTensor.Indices(weight.Shape[1..]).Sum(k =>
            {
                int[] place = [.. y[2..].Zip(k[1..], (position, tap) => position * window.Stride + tap * window.Dilation - window.Padding)];
                return weight[[y[1], .. k]] * x[[y[0], first + k[0], .. place]];
            });
        });
    }
}
