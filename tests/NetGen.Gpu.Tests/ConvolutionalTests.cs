using NetGen.Generator.Tests.Reference;
using NetGen.Tests;

namespace NetGen.Gpu.Tests;

/// <summary>Convolutional networks on the device against the processor's, and what fusing their layers gives.</summary>
public sealed class ConvolutionalTests
{
    /// <summary>The network of the Fashion-MNIST sample, smaller.</summary>
    const string Small = """
        [Input(1, 5, 5)]
        [Conv2d(4, 3, Padding = 1), BatchNorm, ReLU, Dropout2d(0.1f), MaxPool2d(2)]
        [Residual(typeof(Body)), ReLU, Conv2d(6, 2), Flatten, Linear(8), ReLU, Dropout(0.25f), Linear(5)]
        [Loss(Loss.CrossEntropy)]
        """;

    const string Body = "[Block, Conv2d(4, 3, Padding = 1), BatchNorm] class Body;\n";

    static readonly Lazy<GpuNetworks> Networks = new(() => new(new Dictionary<string, string> { ["Cnn"] = Small }, Body));

    [Fact]
    public void Training_Of20Steps_MatchesProcessor()
    {
        Assert.SkipWhen(TestDevice.IsReal, "Training_OfRealShape_MatchesProcessor trains such a network on a real device.");
        Effort.SkipUnlessFull();
        PerceptronTests.AssertTrains(Networks.Value, "Cnn", () => new SGD(0.05, momentum: 0.9), new() { Seed = 11, ClipNorm = 1 });
    }

    [Fact]
    public void Training_OfRealShape_MatchesProcessor()
    {
        Assert.SkipUnless(TestDevice.IsReal, "The emulation takes minutes for images of a real size. NETGEN_GPU_DEVICE=opencl runs this where there is PoCL, as in .ci/trixie.sh.");
        var networks = new GpuNetworks(new Dictionary<string, string>
        {
            ["FashionCnn"] = """
                [Input(1, 28, 28)]
                [Conv2d(32, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2), Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
                [Flatten, Linear(128), ReLU, Dropout(0.25f), Linear(10)]
                [Loss(Loss.CrossEntropy)]
                """,
        });
        PerceptronTests.AssertTrains(networks, "FashionCnn", () => new SGD(0.01, momentum: 0.9), samples: 32);
    }
}
