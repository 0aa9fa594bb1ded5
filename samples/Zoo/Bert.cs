namespace NetGen.Samples.Zoo;

/// <summary>
/// The tokens that were hidden in a text, from those before and after them. Devlin, Chang, Lee and Toutanova 2018, "BERT: pre-training of deep bidirectional
/// transformers for language understanding", the base model with its head for masked tokens.
/// </summary>
/// <remarks>
/// 30,522 word pieces, a text of 512 of them; normalisation after attention and feed-forward network. All positions are of the first segment, whose vector is the
/// only one of the two that learns. 109,514,298 parameters, as Hugging Face's <c>BertForMaskedLM</c>.
/// </remarks>
[Network, Input(512)]
[Embedding(30522, 768, Deviation = 0.02f, Name = "word_embeddings"), PositionalEmbedding(Name = "position_embeddings"), Use(typeof(BertSegment), Arguments = [768], Name = "token_type_embeddings")]
[LayerNorm(Epsilon = 1e-12f, Name = "embeddings_norm"), Dropout(0.1f)]
[Repeat(typeof(BertLayer), 12, Arguments = [12, 3072], Name = "encoder")]
[Linear(768, Name = "transform"), GELU, LayerNorm(Epsilon = 1e-12f, Name = "transform_norm"), TiedLinear("word_embeddings", Bias = true, Name = "decoder")]
[Loss(Loss.CrossEntropy)]
public partial class Bert;

/// <summary>Adds the vector of the first segment of a text that has up to two. Arguments: features.</summary>
[Block]
public partial class BertSegment
{
    [Parameter(2, Arg.A, Init = Init.HeNormal)] readonly Tensor weight;

    Tensor Forward(Tensor x) => x + Functions.Slice(weight, axis: 0, start: 0, end: 1);
}

/// <summary>A layer of BERT. Arguments: heads, and features of the feed-forward network.</summary>
[Block]
[TransformerEncoderLayer(Arg.A, Arg.B, Activation = FeedForwardActivation.GELU, Dropout = 0.1f, Epsilon = 1e-12f, Name = "layer")]
public class BertLayer;
