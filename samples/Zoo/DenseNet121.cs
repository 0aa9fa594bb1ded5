namespace NetGen.Samples.Zoo;

/// <summary>
/// ImageNet's thousand classes by layers that each see what all before them gave. Huang, Liu, van der Maaten and Weinberger 2017, "Densely connected
/// convolutional networks", table 1, DenseNet-121, growth rate 32.
/// </summary>
/// <remarks>
/// As in the paper but for the first weights, which are PyTorch's. 7,978,856 parameters, named as torchvision's <c>densenet121</c>, whose weights load (files
/// of before 2018 have dots in layers' names, <c>norm.1</c>, that torchvision takes out).
/// </remarks>
[Network, Input(3, 224, 224)]
[Use(typeof(DenseNet121Features), Name = "features")]
[ReLU, AdaptiveAvgPool2d, Flatten, Linear(1000, Name = "classifier")]
[Loss(Loss.CrossEntropy)]
public partial class DenseNet121;

/// <summary>Four dense blocks; between them the image and the channels are halved.</summary>
[Block]
[Conv2d(64, 7, Stride = 2, Padding = 3, Bias = false, Name = "conv0"), BatchNorm(Name = "norm0"), ReLU, MaxPool2d(3, Stride = 2, Padding = 1)]
[Repeat(typeof(DenseLayer), 6, Arguments = [32], PartName = "denselayer", Name = "denseblock1")]
[Use(typeof(DenseTransition), Arguments = [128], Name = "transition1")]
[Repeat(typeof(DenseLayer), 12, Arguments = [32], PartName = "denselayer", Name = "denseblock2")]
[Use(typeof(DenseTransition), Arguments = [256], Name = "transition2")]
[Repeat(typeof(DenseLayer), 24, Arguments = [32], PartName = "denselayer", Name = "denseblock3")]
[Use(typeof(DenseTransition), Arguments = [512], Name = "transition3")]
[Repeat(typeof(DenseLayer), 16, Arguments = [32], PartName = "denselayer", Name = "denseblock4")]
[BatchNorm(Name = "norm5")]
public class DenseNet121Features;

/// <summary>What there was, and new channels computed from all of it. Arguments: the new channels, called the growth rate. Huang et al. 2017, section 3.</summary>
[Block, Identity(Name = "before")]
[BatchNorm(Name = "norm1"), ReLU, Conv2d(4 * Arg.A, 1, Bias = false, Name = "conv1")]
[BatchNorm(Name = "norm2"), ReLU, Conv2d(Arg.A, 3, Padding = 1, Bias = false, Name = "conv2")]
[Concat("before")]
public class DenseLayer;

/// <summary>Fewer channels, and half of the size. Arguments: the channels.</summary>
[Block]
[BatchNorm(Name = "norm"), ReLU, Conv2d(Arg.A, 1, Bias = false, Name = "conv"), AvgPool2d(2)]
public class DenseTransition;
