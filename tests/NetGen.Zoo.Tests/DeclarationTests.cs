using NetGen.Generator.Tests.Budgets;
using NetGen.Samples.Zoo;

namespace NetGen.Zoo.Tests;

/// <summary>What is known of the zoo's networks when they are compiled.</summary>
public sealed class DeclarationTests
{
    [Theory]
    [InlineData("LeNet5", 61_706)]
    [InlineData("AlexNet", 62_378_344)]
    [InlineData("Vgg16", 138_357_544)]
    [InlineData("GoogLeNet", 6_624_904)]
    [InlineData("ResNet18", 11_689_512)]
    [InlineData("ResNet50", 25_557_032)]
    [InlineData("DenseNet121", 7_978_856)]
    [InlineData("MobileNetV2", 3_504_872)]
    [InlineData("UNet", 31_030_593)]
    [InlineData("ConvAutoencoder", 111_521)]
    [InlineData("VariationalAutoencoder", 105_257)]
    [InlineData("Transformer", 63_082_496)]
    [InlineData("Bert", 109_514_298)]
    [InlineData("Gpt2", 124_439_808)]
    [InlineData("Gpt3", 174_604_259_328)]
    [InlineData("VisionTransformer", 86_567_656)]
    [InlineData("Llama3", 8_030_261_248)]
    [InlineData("Mixtral", 46_702_792_704)]
    public void ParameterCount_IsThatOfTheOriginal(string network, long count)
    {
        Assert.Equal(count, Info(network).ParameterCount);
        Assert.Equal(count, Info(network).Parameters.Where(p => p.IsLearned).Sum(p => (long)p.Count));
        Assert.Equal(count, Info(network).Layers.Sum(layer => layer.Parameters));
    }

    [Theory]
    [InlineData("LeNet5", "1, 32, 32", "10")]
    [InlineData("AlexNet", "3, 227, 227", "1000")]
    [InlineData("Vgg16", "3, 224, 224", "1000")]
    [InlineData("GoogLeNet", "3, 224, 224", "1000")]
    [InlineData("ResNet18", "3, 224, 224", "1000")]
    [InlineData("ResNet50", "3, 224, 224", "1000")]
    [InlineData("DenseNet121", "3, 224, 224", "1000")]
    [InlineData("MobileNetV2", "3, 224, 224", "1000")]
    [InlineData("UNet", "1, 256, 256", "1, 256, 256")]
    [InlineData("ConvAutoencoder", "1, 28, 28", "1, 28, 28")]
    [InlineData("VariationalAutoencoder", "1, 28, 28", "1, 28, 28")]
    [InlineData("Transformer", "512", "256, 37000")]
    [InlineData("Bert", "1024", "512, 30522")]
    [InlineData("Gpt2", "1024", "1024, 50257")]
    [InlineData("Gpt3", "2048", "2048, 50257")]
    [InlineData("VisionTransformer", "3, 224, 224", "1000")]
    [InlineData("Llama3", "8192", "8192, 128256")]
    [InlineData("Mixtral", "4096", "4096, 32000")]
    public void Shapes_AreThoseOfTheOriginal(string network, string input, string output)
    {
        Assert.Equal(input, string.Join(", ", Info(network).InputShape));
        Assert.Equal(output, string.Join(", ", Info(network).OutputShape));
    }

    /// <summary>Shapes inside, where a wrong stride or padding can hide from the parameters' count and the output's shape.</summary>
    [Theory]
    [InlineData("AlexNet", "conv5", "256, 13, 13")]
    [InlineData("Vgg16", "features.30", "512, 7, 7")]
    [InlineData("GoogLeNet", "inception3a", "256, 28, 28")]
    [InlineData("GoogLeNet", "inception4e", "832, 14, 14")]
    [InlineData("GoogLeNet", "inception5b", "1024, 7, 7")]
    [InlineData("ResNet18", "layer1.1", "64, 56, 56")]
    [InlineData("ResNet18", "layer4.1", "512, 7, 7")]
    [InlineData("ResNet50", "layer2.0.conv1", "128, 56, 56")]
    [InlineData("ResNet50", "layer4.2", "2048, 7, 7")]
    [InlineData("DenseNet121", "features.denseblock1.denselayer6", "256, 56, 56")]
    [InlineData("DenseNet121", "features.norm5", "1024, 7, 7")]
    [InlineData("MobileNetV2", "features.1.conv.2", "16, 112, 112")]
    [InlineData("MobileNetV2", "features.17.conv.3", "320, 7, 7")]
    [InlineData("MobileNetV2", "features.18.2", "1280, 7, 7")]
    [InlineData("UNet", "bottom.conv2", "1024, 16, 16")]
    [InlineData("ConvAutoencoder", "code", "32")]
    [InlineData("VariationalAutoencoder", "code", "40")]
    public void LayersInside_HaveTheOriginalsShapes(string network, string layer, string shape) =>
        Assert.Contains(shape, Info(network).Layers.Where(l => l.Name == layer || l.Name.StartsWith(layer + '.', StringComparison.Ordinal))
            .Select(l => string.Join(", ", l.OutputShape)));

    /// <summary>The tensors in torchvision's files: all but the counts of batches of each normalisation, which files may have and no network needs.</summary>
    [Theory]
    [InlineData("Vgg16", 32, "features.28.weight [512, 512, 3, 3]", "classifier.0.weight [4096, 25088]", "classifier.6.bias [1000]")]
    [InlineData("GoogLeNet", 287, "conv1.conv.weight [64, 3, 7, 7]", "inception3a.branch1.conv.weight [64, 192, 1, 1]",
        "inception4d.branch2.1.conv.weight [288, 144, 3, 3]",
        "inception5b.branch3.1.bn.running_mean [128]", "inception5b.branch4.1.bn.bias [128]", "fc.bias [1000]")]
    [InlineData("ResNet18", 102, "conv1.weight [64, 3, 7, 7]", "bn1.running_var [64]", "layer1.0.conv1.weight [64, 64, 3, 3]",
        "layer2.0.downsample.0.weight [128, 64, 1, 1]", "layer4.0.downsample.1.running_mean [512]", "layer4.1.bn2.bias [512]", "fc.weight [1000, 512]")]
    [InlineData("ResNet50", 267, "layer1.0.downsample.0.weight [256, 64, 1, 1]", "layer3.5.conv3.weight [1024, 256, 1, 1]", "layer4.2.bn3.weight [2048]")]
    [InlineData("DenseNet121", 606, "features.conv0.weight [64, 3, 7, 7]", "features.denseblock1.denselayer1.norm1.weight [64]",
        "features.denseblock3.denselayer24.conv1.weight [128, 992, 1, 1]", "features.transition2.conv.weight [256, 512, 1, 1]",
        "features.norm5.running_var [1024]", "classifier.weight [1000, 1024]")]
    [InlineData("MobileNetV2", 262, "features.0.0.weight [32, 3, 3, 3]", "features.1.conv.0.0.weight [32, 1, 3, 3]", "features.1.conv.2.running_mean [16]",
        "features.2.conv.1.0.weight [96, 1, 3, 3]",
        "features.17.conv.2.weight [320, 960, 1, 1]", "features.18.1.bias [1280]", "classifier.1.weight [1000, 1280]")]
    public void Parameters_AreCalledAsInTorchvision(string network, int count, params string[] some)
    {
        var parameters = Info(network).Parameters.Select(p => $"{p.Name} [{string.Join(", ", p.Shape)}]").ToHashSet();
        Assert.Equal(count, parameters.Count);
        Assert.All(some, parameter => Assert.Contains(parameter, parameters));
    }

    [Fact]
    public void List_HasEveryNetworkOfTheAssembly() => Assert.Equal(
        typeof(ResNet18).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(NetworkAttribute), inherit: false)).Select(type => type.Name)
            .Order(StringComparer.Ordinal),
        Networks.All.Select(network => network.Name).Order(StringComparer.Ordinal));

    /// <summary>
    /// Past 60,000 bytes of IL or 8,000 references to locals the JIT doesn't optimise a method, and past 512 locals it inlines nothing. What runs once, when
    /// a class is first used, isn't optimised whatever its size.
    /// </summary>
    [Fact]
    public void Methods_StayWithinTheLimitsOfTheJit()
    {
        using var assembly = File.OpenRead(typeof(ResNet18).Assembly.Location);
        var methods = MethodSizes.Read(assembly).ToList();
        Assert.InRange(methods.Count, 1000, 100_000);
        Assert.DoesNotContain(methods.Where(m => !m.Name.EndsWith(".cctor", StringComparison.Ordinal)),
            m => m.Bytes > 60_000 || m.Locals > 512 || m.LocalReferences > 8_000);
    }

    static NetworkInfo Info(string network) => Assert.Single(Networks.All, n => n.Name == network).Info;
}
