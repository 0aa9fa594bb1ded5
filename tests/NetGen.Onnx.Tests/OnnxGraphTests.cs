using Microsoft.ML.OnnxRuntime;

namespace NetGen.Onnx.Tests;

/// <summary>The graph as a whole, and what it refuses.</summary>
public sealed class OnnxGraphTests
{
    [Fact]
    public void Model_WithOpenBatch_TakesAnyNumberOfSamples()
    {
        byte[] model = ReLU(batch: null);
        Assert.Equal([1, 0], OnnxRuntime.Run(model, [1, -1], 1, 2).Values);
        Assert.Equal([1, 0, 0, 2], OnnxRuntime.Run(model, [1, -1, -2, 2], 2, 2).Values);
    }

    [Fact]
    public void Model_WithFixedBatch_RefusesAnother() => Assert.Throws<OnnxRuntimeException>(() => OnnxRuntime.Run(ReLU(batch: 1), [1, -1, -2, 2], 2, 2));

    [Fact]
    public void Layers_TakeTheNetworksParametersByName()
    {
        Classifier network = Classifier.Create(seed: 1);
        OnnxGraph graph = new("features", new ParameterTensors(network.Parameters));
        OnnxValue y = graph.Linear(graph.Input("x", 20), "features", 33, bias: false);
        float[] x = new float[20];
        x[4] = 1;
        double[] column = [.. Enumerable.Range(0, 33).Select(output => (double)network.Parameters["features.weight"][output, 4])];
        Assert.Equal(column, OnnxRuntime.Run(graph.ToModel(y), x, 1, 20).Values);
    }

    [Fact]
    public void ParameterOfAnotherShape_IsRefused_NamingBoth()
    {
        OnnxGraph graph = new("classifier", new ParameterTensors(Classifier.Create().Parameters));
        OnnxValue x = graph.Input("x", 20);
        ArgumentException error = Assert.Throws<ArgumentException>(() => graph.Linear(x, "features", 32, bias: false));
        Assert.Contains("features.weight [33, 20]; [32, 20] is needed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParameterThatIsMissing_IsRefused_NamingIt()
    {
        OnnxGraph graph = new("classifier", new ParameterTensors(Classifier.Create().Parameters));
        OnnxValue x = graph.Input("x", 20);
        ArgumentException error = Assert.Throws<ArgumentException>(() => graph.Linear(x, "features", 33));
        Assert.Contains("no parameter 'features.bias'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WindowLargerThanTheImage_IsRefused() => AssertRefused("doesn't fit", (graph, x) => graph.MaxPool(x, new Window(5)));

    [Fact]
    public void GroupsThatDontDivideTheChannels_AreRefused() => AssertRefused(
        "2 groups divide 3 input channels and 4 output channels unevenly", (graph, x) => graph.Conv(x, "conv", 4, new Window(3), groups: 2));

    [Fact]
    public void LinearOfAnImage_IsRefused() => AssertRefused("Flatten it first", (graph, x) => graph.Linear(x, "fc", 4));

    [Fact]
    public void AddOfDifferentShapes_IsRefused() => AssertRefused("the shapes differ", (graph, x) => graph.Add(x, graph.MaxPool(x, new Window(2))));

    [Fact]
    public void ConcatOfDifferentImages_IsRefused() =>
        AssertRefused("more than their channels", (graph, x) => graph.Concat(x, graph.MaxPool(x, new Window(2))));

    [Fact]
    public void PartsOfDifferentSizes_AreRefused() => AssertRefused("no 3 equal parts", (graph, x) => graph.AdaptiveAveragePool(x, 3));

    [Fact]
    public void ReshapeToAnotherSize_IsRefused() => AssertRefused("another number", (graph, x) => graph.Reshape(x, 7, 7));

    [Fact]
    public void GraphThatReturnsItsInput_IsRefused()
    {
        OnnxGraph graph = new("empty", new RandomTensors(1));
        OnnxValue x = graph.Input("x", 7);
        Assert.Throws<ArgumentException>(() => graph.ToModel(x));
        Assert.Throws<ArgumentException>(() => graph.ToModel());
    }

    [Theory]
    [InlineData(0, 1, 0, 1)]
    [InlineData(3, 0, 0, 1)]
    [InlineData(3, 1, -1, 1)]
    [InlineData(3, 1, 0, 0)]
    public void WindowWithANonsensicalNumber_IsRefused(int kernel, int stride, int padding, int dilation) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Window(kernel, stride, padding, dilation));

    static void AssertRefused(string reason, Func<OnnxGraph, OnnxValue, OnnxValue> append)
    {
        OnnxGraph graph = new("refused", new RandomTensors(1));
        OnnxValue x = graph.Input("x", 3, 4, 4);
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => append(graph, x)).Message, StringComparison.Ordinal);
    }

    static byte[] ReLU(int? batch)
    {
        OnnxGraph graph = new("relu", new RandomTensors(1), batch);
        return graph.ToModel(graph.ReLU(graph.Input("x", 2)));
    }
}
