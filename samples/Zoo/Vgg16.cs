namespace NetGen.Samples.Zoo;

/// <summary>
/// ImageNet's thousand classes by nothing but 3 × 3 convolutions. Simonyan and Zisserman 2014, "Very deep convolutional networks for large-scale image
/// recognition", table 1, column D.
/// </summary>
/// <remarks>
/// As in the paper but for the first weights, which are PyTorch's. 138,357,544 parameters, named as torchvision's <c>vgg16</c>, whose weights load.
/// </remarks>
[Network, Input(3, 224, 224)]
[Use(typeof(VggFeatures), Name = "features"), Flatten]
[Use(typeof(VggClassifier), Arguments = [4096, 1000], Name = "classifier")]
[Loss(Loss.CrossEntropy)]
public partial class Vgg16;

/// <summary>Thirteen convolutions; each of five poolings halves the image.</summary>
[Block]
[Conv2d(64, 3, Padding = 1), ReLU, Conv2d(64, 3, Padding = 1), ReLU, MaxPool2d(2)]
[Conv2d(128, 3, Padding = 1), ReLU, Conv2d(128, 3, Padding = 1), ReLU, MaxPool2d(2)]
[Conv2d(256, 3, Padding = 1), ReLU, Conv2d(256, 3, Padding = 1), ReLU, Conv2d(256, 3, Padding = 1), ReLU, MaxPool2d(2)]
[Conv2d(512, 3, Padding = 1), ReLU, Conv2d(512, 3, Padding = 1), ReLU, Conv2d(512, 3, Padding = 1), ReLU, MaxPool2d(2)]
[Conv2d(512, 3, Padding = 1), ReLU, Conv2d(512, 3, Padding = 1), ReLU, Conv2d(512, 3, Padding = 1), ReLU, MaxPool2d(2)]
public class VggFeatures;

/// <summary>Two hidden layers and the logits. Arguments: the width, the classes.</summary>
[Block]
[Linear(Arg.A), ReLU, Dropout, Linear(Arg.A), ReLU, Dropout, Linear(Arg.B)]
public class VggClassifier;
