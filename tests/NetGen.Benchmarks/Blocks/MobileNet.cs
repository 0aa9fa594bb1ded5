namespace NetGen.Benchmarks;

/// <summary>The convolutions of MobileNetV2: table 2 of Sandler et al. 2018.</summary>
[Block]
[Use(typeof(MobileStem))]
[Use(typeof(Separable))]
[Use(typeof(Inverted), Arguments = [24, 2]), Use(typeof(InvertedResidual))]
[Use(typeof(Inverted), Arguments = [32, 2]), Use(typeof(InvertedResidual)), Use(typeof(InvertedResidual))]
[Use(typeof(Inverted), Arguments = [64, 2]), Use(typeof(InvertedResidual)), Use(typeof(InvertedResidual)), Use(typeof(InvertedResidual))]
[Use(typeof(Inverted), Arguments = [96, 1]), Use(typeof(InvertedResidual)), Use(typeof(InvertedResidual))]
[Use(typeof(Inverted), Arguments = [160, 2]), Use(typeof(InvertedResidual)), Use(typeof(InvertedResidual))]
[Use(typeof(Inverted), Arguments = [320, 1])]
[Use(typeof(Pointwise), Arguments = [1280])]
sealed class MobileFeatures;

/// <summary>The classifier of MobileNetV2.</summary>
[Block, Dropout(0.2f), Linear(1000)]
sealed class MobileClassifier;

/// <summary>The first convolution of MobileNetV2.</summary>
[Block, Conv2d(32, 3, Stride = 2, Padding = 1, Bias = false), BatchNorm, ReLU6]
sealed class MobileStem;

/// <summary>The first block of MobileNetV2, which doesn't expand.</summary>
[Block, Use(typeof(SeparableBody), Name = "conv")]
sealed class Separable;

/// <summary>A depthwise convolution, and a linear one to 16 channels.</summary>
[Block, Use(typeof(Depthwise), Arguments = [1]), Conv2d(16, 1, Bias = false), BatchNorm]
sealed class SeparableBody;

/// <summary>An inverted bottleneck to A channels with a stride of B, without a shortcut.</summary>
[Block, Use(typeof(InvertedBody), Arguments = [Arg.A, Arg.B], Name = "conv")]
sealed class Inverted;

/// <summary>An inverted bottleneck with a shortcut, which keeps the shape.</summary>
[Block, Residual(typeof(InvertedBody), Arguments = [Arg.Input, 1], Name = "conv")]
sealed class InvertedResidual;

/// <summary>An expansion to six times the channels, a depthwise convolution with a stride of B, and a linear one to A channels.</summary>
[Block, Use(typeof(Pointwise), Arguments = [6 * Arg.Input]), Use(typeof(Depthwise), Arguments = [Arg.B]), Conv2d(Arg.A, 1, Bias = false), BatchNorm]
sealed class InvertedBody;

/// <summary>A 1×1 convolution to A channels.</summary>
[Block, Conv2d(Arg.A, 1, Bias = false), BatchNorm, ReLU6]
sealed class Pointwise;

/// <summary>A 3×3 convolution of each channel for itself, with a stride of A.</summary>
[Block, Conv2d(Arg.Input, 3, Stride = Arg.A, Padding = 1, Groups = Arg.Input, Bias = false), BatchNorm, ReLU6]
sealed class Depthwise;
