namespace NetGen.Benchmarks;

/// <summary>A small decoder of text, as GPT-2 is one, whose ids are characters.</summary>
[Network, Input(128)]
[Embedding(65, 128, Name = "wte"), PositionalEmbedding(Name = "wpe")]
[Repeat(typeof(GptLayer), 4, Name = "h")]
[LayerNorm(Name = "ln_f"), Linear(65, Bias = false, Name = "head")]
[Loss(Loss.CrossEntropy)]
public sealed partial class Gpt;
