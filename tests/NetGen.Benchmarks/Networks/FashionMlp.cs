namespace NetGen.Benchmarks;

/// <summary>The perceptron of the Fashion-MNIST sample.</summary>
[Network, Input(784)]
[Linear(256), ReLU, Linear(128), ReLU, Linear(100), ReLU, Linear(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class FashionMlp;
