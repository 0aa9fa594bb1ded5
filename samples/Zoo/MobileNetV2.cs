namespace NetGen.Samples.Zoo;

/// <summary>
/// ImageNet's thousand classes at a cost that a phone can pay. Sandler, Howard, Zhu, Zhmoginov and Chen 2018, "MobileNetV2: inverted residuals and linear
/// bottlenecks", table 2.
/// </summary>
/// <remarks>
/// As in the paper but for the first weights, which are PyTorch's. 3,504,872 parameters, named as torchvision's <c>mobilenet_v2</c>, whose weights load.
/// </remarks>
[Network, Input(3, 224, 224)]
[Use(typeof(MobileNetV2Features), Name = "features"), AdaptiveAvgPool2d, Flatten]
[Use(typeof(MobileNetV2Classifier), Arguments = [1000], Name = "classifier")]
[Loss(Loss.CrossEntropy)]
public partial class MobileNetV2;

/// <summary>A convolution, seventeen inverted residuals, and a convolution.</summary>
[Block]
[Use(typeof(ConvReLU6), Arguments = [32, 3, 2, 1])]
[Use(typeof(FirstInvertedResidual), Arguments = [16])]
[Use(typeof(InvertedBottleneck), Arguments = [24, 2]), Residual(typeof(InvertedBottleneck), Arguments = [24, 1])]
[Use(typeof(InvertedBottleneck), Arguments = [32, 2]), Residual(typeof(InvertedBottleneck), Arguments = [32, 1])]
[Residual(typeof(InvertedBottleneck), Arguments = [32, 1])]
[Use(typeof(InvertedBottleneck), Arguments = [64, 2]), Residual(typeof(InvertedBottleneck), Arguments = [64, 1])]
[Residual(typeof(InvertedBottleneck), Arguments = [64, 1]), Residual(typeof(InvertedBottleneck), Arguments = [64, 1])]
[Use(typeof(InvertedBottleneck), Arguments = [96, 1]), Residual(typeof(InvertedBottleneck), Arguments = [96, 1])]
[Residual(typeof(InvertedBottleneck), Arguments = [96, 1])]
[Use(typeof(InvertedBottleneck), Arguments = [160, 2]), Residual(typeof(InvertedBottleneck), Arguments = [160, 1])]
[Residual(typeof(InvertedBottleneck), Arguments = [160, 1])]
[Use(typeof(InvertedBottleneck), Arguments = [320, 1])]
[Use(typeof(ConvReLU6), Arguments = [1280, 1, 1, 0])]
public class MobileNetV2Features;

/// <summary>The logits. Arguments: the classes.</summary>
[Block]
[Dropout(0.2), Linear(Arg.A)]
public class MobileNetV2Classifier;

/// <summary>
/// Six times the channels, each convolved alone, and few channels again, without an activation. Arguments: channels, stride. Sandler et al. 2018, table 1.
/// </summary>
[Block, Use(typeof(InvertedBottleneckLayers), Arguments = [Arg.A, Arg.B], Name = "conv")]
public class InvertedBottleneck;

/// <summary>The layers of an <see cref="InvertedBottleneck"/>.</summary>
[Block]
[Use(typeof(ConvReLU6), Arguments = [6 * Arg.Input, 1, 1, 0]), Use(typeof(DepthwiseReLU6), Arguments = [Arg.B])]
[Conv2d(Arg.A, 1, Bias = false), BatchNorm]
public class InvertedBottleneckLayers;

/// <summary>The first one, which doesn't expand. Arguments: channels.</summary>
[Block, Use(typeof(FirstInvertedResidualLayers), Arguments = [Arg.A], Name = "conv")]
public class FirstInvertedResidual;

/// <summary>The layers of a <see cref="FirstInvertedResidual"/>.</summary>
[Block]
[Use(typeof(DepthwiseReLU6), Arguments = [1]), Conv2d(Arg.A, 1, Bias = false), BatchNorm]
public class FirstInvertedResidualLayers;

/// <summary>A convolution, normalised and cut off at six. Arguments: channels, kernel, stride, padding.</summary>
[Block]
[Conv2d(Arg.A, Arg.B, Stride = Arg.C, Padding = Arg.D, Bias = false), BatchNorm, ReLU6]
public class ConvReLU6;

/// <summary>A convolution of each channel alone, normalised and cut off at six. Arguments: stride.</summary>
[Block]
[Conv2d(Arg.Input, 3, Stride = Arg.A, Padding = 1, Groups = Arg.Input, Bias = false), BatchNorm, ReLU6]
public class DepthwiseReLU6;
