namespace NetGen.Samples.Zoo;

/// <summary>
/// Images of 28 × 28 pixels through 32 numbers and back, learned without labels: the target is the image itself. Masci, Meier, Cireşan and Schmidhuber 2011,
/// "Stacked convolutional auto-encoders for hierarchical feature extraction".
/// </summary>
/// <remarks>
/// Different from the paper: strides in place of max pooling, weights of its own in each direction, all layers trained at once, and cross-entropy of pixels
/// from 0 to 1.
/// </remarks>
[Network, Input(1, 28, 28)]
[Use(typeof(DigitEncoder), Name = "encoder"), Flatten, Linear(32, Name = "code")]
[Use(typeof(DigitDecoder), Name = "decoder")]
[Loss(Loss.BCEWithLogits)]
public partial class ConvAutoencoder;

/// <summary>An image of 28 × 28 pixels as 32 channels of 7 × 7.</summary>
[Block]
[Conv2d(16, 3, Stride = 2, Padding = 1), ReLU, Conv2d(32, 3, Stride = 2, Padding = 1), ReLU]
public class DigitEncoder;

/// <summary>The logits of 28 × 28 pixels from a vector.</summary>
[Block]
[Linear(32 * 7 * 7), ReLU, Reshape(32, 7, 7)]
[ConvTranspose2d(16, 3, Stride = 2, Padding = 1, OutputPadding = 1), ReLU, ConvTranspose2d(1, 3, Stride = 2, Padding = 1, OutputPadding = 1)]
public class DigitDecoder;
