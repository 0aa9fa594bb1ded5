using NetGen.Samples.Zoo;

namespace NetGen.Zoo.Tests;

/// <summary>The blocks of VGG-16 on images of 32 × 32 pixels, since a training step of the whole takes half a gigabyte of gradients.</summary>
[Network, Input(3, 32, 32)]
[Use(typeof(VggFeatures), Name = "features"), Flatten, Use(typeof(VggClassifier), Arguments = [512, 10], Name = "classifier")]
[Loss(Loss.CrossEntropy)]
public partial class SmallVgg;

/// <summary>A U-Net with an eighth of the channels.</summary>
[Network, Input(1, 32, 32)]
[Use(typeof(UNetLayers), Arguments = [8], Name = "")]
[Loss(Loss.BCEWithLogits)]
public partial class SmallUNet;

/// <summary>GPT-2's and GPT-3's layers on fewer tokens.</summary>
[Network, Input(12)]
[Embedding(40, 32, Deviation = 0.02f, Name = "wte"), PositionalEmbedding(Name = "wpe"), Dropout(0.1f)]
[Repeat(typeof(Gpt2Layer), 2, Arguments = [4, 64], Name = "h")]
[LayerNorm(Name = "ln_f"), TiedLinear("wte")]
[Loss(Loss.CrossEntropy)]
public partial class SmallGpt;

/// <summary>The transformer of 2017 with fewer and smaller layers.</summary>
[Network, Loss(Loss.CrossEntropy)]
public partial class SmallTransformer
{
    const int Positions = 6, Width = 32;

    [Embedding(12, Width, Deviation = 0.18f)] readonly Layer embedding;
    [SinusoidalPositions] readonly Layer positions;
    [TransformerEncoderLayer(4, 64), Count(2)] readonly Layer[] encoder;
    [TransformerDecoderLayer(4, 64), Count(2)] readonly Layer[] decoder;
    [TiedLinear("embedding")] readonly Layer head;

    Tensor Forward([Shape(Positions)] Tensor source, [Shape(Positions)] Tensor target)
    {
        var memory = Embedded(source);
        foreach (var layer in encoder) memory = layer(memory);
        var x = Embedded(target);
        foreach (var layer in decoder) x = layer(x, memory);
        return head(x);
    }

    Tensor Embedded(Tensor text) => positions(embedding(text) * 5.656854f);
}

/// <summary>BERT with fewer and smaller layers.</summary>
[Network, Loss(Loss.CrossEntropy)]
public partial class SmallBert
{
    const int Positions = 12, Width = 32;

    [Embedding(40, Width, Deviation = 0.02f, Name = "word_embeddings")] readonly Layer words;
    [PositionalEmbedding(Name = "position_embeddings")] readonly Layer positions;
    [Embedding(2, Width, Deviation = 0.02f, Name = "token_type_embeddings")] readonly Layer segments;
    [LayerNorm(Epsilon = 1e-12f, Name = "embeddings_norm")] readonly Layer norm;
    [Repeat(typeof(BertLayer), 2, Arguments = [4, 64])] readonly Layer encoder;
    [Linear(Width)] readonly Layer transform;
    [LayerNorm(Epsilon = 1e-12f, Name = "transform_norm")] readonly Layer transformNorm;
    [TiedLinear("word_embeddings", Bias = true)] readonly Layer decoder;

    Tensor Forward([Shape(Positions)] Tensor tokens, [Shape(Positions)] Tensor segment)
    {
        var x = encoder(Functions.Dropout(norm(positions(words(tokens)) + segments(segment)), 0.1f));
        return decoder(transformNorm(Functions.GELU(transform(x))));
    }
}

/// <summary>Llama's layers on fewer tokens.</summary>
[Network, Input(12)]
[Embedding(40, 32, Deviation = 0.02f, Name = "embed_tokens")]
[Repeat(typeof(LlamaLayer), 2, Arguments = [4, 64, 2], Name = "layers")]
[RMSNorm(Name = "norm"), Linear(40, Bias = false, Name = "lm_head")]
[Loss(Loss.CrossEntropy)]
public partial class SmallLlama;

/// <summary>Mixtral's layers on fewer tokens, with fewer experts.</summary>
[Network, Input(12)]
[Embedding(40, 32, Deviation = 0.02f, Name = "embed_tokens")]
[Repeat(typeof(MixtralLayer), 2, Arguments = [4, 48, 2, 4], Name = "layers")]
[RMSNorm(Name = "norm"), Linear(40, Bias = false, Name = "lm_head")]
[Loss(Loss.CrossEntropy)]
public partial class SmallMixtral;

/// <summary>A perceptron that draws random numbers while it trains.</summary>
[Network, Input(12), Linear(16), ReLU, Dropout(0.5f), Linear(3)]
[Loss(Loss.CrossEntropy)]
public partial class SmallDropout;
