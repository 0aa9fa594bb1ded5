namespace NetGen.Benchmarks;

/// <summary>Attention and a feed-forward network, each with a normalisation before it.</summary>
[Block]
[TransformerDecoderLayer(4, 512, NormFirst = true, Activation = FeedForwardActivation.GELU, Name = "layer")]
public sealed class GptLayer;
