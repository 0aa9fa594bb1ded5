namespace NetGen;

/// <summary>
/// A learned vector for each id of a vocabulary: the network's input becomes [positions] ids (<see cref="int"/>), and the layer gives [positions,
/// <paramref name="features"/>]. It is the first layer. Bengio et al. 2003.
/// </summary>
/// <remarks>Parameters: <c>weight</c> [vocabulary, features], as in PyTorch's <c>nn.Embedding</c>.</remarks>
/// <param name="vocabulary">How many ids there are, from 0.</param>
/// <param name="features">The size of an id's vector.</param>
public sealed class EmbeddingAttribute(int vocabulary, int features) : LayerAttribute
{
    /// <summary>How many ids there are, from 0.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <summary>The size of an id's vector.</summary>
    public int Features { get; } = features;

    /// <summary>The id of positions that are only there to fill a sample: its vector starts as zeros, and has no gradient. Default: −1, none.</summary>
    public int PaddingIndex { get; set; } = -1;

    /// <summary>The standard deviation of the normal distribution that the vectors start from. Default: 1, PyTorch's; GPT-2 has 0.02.</summary>
    public double Deviation { get; set; } = 1;
}

/// <summary>
/// Logits of a vocabulary, <c>y = x Wᵀ</c> with the weight of an earlier embedding, whose gradient is the sum of both uses'. Press and Wolf 2017; Inan et al.
/// 2017.
/// </summary>
/// <param name="tap">The <see cref="LayerAttribute.Name"/> of the <see cref="EmbeddingAttribute"/>.</param>
public sealed class TiedLinearAttribute(string tap) : LayerAttribute
{
    /// <summary>The name of the embedding.</summary>
    public string Tap { get; } = tap;

    /// <summary>Whether a bias [vocabulary] is added, called <c>bias</c>, as BERT has one. It starts as zeros. Default: no.</summary>
    public bool Bias { get; set; }
}
