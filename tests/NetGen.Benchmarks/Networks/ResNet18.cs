namespace NetGen.Benchmarks;

/// <summary>torchvision's ResNet-18.</summary>
[Network, Input(3, 224, 224)]
[Conv2d(64, 7, Stride = 2, Padding = 3, Bias = false, Name = "conv1"), BatchNorm(Name = "bn1"), ReLU, MaxPool2d(3, Stride = 2, Padding = 1)]
[Repeat(typeof(BasicBlock), 2, Arguments = [64, 1], Name = "layer1")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [128, 2], Arguments = [128, 1], Name = "layer2")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [256, 2], Arguments = [256, 1], Name = "layer3")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [512, 2], Arguments = [512, 1], Name = "layer4")]
[AdaptiveAvgPool2d(1), Flatten, Linear(1000, Name = "fc")]
public sealed partial class ResNet18;
