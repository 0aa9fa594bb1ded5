using static NetGen.Onnx.Tests.OperatorCase;

namespace NetGen.Onnx.Tests;

/// <summary>Functions of each value.</summary>
public sealed class ElementwiseOperatorTests
{
    [Theory]
    [InlineData("Relu")]
    [InlineData("Tanh")]
    [InlineData("Sigmoid")]
    [InlineData("Softplus")]
    [InlineData("HardSwish")]
    [InlineData("Mish")]
    public void Activation_IsAppliedToEachValue(string type)
    {
        Func<double, double> function = type switch
        {
            "Relu" => v => Math.Max(v, 0),
            "Tanh" => Math.Tanh,
            "Sigmoid" => Sigmoid,
            "Softplus" => v => Math.Log(1 + Math.Exp(v)),
            "HardSwish" => v => v * Math.Clamp(v / 6 + 0.5, 0, 1),
            _ => v => v * Math.Tanh(Math.Log(1 + Math.Exp(v))),
        };
        Assert([3, 4, 5], (graph, x) => graph.Activation(x, type), x => x.Map(function));
    }

    [Fact]
    public void ActivationWithAttribute_KeepsItsValue() => Assert(
        [4], (graph, x) => graph.Activation(x, "LeakyRelu", "alpha", 0.3f), x => x.Map(v => v < 0 ? 0.3f * v : v));

    [Fact]
    public void Clip_HasBothLimits() => Assert([40], (graph, x) => graph.Clip(x, -0.25f, 0.5f), x => x.Map(v => Math.Clamp(v, -0.25, 0.5)));

    [Fact]
    public void ReLU6_EndsAtSix() => Assert([40], (graph, x) => graph.ReLU6(TimesSixteen(graph, x)), x => x.Map(v => Math.Clamp(16 * v, 0, 6)));

    [Fact]
    public void SiLU_IsTheValueTimesItsSigmoid() => Assert([9], (graph, x) => graph.SiLU(x), x => x.Map(v => v * Sigmoid(v)));

    [Fact]
    public void Softmax_OfEachSample_SumsToOne() => Assert([6], (graph, x) => graph.Normalized(x, "Softmax"), x => NaiveTensor.Of(x.Shape, i =>
        Math.Exp(x[i]) / Enumerable.Range(0, 6).Sum(k => Math.Exp(x[i[0], k]))));

    [Fact]
    public void Add_OfAValueAndItsFunction_IsTheirSum() => Assert([3, 4, 5], (graph, x) => graph.Add(x, graph.ReLU(x)), x => x.Map(v => v + Math.Max(v, 0)));

    [Fact]
    public void Mul_ByAFactorOfEachChannel_ScalesTheChannel() => Assert([3, 4, 5], (graph, x) => graph.Mul(x, graph.GlobalAveragePool(x)), x =>
        NaiveTensor.Of(x.Shape, i => x[i] * NaiveTensor.Indices(4, 5).Average(k => x[i[0], i[1], k[0], k[1]])));

    static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));

    static OnnxValue TimesSixteen(OnnxGraph graph, OnnxValue x)
    {
        for (int i = 0; i < 4; i++) x = graph.Add(x, x);
        return x;
    }
}
