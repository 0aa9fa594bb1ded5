using Microsoft.ML.OnnxRuntime;

namespace NetGen.Onnx.Tests;

/// <summary>What ONNX Runtime makes of the written models, against arithmetic in double precision.</summary>
public sealed class OnnxNetworkTests
{
    const int Samples = 5;

    [Fact]
    public void Linear_InOnnxRuntime_IsWeightTimesInputPlusBias()
    {
        float[] x = Values(Samples * 7), weight = Values(3 * 7), bias = Values(3);
        float[] y = OnnxRuntime.Run(new OnnxNetwork("linear", 7).Linear("fc", 3, weight, bias).ToModel(), x, Samples, 7);
        AssertClose(Linear(x, 7, weight, bias), y);
    }

    [Fact]
    public void LinearWithoutBias_InOnnxRuntime_IsWeightTimesInput()
    {
        float[] x = Values(Samples * 7), weight = Values(3 * 7);
        float[] y = OnnxRuntime.Run(new OnnxNetwork("linear", 7).Linear("fc", 3, weight).ToModel(), x, Samples, 7);
        AssertClose(Linear(x, 7, weight, new float[3]), y);
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("Tanh")]
    [InlineData("Sigmoid")]
    [InlineData("Softplus")]
    public void Activation_BetweenLayers_IsAppliedToEachValue(string type)
    {
        Func<double, double> function = type switch
        {
            "Relu" => v => Math.Max(v, 0),
            "Tanh" => Math.Tanh,
            "Sigmoid" => v => 1 / (1 + Math.Exp(-v)),
            _ => v => Math.Log(1 + Math.Exp(v)),
        };
        float[] x = Values(Samples * 4), w1 = Values(16 * 4), b1 = Values(16), w2 = Values(3 * 16), b2 = Values(3);
        OnnxNetwork model = new OnnxNetwork("mlp", 4, Samples).Linear("fc1", 16, w1, b1).Activation(type).Linear("fc2", 3, w2, b2);
        float[] hidden = [.. Linear(x, 4, w1, b1).Select(v => (float)function(v))];
        AssertClose(Linear(hidden, 16, w2, b2), OnnxRuntime.Run(model.ToModel(), x, Samples, 4));
    }

    [Fact]
    public void ActivationWithAttribute_KeepsItsValue()
    {
        float[] x = Values(Samples * 4);
        float[] y = OnnxRuntime.Run(new OnnxNetwork("leaky", 4).Activation("LeakyRelu", "alpha", 0.3f).ToModel(), x, Samples, 4);
        AssertClose([.. x.Select(v => v < 0 ? 0.3 * v : v)], y);
    }

    [Fact]
    public void Softmax_OfEachSample_SumsToOne()
    {
        float[] x = Values(Samples * 6);
        float[] y = OnnxRuntime.Run(new OnnxNetwork("softmax", 6).Normalized("Softmax").ToModel(), x, Samples, 6);
        AssertClose([.. x.Chunk(6).SelectMany(row => row.Select(v => Math.Exp(v) / row.Sum(w => Math.Exp(w))))], y);
    }

    [Fact]
    public void Model_WithOpenBatch_TakesAnyNumberOfSamples()
    {
        byte[] model = new OnnxNetwork("relu", 2).Activation("Relu").ToModel();
        Assert.Equal([1f, 0f], OnnxRuntime.Run(model, [1, -1], 1, 2));
        Assert.Equal([1f, 0f, 0f, 2f], OnnxRuntime.Run(model, [1, -1, -2, 2], 2, 2));
    }

    [Fact]
    public void Model_WithFixedBatch_RefusesAnother()
    {
        byte[] model = new OnnxNetwork("relu", 2, batch: 1).Activation("Relu").ToModel();
        Assert.Throws<OnnxRuntimeException>(() => OnnxRuntime.Run(model, [1, -1, -2, 2], 2, 2));
    }

    [Fact]
    public void WeightOfTheWrongSize_IsRefused_NamingTheLayer()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new OnnxNetwork("linear", 7).Linear("fc", 3, new float[20]));
        Assert.Contains("fc: the weight has 20 values; [3, 7] needs 21", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelWithoutOperators_IsRefused() => Assert.Throws<InvalidOperationException>(() => new OnnxNetwork("empty", 7).ToModel());

    static double[] Linear(float[] x, int inputs, float[] weight, float[] bias)
    {
        double[] y = new double[x.Length / inputs * bias.Length];
        for (int i = 0; i < y.Length; i++)
        {
            (int sample, int output) = Math.DivRem(i, bias.Length);
            y[i] = bias[output];
            for (int k = 0; k < inputs; k++) y[i] += (double)x[sample * inputs + k] * weight[output * inputs + k];
        }
        return y;
    }

    static float[] Values(int count)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }

    static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++) Assert.InRange(actual[i], expected[i] - 1e-6 * largest, expected[i] + 1e-6 * largest);
    }
}
