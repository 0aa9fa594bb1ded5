namespace NetGen.Samples.Zoo;

/// <summary>
/// The next token of a text, from all tokens before it. Radford, Wu, Child, Luan, Amodei and Sutskever 2019, "Language models are unsupervised multitask
/// learners", the smallest of table 2.
/// </summary>
/// <remarks>
/// Byte-pair tokens, 50,257 of them; a context of 1,024; normalisation before attention and feed-forward network, and the head tied to the embedding.
/// 124,439,808 parameters.
/// </remarks>
[Network, Input(1024)]
[Embedding(50257, 768, Deviation = 0.02, Name = "wte"), PositionalEmbedding(Name = "wpe"), Dropout(0.1)]
[Repeat(typeof(Gpt2Layer), 12, Arguments = [12, 3072], Name = "h")]
[LayerNorm(Name = "ln_f"), TiedLinear("wte")]
[Loss(Loss.CrossEntropy)]
public partial class Gpt2;

/// <summary>A layer of GPT-2 and GPT-3. Arguments: heads, and features of the feed-forward network.</summary>
[Block]
[TransformerDecoderLayer(Arg.A, Arg.B, NormFirst = true, Activation = FeedForwardActivation.GELUTanh, Dropout = 0.1, Name = "layer")]
public class Gpt2Layer;
