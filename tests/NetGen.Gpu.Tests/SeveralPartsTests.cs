namespace NetGen.Gpu.Tests;

/// <summary>Networks with several inputs and outputs of fixed shapes: on a device they take and give a span for each, as on the processor.</summary>
public sealed class SeveralPartsTests
{
    const string Source = """
        using System;
        using ILGPU.Runtime;
        using NetGen;
        using NetGen.Gpu;

        public static partial class Outer
        {
            [Network, Loss(Loss.CrossEntropy)]
            public sealed partial class Labelled
            {
                [Linear(4)] readonly Layer f = null!;
                [Embedding(9, 3)] readonly Layer words = null!;
                [Linear(5)] readonly Layer g = null!;

                Tensor Forward([Shape(3)] Tensor x, [Shape(2)] Tensor ids) => g(Functions.Concat(Functions.Tanh(f(x)), Functions.Reshape(words(ids), 6)));
            }
        }

        [Network]
        public sealed partial class TwoOutputs
        {
            [Linear(4)] readonly Layer f = null!;

            (Tensor First, Tensor Second) Forward([Shape(3)] Tensor x, [Shape(4)] Tensor z) => (f(x) * z, Functions.Exp(z));
        }

        public static class Program
        {
            static readonly float[] X = { 0.5f, -1, 2, 1, 0.25f, -3 };

            public static float[][] OfLabelled(Accelerator device)
            {
                var network = Outer.Labelled.Create(seed: 1);
                using var gpu = network.OnGpu(device);
                int[] ids = { 1, 8, 0, 3 }, labels = { 4, 2 };
                float[] expected = new float[10], actual = new float[10];
                network.Predict(X, ids, expected);
                gpu.Predict(X, ids, actual);
                var trainer = new Outer.Labelled.Trainer(network, new SGD(0.5));
                using var ofDevice = gpu.CreateTrainer(new SGD(0.5));
                var loss = trainer.Step(X, ids, labels);
                ofDevice.Step(X, ids, labels);
                var first = ofDevice.Loss;
                ofDevice.Backward(X, ids, labels);
                ofDevice.Accumulate(X, ids, labels, 0.5f);
                return new[] { expected, actual, new[] { loss, trainer.Backward(X, ids, labels) }, new[] { first, ofDevice.Loss } };
            }

            public static float[][] OfTwoOutputs(Accelerator device)
            {
                var network = TwoOutputs.Create(seed: 1);
                using var gpu = network.OnGpu(device);
                float[] z = { 1, 2, 3, 4, 5, 6, 7, 8 }, dFirst = { 1, 0, 2, -1, 3, 1, 1, 1 }, dSecond = new float[8];
                float[] first = new float[8], second = new float[8], ofFirst = new float[8], ofSecond = new float[8];
                network.Predict(X, z, first, second);
                gpu.Predict(X, z, ofFirst, ofSecond);
                var trainer = new TwoOutputs.Trainer(network, new SGD(0.5));
                using var ofDevice = gpu.CreateTrainer(new SGD(0.5));
                var loss = trainer.Step(X, z, dFirst, dSecond);
                ofDevice.Step(X, z, dFirst, dSecond);
                return new[] { first, ofFirst, second, ofSecond, new[] { loss }, new[] { ofDevice.Loss } };
            }

            public static void TooFew(Accelerator device)
            {
                using var gpu = TwoOutputs.Create(seed: 1).OnGpu(device);
                gpu.Predict(X, new float[7], new float[8], new float[8]);
            }
        }
        """;

    static readonly Lazy<System.Reflection.Assembly> Assembly = new(() => GpuNetworks.OfProgram(Source));

    [Theory, InlineData("OfLabelled"), InlineData("OfTwoOutputs")]
    public void Parts_EachByItself_GiveWhatTheProcessorGives(string program)
    {
        var results = (float[][])Run(program)!;
        for (var i = 0; i < results.Length; i += 2)
            for (var j = 0; j < results[i].Length; j++) Assert.Equal(results[i][j], results[i + 1][j], 1e-4f * Math.Max(1, Math.Abs(results[i][j])));
    }

    [Fact]
    public void Part_WithTooFewValues_IsNamed()
    {
        var exception = Assert.Throws<System.Reflection.TargetInvocationException>(() => Run("TooFew")).InnerException;
        Assert.Equal("z has 7 values; 2 samples need 8. (Parameter 'z')", Assert.IsType<ArgumentException>(exception).Message);
    }

    static object? Run(string program) => Assembly.Value.GetType("Program")!.GetMethod(program)!.Invoke(null, [TestDevice.For(64)]);
}
