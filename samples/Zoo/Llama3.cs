namespace NetGen.Samples.Zoo;

/// <summary>The next token of a text. Llama team 2024, "The Llama 3 herd of models", table 3, 8B.</summary>
/// <remarks>
/// As the paper's: root-mean-square normalisation, rotary positions, SwiGLU, and eight heads of keys and values for 32 of queries. Too large to be made here:
/// it is checked and described. 8,030,261,248 parameters.
/// </remarks>
[Network(DescribeOnly = true), Input(8192)]
[Embedding(128256, 4096, Deviation = 0.02, Name = "embed_tokens")]
[Repeat(typeof(LlamaLayer), 32, Arguments = [32, 14336, 8], Name = "layers")]
[RMSNorm(Name = "norm"), Linear(128256, Bias = false, Name = "lm_head")]
[Loss(Loss.CrossEntropy)]
public partial class Llama3;

/// <summary>A layer of Llama. Arguments: heads, features of the feed-forward network, and heads of keys and values.</summary>
[Block]
[TransformerDecoderLayer(Arg.A, Arg.B, KeyValueHeads = Arg.C, NormFirst = true, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU,
    Rotary = true, RotaryBase = 500_000, Bias = false, Name = "layer")]
public class LlamaLayer;
