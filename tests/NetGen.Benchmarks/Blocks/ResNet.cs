namespace NetGen.Benchmarks;

/// <summary>Two 3×3 convolutions of A channels with a shortcut, the first with a stride of B.</summary>
[Block, Residual(typeof(BasicBody), Projection = typeof(BasicShortcut), Arguments = [Arg.A, Arg.B], Name = ""), ReLU]
sealed class BasicBlock;

/// <summary>What the shortcut of a basic block goes around.</summary>
[Block]
[Conv2d(Arg.A, 3, Stride = Arg.B, Padding = 1, Bias = false, Name = "conv1"), BatchNorm(Name = "bn1"), ReLU]
[Conv2d(Arg.A, 3, Padding = 1, Bias = false, Name = "conv2"), BatchNorm(Name = "bn2")]
sealed class BasicBody;

/// <summary>A basic block's shortcut where the shape changes.</summary>
[Block, Conv2d(Arg.A, 1, Stride = Arg.B, Bias = false), BatchNorm]
sealed class BasicShortcut;

/// <summary>A 3×3 convolution of A channels with a stride of B between two of 1×1, the last of 4 A channels, with a shortcut.</summary>
[Block, Residual(typeof(BottleneckBody), Projection = typeof(BottleneckShortcut), Arguments = [Arg.A, Arg.B], Name = ""), ReLU]
sealed class Bottleneck;

/// <summary>What the shortcut of a bottleneck goes around.</summary>
[Block]
[Conv2d(Arg.A, 1, Bias = false, Name = "conv1"), BatchNorm(Name = "bn1"), ReLU]
[Conv2d(Arg.A, 3, Stride = Arg.B, Padding = 1, Bias = false, Name = "conv2"), BatchNorm(Name = "bn2"), ReLU]
[Conv2d(4 * Arg.A, 1, Bias = false, Name = "conv3"), BatchNorm(Name = "bn3")]
sealed class BottleneckBody;

/// <summary>A bottleneck's shortcut where the shape changes.</summary>
[Block, Conv2d(4 * Arg.A, 1, Stride = Arg.B, Bias = false), BatchNorm]
sealed class BottleneckShortcut;
