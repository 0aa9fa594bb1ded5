namespace NetGen;

/// <summary>Adds a learned vector to each position of [positions, features]. Gehring et al. 2017; as GPT-2 and BERT have it.</summary>
/// <remarks>Parameters: <c>weight</c> [positions, features], as PyTorch's <c>nn.Embedding(positions, features)</c> has.</remarks>
public sealed class PositionalEmbeddingAttribute : LayerAttribute
{
    /// <summary>The standard deviation of the normal distribution that the vectors start from. Default: 0.02, GPT-2's and BERT's.</summary>
    public float Deviation { get; set; } = 0.02f;
}

/// <summary>
/// Adds sines and cosines of its number to each position of [positions, features]: at position p sin(p / 10000^(2i / features)) to feature 2i, and the cosine to
/// 2i + 1. Vaswani et al. 2017, section 3.5. Nothing is learned, and files have nothing of it.
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
/// A feed-forward layer with a gate, <c>y = (SiLU(x Wᵍᵀ) ⊙ x Wᵘᵀ) Wᵈᵀ</c>, of a vector or of each row of [rows, inputs], to as many values as there were. Shazeer 2020.
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
