using NetGen.Onnx.Models;

namespace NetGen.Onnx.Tests;

/// <summary>The networks that are raced: their sizes as published, and their outputs.</summary>
public sealed class ModelTests
{
    /// <summary>
    /// Name, parameters and multiplications of a sample: from torchvision's documentation for ResNet-18 and MobileNetV2 on images of 224×224; the others are
    /// counted by hand.
    /// </summary>
    public static TheoryData<string, long, double> Sizes => new()
    {
        { "LeNet-5", 61_706, 416_520 },
        { "CNN 32-64-128", 421_834, 4_241_152 },
        { "ResNet-18, 224×224", 11_689_512, 1.814e9 },
        { "ResNet-18, 32×32", 11_173_962, 0.5554e9 },
        { "MobileNetV2, 224×224", 3_504_872, 0.301e9 },
        { "784-128-10 (ReLU)", 101_770, 101_632 },
        { "LSTM 128-128, 100 steps", 132_096, 13_107_200 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Size_IsThePublishedOne(string name, long parameters, double multiplications)
    {
        ModelSize size = Named(name).Measure();
        Assert.Equal(parameters, size.Parameters);
        Assert.InRange(size.Flops / 2.0, 0.998 * multiplications, 1.002 * multiplications);
        Assert.InRange(size.TrainingFlops, 2 * size.Flops, 3 * size.Flops);
    }

    /// <summary>Where the signal died on its way, the logits would be the last layer's biases, and comparing them would say nothing.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void Output_DependsOnTheSample(string name, long parameters, double multiplications)
    {
        _ = (parameters, multiplications);
        Model model = Named(name);
        ModelSize size = model.Measure();
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, 2 * size.Inputs).Select(_ => random.NextSingle())];
        NaiveTensor y = OnnxRuntime.Run(model.ToOnnx(new RandomTensors(1), batch: 2), x, [2, .. model.InputShape]);
        Assert.Equal([2, size.Outputs], y.Shape);
        double largest = y.Values.Max(Math.Abs), difference = Enumerable.Range(0, size.Outputs).Max(i => Math.Abs(y[0, i] - y[1, i]));
        Assert.InRange(largest, 0.1, 1000);
        Assert.InRange(difference, 0.01 * largest, 2 * largest);
    }

    static Model Named(string name)
    {
        Model[] models =
        [
            new LeNet5Model(), new SmallCnnModel(), new ResNet18Model(), new ResNet18Model(SmallImages: true), new MobileNetV2Model(),
            new PerceptronModel([784, 128, 10], Activation.ReLU), new LstmModel(100, 128, 128),
        ];
        return Array.Find(models, model => model.Name == name)!;
    }
}
