namespace NetGen;

/// <summary>
/// softmax(q kᵀ / √d) v for each head: each position gathers the values of those positions whose keys are like its query. Vaswani et al. 2017. Scores are never
/// stored for more than a few queries at a time (Dao et al. 2022), so that memory grows with the length, not its square.
/// </summary>
/// <remarks>
/// Input: [positions, (heads + 2 · key-value heads) · d], at each position the queries of all heads, then the keys, then the values. Output: [positions, heads
/// · d]. As PyTorch's <c>scaled_dot_product_attention</c>, whose operands are the parts of the input as [heads, positions, d].
/// </remarks>
/// <param name="heads">How many heads there are.</param>
public sealed class ScaledDotProductAttentionAttribute(int heads) : LayerAttribute
{
    /// <summary>How many heads there are.</summary>
    public int Heads { get; } = heads;

    /// <summary>
    /// How many heads of keys and values there are, each for as many heads of queries as there are to each: grouped queries (Ainslie et al. 2023), and with one
    /// head multi-query attention (Shazeer 2019). Default: 0, which stands for a head of keys and values for each head.
    /// </summary>
    public int KeyValueHeads { get; set; }

    /// <summary>Whether a position sees only itself and those before it. Default: no.</summary>
    public bool Causal { get; set; }

    /// <summary>
    /// Whether queries and keys are turned by their positions, so that a score depends on how far two positions are apart: rotary positions, Su et al. 2021. In
    /// each head the values i and i + size/2, LLaMA's pairs, are turned by the angle position · base^(−2i / size). Default: no.
    /// </summary>
    public bool Rotary { get; set; }

    /// <summary>What the angles of <see cref="Rotary"/> are powers of. Default: 10000.</summary>
    public double RotaryBase { get; set; } = MultiheadAttentionAttribute.UsualRotaryBase;

    /// <summary>The probability with which training zeroes shares of the softmax, see <see cref="MultiheadAttentionAttribute.Dropout"/>. Default: 0.</summary>
    public double Dropout { get; set; }
}
