namespace NetGen;

/// <summary>
/// The code of a variational autoencoder: a vector of d means and d logarithms of variances becomes a vector of d normally distributed values,
/// z = μ + σ ⊙ ε with ε from the standard normal distribution; in inference z = μ. Kingma and Welling 2013, sections 2.4 and 3.
/// </summary>
/// <remarks>
/// Training also makes small how far the distribution is from the standard normal one, β · ½ Σ (μ² + σ² − 1 − log σ²) for each sample (appendix B), which is
/// part of the loss that a trainer reports. The network's other loss is a mean over the output's values for most kinds, while the bound of the likelihood is
/// a sum: with an output of n values, <c>Beta = 1f / n</c> weighs both as the paper does. What validation computes from predictions is the other loss alone.
/// Without a declared loss, samples are summed rather than averaged.
/// </remarks>
public sealed class ReparameterizeAttribute : LayerAttribute
{
    /// <summary>The weight of the divergence, at least 0. Default: 1. Higgins et al. 2017, equation 4.</summary>
    public double Beta { get; set; } = 1;
}
