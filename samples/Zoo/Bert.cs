using static NetGen.Functions;

namespace NetGen.Samples.Zoo;

/// <summary>
/// The tokens that were hidden in a text, from those before and after them. Devlin, Chang, Lee and Toutanova 2018, "BERT: pre-training of deep bidirectional
/// transformers for language understanding", the base model with its head for masked tokens.
/// </summary>
/// <remarks>
/// 30,522 word pieces, a text of 512 of them, each of the first segment or of the second; normalisation after attention and feed-forward network. 109,514,298
/// parameters, as Hugging Face's <c>BertForMaskedLM</c>.
/// </remarks>
[Network, Loss(Loss.CrossEntropy)]
public partial class Bert
{
    const int Positions = 512, Width = 768;

    [Embedding(30522, Width, Deviation = 0.02, Name = "word_embeddings")] readonly Layer words;
    [PositionalEmbedding(Name = "position_embeddings")] readonly Layer positions;
    [Embedding(2, Width, Deviation = 0.02, Name = "token_type_embeddings")] readonly Layer segments;
    [LayerNorm(Epsilon = 1e-12, Name = "embeddings_norm")] readonly Layer norm;
    [Repeat(typeof(BertLayer), 12, Arguments = [12, 3072])] readonly Layer encoder;
    [Linear(Width)] readonly Layer transform;
    [LayerNorm(Epsilon = 1e-12, Name = "transform_norm")] readonly Layer transformNorm;
    [TiedLinear("word_embeddings", Bias = true)] readonly Layer decoder;

    Tensor Forward([Shape(Positions)] Tensor tokens, [Shape(Positions)] Tensor segment)
    {
        var x = encoder(Dropout(norm(positions(words(tokens)) + segments(segment)), 0.1));
        return decoder(transformNorm(GELU(transform(x))));
    }
}

/// <summary>A layer of BERT. Arguments: heads, and features of the feed-forward network.</summary>
[Block]
[TransformerEncoderLayer(Arg.A, Arg.B, Activation = FeedForwardActivation.GELU, Dropout = 0.1, Epsilon = 1e-12, Name = "layer")]
public class BertLayer;
