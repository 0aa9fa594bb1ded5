namespace NetGen.Benchmarks;

/// <summary>A perceptron with several activations, dropout and layer normalisation, which is generated and not raced.</summary>
[Network, Input(1, 28, 28)]
[Flatten, Linear(256), ReLU, Linear(128), ReLU, Dropout(0.25f), Linear(100), GELU, LayerNorm, Linear(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class MixedPerceptron;
