namespace NetGen.Samples.Zoo;

/// <summary>
/// Images of 28 × 28 pixels as 20 numbers that are close to normally distributed, so that images can be drawn. Kingma and Welling 2013, "Auto-encoding
/// variational Bayes", section 3 and appendices B and C.1.
/// </summary>
/// <remarks>
/// The target is the image itself, with pixels from 0 to 1. The reported loss is the paper's negative lower bound (equation 10) in nats a pixel: the
/// cross-entropy of the pixels, and the divergence of the codes from the standard normal distribution. Different from the paper: convolutions around the codes.
/// </remarks>
[Network, Input(1, 28, 28)]
[Use(typeof(DigitEncoder), Name = "encoder"), Flatten, Linear(2 * 20, Name = "code"), Reparameterize(Beta = 1.0 / (28 * 28))]
[Use(typeof(DigitDecoder), Name = "decoder")]
[Loss(Loss.BCEWithLogits)]
public partial class VariationalAutoencoder;
