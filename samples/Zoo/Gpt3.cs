namespace NetGen.Samples.Zoo;

/// <summary>GPT-2 of another size. Brown et al. 2020, "Language models are few-shot learners", table 2.1, 175B.</summary>
/// <remarks>
/// Too large to be made here: it is checked and described. Attention is dense in all layers, where the paper has a band in every other one, which takes no
/// fewer parameters. 174,604,259,328 parameters.
/// </remarks>
[Network(DescribeOnly = true), Input(2048)]
[Embedding(50257, 12288, Deviation = 0.02, Name = "wte"), PositionalEmbedding(Name = "wpe"), Dropout(0.1)]
[Repeat(typeof(Gpt2Layer), 96, Arguments = [96, 49152], Name = "h")]
[LayerNorm(Name = "ln_f"), TiedLinear("wte")]
[Loss(Loss.CrossEntropy)]
public partial class Gpt3;
