namespace NetGen.Samples.Zoo;

/// <summary>The start of every ResNet: an image of a quarter of the size.</summary>
[Block]
[Conv2d(64, 7, Stride = 2, Padding = 3, Bias = false, Name = "conv1"), BatchNorm(Name = "bn1"), ReLU, MaxPool2d(3, Stride = 2, Padding = 1)]
public class ResNetStem;

/// <summary>The block of ResNet-18 and ResNet-34. Arguments: channels, stride. He et al. 2015, figure 5, left.</summary>
[Block]
[Residual(typeof(BasicBlockBody), Projection = typeof(BasicBlockShortcut), Arguments = [Arg.A, Arg.B], Name = ""), ReLU]
public class BasicBlock;

/// <summary>Two convolutions.</summary>
[Block]
[Conv2d(Arg.A, 3, Stride = Arg.B, Padding = 1, Bias = false, Name = "conv1"), BatchNorm(Name = "bn1"), ReLU]
[Conv2d(Arg.A, 3, Padding = 1, Bias = false, Name = "conv2"), BatchNorm(Name = "bn2")]
public class BasicBlockBody;

/// <summary>The shortcut of a block that changes the shape.</summary>
[Block]
[Conv2d(Arg.A, 1, Stride = Arg.B, Bias = false), BatchNorm]
public class BasicBlockShortcut;

/// <summary>
/// The block of ResNet-50 and deeper ones. Arguments: channels of the narrow part, a quarter of the result's, and stride. He et al. 2015, figure 5, right.
/// </summary>
[Block]
[Residual(typeof(BottleneckBody), Projection = typeof(BottleneckShortcut), Arguments = [Arg.A, Arg.B], Name = ""), ReLU]
public class Bottleneck;

/// <summary>Fewer channels, a convolution of them, and more channels again.</summary>
[Block]
[Conv2d(Arg.A, 1, Bias = false, Name = "conv1"), BatchNorm(Name = "bn1"), ReLU]
[Conv2d(Arg.A, 3, Stride = Arg.B, Padding = 1, Bias = false, Name = "conv2"), BatchNorm(Name = "bn2"), ReLU]
[Conv2d(4 * Arg.A, 1, Bias = false, Name = "conv3"), BatchNorm(Name = "bn3")]
public class BottleneckBody;

/// <summary>The shortcut of a block that changes the shape.</summary>
[Block]
[Conv2d(4 * Arg.A, 1, Stride = Arg.B, Bias = false), BatchNorm]
public class BottleneckShortcut;
