namespace NetGen.Samples.Zoo;

/// <summary>
/// ImageNet's thousand classes by kernels of several sizes side by side. Szegedy et al. 2014, "Going deeper with convolutions", table 1.
/// </summary>
/// <remarks>
/// This is torchvision's <c>googlenet</c> without its two auxiliary classifiers, and its weights load. It differs from the paper: batch normalisation in place
/// of local response normalisation, 3 × 3 kernels where the paper has 5 × 5, a last pooling of 2 × 2, and dropout of 0.2. 6,624,904 parameters.
/// </remarks>
[Network, Input(3, 224, 224)]
[Use(typeof(GoogLeNetConv), Arguments = [64, 7, 2, 3], Name = "conv1"), MaxPool2d(3, Stride = 2, CeilMode = true)]
[Use(typeof(GoogLeNetConv), Arguments = [64, 1, 1, 0], Name = "conv2")]
[Use(typeof(GoogLeNetConv), Arguments = [192, 3, 1, 1], Name = "conv3"), MaxPool2d(3, Stride = 2, CeilMode = true)]
[Use(typeof(Inception), Arguments = [64, 96, 128, 16, 32, 32], Name = "inception3a")]
[Use(typeof(Inception), Arguments = [128, 128, 192, 32, 96, 64], Name = "inception3b"), MaxPool2d(3, Stride = 2, CeilMode = true)]
[Use(typeof(Inception), Arguments = [192, 96, 208, 16, 48, 64], Name = "inception4a")]
[Use(typeof(Inception), Arguments = [160, 112, 224, 24, 64, 64], Name = "inception4b")]
[Use(typeof(Inception), Arguments = [128, 128, 256, 24, 64, 64], Name = "inception4c")]
[Use(typeof(Inception), Arguments = [112, 144, 288, 32, 64, 64], Name = "inception4d")]
[Use(typeof(Inception), Arguments = [256, 160, 320, 32, 128, 128], Name = "inception4e"), MaxPool2d(2, CeilMode = true)]
[Use(typeof(Inception), Arguments = [256, 160, 320, 32, 128, 128], Name = "inception5a")]
[Use(typeof(Inception), Arguments = [384, 192, 384, 48, 128, 128], Name = "inception5b")]
[AdaptiveAvgPool2d, Flatten, Dropout(0.2), Linear(1000, Name = "fc")]
[Loss(Loss.CrossEntropy)]
public partial class GoogLeNet;

/// <summary>
/// Four branches on the same image, and their channels one after the other. Arguments: the channels of the 1 × 1 branch, of the second branch's reduction and
/// result, of the third's, and of the one behind the pooling.
/// </summary>
[Block]
[Parallel(typeof(InceptionPixel), typeof(InceptionSmall), typeof(InceptionLarge), typeof(InceptionPool),
    Arguments = [Arg.A, Arg.B, Arg.C, Arg.D, Arg.E, Arg.F], PartName = "branch", Name = "")]
public class Inception;

/// <summary>The branch of 1 × 1 kernels.</summary>
[Block, Use(typeof(GoogLeNetConv), Arguments = [Arg.A, 1, 1, 0], Name = "")]
public class InceptionPixel;

/// <summary>Fewer channels, and 3 × 3 kernels on them.</summary>
[Block, Use(typeof(GoogLeNetConv), Arguments = [Arg.B, 1, 1, 0]), Use(typeof(GoogLeNetConv), Arguments = [Arg.C, 3, 1, 1])]
public class InceptionSmall;

/// <summary>The same for what has 5 × 5 kernels in the paper.</summary>
[Block, Use(typeof(GoogLeNetConv), Arguments = [Arg.D, 1, 1, 0]), Use(typeof(GoogLeNetConv), Arguments = [Arg.E, 3, 1, 1])]
public class InceptionLarge;

/// <summary>The largest of each pixel's neighbours, with fewer channels.</summary>
[Block, MaxPool2d(3, Stride = 1, Padding = 1), Use(typeof(GoogLeNetConv), Arguments = [Arg.F, 1, 1, 0])]
public class InceptionPool;

/// <summary>A convolution, normalised. Arguments: channels, kernel, stride, padding.</summary>
[Block]
[Conv2d(Arg.A, Arg.B, Stride = Arg.C, Padding = Arg.D, Bias = false, Name = "conv"), BatchNorm(Epsilon = 1e-3, Name = "bn"), ReLU]
public class GoogLeNetConv;
