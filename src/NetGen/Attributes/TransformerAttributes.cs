namespace NetGen;

/// <summary>
/// Multi-head attention of a sequence [positions, features]: each head's softmax(q kᵀ / √size) v, with queries, keys and values projected from the input, and
/// all heads' results projected again. Vaswani et al. 2017.
/// </summary>
/// <remarks>
/// <para>
/// A <c>Forward</c> may call it with another sequence [others, features'] too, its memory, from which keys and values are then projected, while queries are
/// from the input. Where features' are features, parameters are as below; else <c>q_proj_weight</c> [features, features], <c>k_proj_weight</c> and
/// <c>v_proj_weight</c> [features, features'] are in place of <c>in_proj_weight</c>, as in PyTorch.
/// </para>
/// Parameters, as in PyTorch's <c>nn.MultiheadAttention</c>: <c>in_proj_weight</c> [3 · features, features] and <c>in_proj_bias</c> of queries, keys and
/// values, <c>out_proj.weight</c> [features, features] and <c>out_proj.bias</c>. With fewer heads of keys and values, <c>in_proj_weight</c> has as many rows
/// fewer. The memory that training needs grows with the positions, not with their square.
/// </remarks>
/// <param name="heads">How many heads; the features must be a multiple of it.</param>
public sealed class MultiheadAttentionAttribute(int heads) : LayerAttribute
{
    /// <summary>What the angles of rotary positions are powers of where nothing else is said: 10000, as Su et al. 2021 have it.</summary>
    internal const double UsualRotaryBase = 10000;

    /// <summary>How many heads the features are cut into.</summary>
    public int Heads { get; } = heads;

    /// <summary>Whether a position sees itself and those before it only, and of a memory those up to the same place. Default: no, it sees all.</summary>
    public bool Causal { get; set; }

    /// <summary>
    /// The heads of keys and values, each shared by as many heads of queries: grouped-query attention, Ainslie et al. 2023, and multi-query attention for 1,
    /// Shazeer 2019. Default: 0, for as many as there are heads.
    /// </summary>
    public int KeyValueHeads { get; set; }

    /// <summary>Whether the projections add biases. Default: yes.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// Whether queries and keys are turned by their positions, so that a score depends on how far two positions are apart: rotary positions, Su et al. 2021. In
    /// each head the values i and i + size/2, LLaMA's pairs, are turned by the angle position · base^(−2i / size). Default: no.
    /// </summary>
    public bool Rotary { get; set; }

    /// <summary>What the angles of <see cref="Rotary"/> are powers of. Default: 10000.</summary>
    public double RotaryBase { get; set; } = UsualRotaryBase;

    /// <summary>
    /// The probability with which training zeroes shares of the softmax, of which the others are scaled by 1 / (1 − p), as PyTorch's
    /// <c>nn.MultiheadAttention(dropout)</c>. The shares aren't stored for it. Default: 0.
    /// </summary>
    public double Dropout { get; set; }
}

/// <summary>
/// A layer of a transformer on a sequence [positions, features]: self-attention and a feed-forward network of two fully connected layers, each with a shortcut
/// around it and a layer normalisation. Vaswani et al. 2017; with the normalisation first, Xiong et al. 2020.
/// </summary>
/// <param name="heads">The heads of attention; the features must be a multiple of it.</param>
/// <param name="feedForward">The features between the two fully connected layers.</param>
public abstract class TransformerLayerAttribute(int heads, int feedForward) : LayerAttribute
{
    /// <summary>The heads of attention.</summary>
    public int Heads { get; } = heads;

    /// <summary>The features between the two fully connected layers.</summary>
    public int FeedForward { get; } = feedForward;

    /// <summary>Whether attention and feed-forward network get normalised values, rather than the sums after them. Default: no.</summary>
    public bool NormFirst { get; set; }

    /// <summary>What is between the two fully connected layers. Default: ReLU.</summary>
    public FeedForwardActivation Activation { get; set; }

    /// <summary>What normalises. Default: layer normalisation.</summary>
    public Norm Norm { get; set; }

    /// <summary>The probability with which training zeroes the results of attention and of each fully connected layer. Default: 0.</summary>
    public double Dropout { get; set; }

    /// <summary>
    /// The same of the softmax's shares in attention, see <see cref="MultiheadAttentionAttribute.Dropout"/>. PyTorch's <c>dropout</c> is both. Default: 0.
    /// </summary>
    public double AttentionDropout { get; set; }

    /// <summary>
    /// The heads of keys and values, see <see cref="MultiheadAttentionAttribute.KeyValueHeads"/>. Default: 0, for as many as there are heads.
    /// </summary>
    public int KeyValueHeads { get; set; }

    /// <summary>Added to the variances of the normalisations. Default: 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether projections, fully connected layers and normalisations have biases. Default: yes.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether attention turns queries and keys by their positions, see <see cref="MultiheadAttentionAttribute.Rotary"/>. Default: no.</summary>
    public bool Rotary { get; set; }

    /// <summary>What the angles of <see cref="Rotary"/> are powers of. Default: 10000.</summary>
    public double RotaryBase { get; set; } = MultiheadAttentionAttribute.UsualRotaryBase;

    /// <summary>
    /// The experts in place of the feed-forward network, each one of that size, as of <see cref="MixtureOfExpertsAttribute"/>; it needs <c>Bias = false</c>.
    /// Parameters as in Mixtral: <c>block_sparse_moe.gate.weight</c> and <c>block_sparse_moe.experts.0.w1.weight</c> and so on. Default: 0, for one network
    /// without a gate.
    /// </summary>
    public int Experts { get; set; }

    /// <summary>How many of the <see cref="Experts"/> each position chooses. Default: 2.</summary>
    public int ExpertsPerToken { get; set; } = MixtureOfExpertsAttribute.UsualTopK;

    /// <summary>The weight of the loss that balances <see cref="Experts"/>, see <see cref="MixtureOfExpertsAttribute.BalanceLoss"/>. Default: 0.02.</summary>
    public double BalanceLoss { get; set; } = MixtureOfExpertsAttribute.UsualBalanceLoss;
}

/// <inheritdoc/>
/// <remarks>
/// Each position sees all others. Parameters as in PyTorch's <c>nn.TransformerEncoderLayer</c>: those of <c>self_attn</c>, <c>linear1</c>, <c>linear2</c>,
/// <c>norm1</c> and <c>norm2</c>; with SwiGLU those of <c>gate_proj</c>, <c>up_proj</c> and <c>down_proj</c> in place of <c>linear1</c> and <c>linear2</c>.
/// </remarks>
public sealed class TransformerEncoderLayerAttribute(int heads, int feedForward) : TransformerLayerAttribute(heads, feedForward);

/// <inheritdoc/>
/// <remarks>
/// The form of a decoder without an encoder, as in GPT: each position sees itself and those before it. Parameters as of
/// <see cref="TransformerEncoderLayerAttribute"/>. A <c>Forward</c> may call it with an encoder's output too, its memory [positions, features]: then, as in
/// PyTorch's <c>nn.TransformerDecoderLayer</c>, attention to the memory follows, in parameters <c>multihead_attn</c> and <c>norm2</c>, and <c>norm3</c> is the
/// feed-forward network's. Rotary positions are for the attention to itself. A layer of LLaMA, Touvron et al. 2023, is one with <c>NormFirst = true, Norm =
/// Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, Rotary = true, Bias = false</c>.
/// </remarks>
public sealed class TransformerDecoderLayerAttribute(int heads, int feedForward) : TransformerLayerAttribute(heads, feedForward);

/// <summary>What is between the two fully connected layers of a transformer's layer.</summary>
public enum FeedForwardActivation
{
    /// <summary>max(0, x)</summary>
    ReLU,

    /// <summary>x · Φ(x)</summary>
    GELU,

    /// <summary>Its usual approximation by a hyperbolic tangent, which GPT-2 has.</summary>
    GELUTanh,

    /// <summary>x · sigmoid(x)</summary>
    SiLU,

    /// <summary>
    /// A gate in place of the first of two layers: (SiLU(x Wᵍᵀ) ⊙ x Wᵘᵀ) Wᵈᵀ, Shazeer 2020, with LLaMA's parameters <c>gate_proj.weight</c> and
    /// <c>up_proj.weight</c> [feed-forward, features] and <c>down_proj.weight</c> [features, feed-forward], and biases where the layer has them.
    /// </summary>
    SwiGLU,
}

/// <summary>What normalises the values of a position.</summary>
public enum Norm
{
    /// <summary>(x − mean) / √(variance + ε), Ba et al. 2016.</summary>
    LayerNorm,

    /// <summary>x / √(mean square + ε), without a bias: Zhang and Sennrich 2019.</summary>
    RMSNorm,
}
