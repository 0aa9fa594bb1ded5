namespace NetGen.Samples;

/// <summary>A GPT for the characters that <see cref="Characters"/> knows: four layers of four heads, 128 numbers for each of 128 characters.</summary>
[Network, Input(Positions)]
[Embedding(Characters.Count, 128, Deviation = 0.02, Name = "wte"), PositionalEmbedding(Name = "wpe")]
[Repeat(typeof(DecoderLayer), 4, Name = "h")]
[LayerNorm(Name = "ln_f"), TiedLinear("wte")]
[Loss(Loss.CrossEntropy)]
public partial class CharGpt
{
    /// <summary>The characters that it sees at a time.</summary>
    public const int Positions = 128;
}

/// <summary>A layer: attention to earlier characters, and a feed-forward network on each.</summary>
[Block, TransformerDecoderLayer(4, 512, NormFirst = true, Activation = FeedForwardActivation.GELU)]
sealed class DecoderLayer;
