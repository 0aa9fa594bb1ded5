namespace NetGen.Samples.Zoo;

/// <summary>
/// ImageNet's thousand classes by blocks with shortcuts. He, Zhang, Ren and Sun 2015, "Deep residual learning for image recognition", table 1, 50 layers.
/// </summary>
/// <remarks>
/// As in the paper but that the 3 × 3 convolution of a block has the stride, not the 1 × 1 convolution before it, as torchvision has it, and for the first
/// weights, which are PyTorch's. 25,557,032 parameters, named as torchvision's <c>resnet50</c>, whose weights load.
/// </remarks>
[Network, Input(3, 224, 224)]
[Use(typeof(ResNetStem), Name = "")]
[Repeat(typeof(Bottleneck), 3, Arguments = [64, 1], Name = "layer1")]
[Repeat(typeof(Bottleneck), 4, FirstArguments = [128, 2], Arguments = [128, 1], Name = "layer2")]
[Repeat(typeof(Bottleneck), 6, FirstArguments = [256, 2], Arguments = [256, 1], Name = "layer3")]
[Repeat(typeof(Bottleneck), 3, FirstArguments = [512, 2], Arguments = [512, 1], Name = "layer4")]
[AdaptiveAvgPool2d, Flatten, Linear(1000, Name = "fc")]
[Loss(Loss.CrossEntropy)]
public partial class ResNet50;
