namespace NetGen;

/// <summary>Adds a learned vector to each position of [positions, features]. Gehring et al. 2017; as GPT-2 and BERT have it.</summary>
/// <remarks>Parameters: <c>weight</c> [positions, features], as PyTorch's <c>nn.Embedding(positions, features)</c> has.</remarks>
public sealed class PositionalEmbeddingAttribute : LayerAttribute
{
    /// <summary>The standard deviation of the normal distribution that the vectors start from. Default: 0.02, GPT-2's and BERT's.</summary>
    public double Deviation { get; set; } = 0.02;
}

/// <summary>
/// Adds sines and cosines of its number to each position of [positions, features]: at position p sin(p / 10000^(2i / features)) to feature 2i, and the cosine
/// to 2i + 1. Vaswani et al. 2017, section 3.5. Nothing is learned, and files have nothing of it.
/// </summary>
public sealed class SinusoidalPositionsAttribute : LayerAttribute;

/// <summary>One position of [positions, features], as a vector [features].</summary>
/// <param name="position">Which, from 0; a negative one counts from the end. Default: −1, the last.</param>
public sealed class SelectPositionAttribute(int position = -1) : LayerAttribute
{
    /// <summary>Which, from 0; a negative one counts from the end.</summary>
    public int Position { get; } = position;
}

/// <summary>The mean over the positions of [positions, features], as a vector [features].</summary>
public sealed class MeanPositionsAttribute : LayerAttribute;

/// <summary>
/// The largest value of each feature over the positions of [positions, features], as a vector [features]: pooling over time, Collobert et al. 2011, section
/// 3.2.2. NaN where a position has one; the first of equal values gets the gradient.
/// </summary>
public sealed class MaxPositionsAttribute : LayerAttribute;

/// <summary>
/// A feed-forward layer with a gate, <c>y = (SiLU(x Wᵍᵀ) ⊙ x Wᵘᵀ) Wᵈᵀ</c>, of a vector or of each row of [rows, inputs], to as many values as there were.
/// Shazeer 2020.
/// </summary>
/// <remarks>
/// Parameters, as LLaMA's: <c>gate_proj.weight</c> and <c>up_proj.weight</c> [hidden, inputs], <c>down_proj.weight</c> [inputs, hidden]. They start as those
/// of a Linear.
/// </remarks>
/// <param name="hidden">The size between the products.</param>
public sealed class SwiGLUAttribute(int hidden) : LayerAttribute
{
    /// <summary>The size between the products.</summary>
    public int Hidden { get; } = hidden;
}

/// <summary>
/// Feed-forward networks of which each position, or a vector, chooses a few: with the logits g = x Wᵍᵀ of all experts and the k largest of them, Σ softmax(g of
/// the chosen) ⊙ expert(x). Shazeer et al. 2017; the softmax over the chosen as in Mixtral, Jiang et al. 2024, section 2.1.
/// </summary>
/// <remarks>
/// Takes and gives [positions, features] or a vector. Only what is chosen is computed, forward and backward. Parameters as in Hugging Face's Mixtral, without
/// biases: <c>gate.weight</c> [experts, features], and of each expert <c>experts.0.w1.weight</c> [hidden, features], <c>experts.0.w2.weight</c> [features,
/// hidden] and, with SwiGLU, <c>experts.0.w3.weight</c> [hidden, features]: w2(SiLU(w1 x) ⊙ w3 x). The name <c>block_sparse_moe</c> is what they are under in
/// its files.
/// </remarks>
/// <param name="experts">How many experts there are, at least 2.</param>
/// <param name="hidden">The size between an expert's fully connected layers.</param>
public sealed class MixtureOfExpertsAttribute(int experts, int hidden) : LayerAttribute
{
    /// <summary>How many experts Mixtral chooses.</summary>
    internal const int UsualTopK = 2;

    /// <summary>The weight of the loss in Mixtral 8×7B's configuration, <c>router_aux_loss_coef</c>.</summary>
    internal const double UsualBalanceLoss = 0.02;

    /// <summary>How many experts there are.</summary>
    public int Experts { get; } = experts;

    /// <summary>The size between an expert's fully connected layers.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>How many experts a position chooses, from 1 to all; of equal logits it takes the earlier expert's. Default: 2.</summary>
    public int TopK { get; set; } = UsualTopK;

    /// <summary>What an expert is: with SwiGLU three products and a gate, else two with this between them. Default: SwiGLU.</summary>
    public FeedForwardActivation Activation { get; set; } = FeedForwardActivation.SwiGLU;

    /// <summary>
    /// The weight a of what training adds to the loss, so that experts are chosen equally often: a · experts · Σ f P, with f the part of the batch's positions
    /// that chose an expert and P the mean of the softmax over all experts. Fedus et al. 2021, equations 4 to 6; of several choices f sums up to their number,
    /// as in Hugging Face's Mixtral. The gradient is that of P. At least 0; 0 for none. Default: 0.02.
    /// </summary>
    public double BalanceLoss { get; set; } = UsualBalanceLoss;
}
