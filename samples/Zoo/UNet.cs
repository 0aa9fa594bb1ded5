namespace NetGen.Samples.Zoo;

/// <summary>
/// Which pixels belong to what is looked for. Ronneberger, Fischer and Brox 2015, "U-Net: convolutional networks for biomedical image segmentation",
/// figure 1.
/// </summary>
/// <remarks>
/// As in the paper: the channels, the four halvings and doublings, and the dropout at the end of the contracting path. Different: convolutions keep the size by
/// padding, so that nothing is cropped and each pixel of the input gets an answer; and one logit a pixel, where the paper has two for a softmax. 31,030,593
/// parameters.
/// </remarks>
[Network, Input(1, 256, 256)]
[Use(typeof(UNetLayers), Arguments = [64], Name = "")]
[Loss(Loss.BCEWithLogits)]
public partial class UNet;

/// <summary>The whole of a U-Net, for one logit a pixel. Arguments: the channels of its first level.</summary>
[Block]
[Use(typeof(UNetLevel), Arguments = [Arg.A], Name = "down1"), MaxPool2d(2)]
[Use(typeof(UNetLevel), Arguments = [2 * Arg.A], Name = "down2"), MaxPool2d(2)]
[Use(typeof(UNetLevel), Arguments = [4 * Arg.A], Name = "down3"), MaxPool2d(2)]
[Use(typeof(UNetLevel), Arguments = [8 * Arg.A], Name = "down4"), MaxPool2d(2)]
[Use(typeof(UNetLevel), Arguments = [16 * Arg.A], Name = "bottom"), Dropout]
[ConvTranspose2d(8 * Arg.A, 2, Stride = 2, Name = "enlarge4"), Concat("down4"), Use(typeof(UNetLevel), Arguments = [8 * Arg.A], Name = "up4")]
[ConvTranspose2d(4 * Arg.A, 2, Stride = 2, Name = "enlarge3"), Concat("down3"), Use(typeof(UNetLevel), Arguments = [4 * Arg.A], Name = "up3")]
[ConvTranspose2d(2 * Arg.A, 2, Stride = 2, Name = "enlarge2"), Concat("down2"), Use(typeof(UNetLevel), Arguments = [2 * Arg.A], Name = "up2")]
[ConvTranspose2d(Arg.A, 2, Stride = 2, Name = "enlarge1"), Concat("down1"), Use(typeof(UNetLevel), Arguments = [Arg.A], Name = "up1")]
[Conv2d(1, 1, Name = "head")]
public class UNetLayers;

/// <summary>Two convolutions. Arguments: the channels.</summary>
[Block]
[Conv2d(Arg.A, 3, Padding = 1, Name = "conv1"), ReLU, Conv2d(Arg.A, 3, Padding = 1, Name = "conv2"), ReLU]
public class UNetLevel;
