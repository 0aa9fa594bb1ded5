namespace NetGen.Onnx.Tests;

/// <summary>ONNX Runtime's second opinion on predictions.</summary>
public sealed class NetworkModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Predict_OfMlp784_AgreesWithOnnxRuntime(int samples) => AssertAgree(Mlp784.Create(seed: 1), samples);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Predict_OfFashionMlp_AgreesWithOnnxRuntime(int samples) => AssertAgree(FashionMlp.Create(seed: 2), samples);

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    public void Predict_OfTinyTanh_AgreesWithOnnxRuntime(int samples) => AssertAgree(TinyTanh.Create(seed: 3), samples);

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    public void Predict_OfTinyReLU_AgreesWithOnnxRuntime(int samples) => AssertAgree(TinyReLU.Create(seed: 4), samples);

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    public void Predict_OfClassifier_AgreesWithOnnxRuntime(int samples) => AssertAgree(Classifier.Create(seed: 5), samples);

    [Fact]
    public void LayerWithoutCounterpart_IsRefused_NamingIt()
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => NetworkModel.Of(Normalizing.Create()));
        Assert.Contains("LayerNorm", error.Message, StringComparison.Ordinal);
    }

    static void AssertAgree<TNetwork>(TNetwork network, int samples) where TNetwork : class, INetwork<TNetwork>
    {
        Random random = new(samples);
        float[] x = [.. Enumerable.Range(0, samples * TNetwork.Info.InputSize).Select(_ => 2 * random.NextSingle() - 1)];
        double[] expected = OnnxRuntime.Run(NetworkModel.Of(network), x, samples, TNetwork.Info.InputSize).Values;
        float[] actual = new float[samples * TNetwork.Info.OutputSize];
        network.Predict(x, actual);

        double allowed = 1e-5 * expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.InRange(actual[i], expected[i] - allowed, expected[i] + allowed);
    }
}
