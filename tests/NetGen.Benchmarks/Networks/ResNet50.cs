namespace NetGen.Benchmarks;

/// <summary>torchvision's ResNet-50, the deepest network that the generator is timed on; it is not raced.</summary>
[Network, Input(3, 224, 224)]
[Conv2d(64, 7, Stride = 2, Padding = 3, Bias = false, Name = "conv1"), BatchNorm(Name = "bn1"), ReLU, MaxPool2d(3, Stride = 2, Padding = 1)]
[Repeat(typeof(Bottleneck), 3, Arguments = [64, 1], Name = "layer1")]
[Repeat(typeof(Bottleneck), 4, FirstArguments = [128, 2], Arguments = [128, 1], Name = "layer2")]
[Repeat(typeof(Bottleneck), 6, FirstArguments = [256, 2], Arguments = [256, 1], Name = "layer3")]
[Repeat(typeof(Bottleneck), 3, FirstArguments = [512, 2], Arguments = [512, 1], Name = "layer4")]
[AdaptiveAvgPool2d(1), Flatten, Linear(1000, Name = "fc")]
[Loss(Loss.CrossEntropy)]
public sealed partial class ResNet50;
