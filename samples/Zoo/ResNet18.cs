namespace NetGen.Samples.Zoo;

/// <summary>
/// ImageNet's thousand classes by blocks with shortcuts. He, Zhang, Ren and Sun 2015, "Deep residual learning for image recognition", table 1, 18 layers.
/// </summary>
/// <remarks>
/// As in the paper, with projections where the shape changes (option B of section 4.1), but for the first weights, which are PyTorch's. 11,689,512
/// parameters, named as torchvision's <c>resnet18</c>, whose weights load.
/// </remarks>
[Network, Input(3, 224, 224)]
[Use(typeof(ResNetStem), Name = "")]
[Repeat(typeof(BasicBlock), 2, Arguments = [64, 1], Name = "layer1")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [128, 2], Arguments = [128, 1], Name = "layer2")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [256, 2], Arguments = [256, 1], Name = "layer3")]
[Repeat(typeof(BasicBlock), 2, FirstArguments = [512, 2], Arguments = [512, 1], Name = "layer4")]
[AdaptiveAvgPool2d, Flatten, Linear(1000, Name = "fc")]
[Loss(Loss.CrossEntropy)]
public partial class ResNet18;
