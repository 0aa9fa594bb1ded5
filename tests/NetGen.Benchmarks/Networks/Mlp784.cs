namespace NetGen.Benchmarks;

/// <summary>The network of a first lesson on MNIST.</summary>
[Network, Input(784)]
[Linear(128), ReLU, Linear(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class Mlp784;
