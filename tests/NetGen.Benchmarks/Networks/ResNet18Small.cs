namespace NetGen.Benchmarks;

/// <summary>ResNet-18 for images of 32×32, as it is trained on CIFAR-10.</summary>
[Network, Input(3, 32, 32)]
[Conv2d(64, 3, Padding = 1, Bias = false, Name = "conv1"), BatchNorm(Name = "bn1"), ReLU]
[Repeat(typeof(BasicBlock), 2, Arguments = [64, 1], Name = "layer1")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [128, 2], Arguments = [128, 1], Name = "layer2")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [256, 2], Arguments = [256, 1], Name = "layer3")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [512, 2], Arguments = [512, 1], Name = "layer4")]
[AdaptiveAvgPool2d(1), Flatten, Linear(10, Name = "fc")]
[Loss(Loss.CrossEntropy)]
public sealed partial class ResNet18Small;
