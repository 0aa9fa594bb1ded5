namespace NetGen.Samples;

/// <summary>A small BERT: the token at each position, from those before and after it. Devlin, Chang, Lee and Toutanova 2018.</summary>
[Network, Sequence(Max = Positions)]
[Embedding(Vocabulary, Features, Deviation = 0.02, Name = "tokens"), PositionalEmbedding(Name = "positions"), LayerNorm, Dropout(0.1)]
[Repeat(typeof(BertLayer), 3, Name = "layers")]
[Linear(Features, Name = "transform"), GELU, LayerNorm(Name = "norm"), TiedLinear("tokens", Bias = true, Name = "decoder")]
[Loss(Loss.CrossEntropy, IgnoreIndex = Masked.NotAsked)]
public partial class MaskedBert
{
    /// <summary>The most tokens of a sentence: longer ones are cut off.</summary>
    public const int Positions = 40;

    /// <summary>The tokens that there are.</summary>
    public const int Vocabulary = 2_560;

    const int Features = 128;
}

/// <summary>Attention and a feed-forward network.</summary>
[Block]
[TransformerEncoderLayer(4, 512, NormFirst = true, Activation = FeedForwardActivation.GELU, Dropout = 0.1, Name = "layer")]
public class BertLayer;
