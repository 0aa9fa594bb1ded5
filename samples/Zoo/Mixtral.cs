namespace NetGen.Samples.Zoo;

/// <summary>The next token of a text. Jiang et al. 2024, "Mixtral of experts", table 1: Mixtral 8×7B.</summary>
/// <remarks>
/// As the paper's: Llama's layers, in which each position chooses two of eight feed-forward networks. Too large to be made here: it is checked and described,
/// on as many positions as a window of attention has in Mistral 7B. 46,702,792,704 parameters, of which a position uses 12,879,925,248.
/// </remarks>
[Network(DescribeOnly = true), Input(4096)]
[Embedding(32000, 4096, Deviation = 0.02, Name = "embed_tokens")]
[Repeat(typeof(MixtralLayer), 32, Arguments = [32, 14336, 8, 8], Name = "layers")]
[RMSNorm(Name = "norm"), Linear(32000, Bias = false, Name = "lm_head")]
[Loss(Loss.CrossEntropy)]
public partial class Mixtral;

/// <summary>A layer of Mixtral. Arguments: heads, features of an expert, heads of keys and values, and experts.</summary>
[Block]
[TransformerDecoderLayer(Arg.A, Arg.B, KeyValueHeads = Arg.C, Experts = Arg.D, ExpertsPerToken = 2, NormFirst = true, Norm = Norm.RMSNorm,
    Activation = FeedForwardActivation.SwiGLU, Rotary = true, RotaryBase = 1_000_000, Bias = false, Name = "layer")]
public class MixtralLayer;
