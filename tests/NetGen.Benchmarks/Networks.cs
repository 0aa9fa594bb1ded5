namespace NetGen.Benchmarks;

/// <summary>The network of a first lesson on MNIST.</summary>
[Network, Input(784)]
[Linear(128), ReLU, Linear(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class Mlp784;

/// <summary>A network as small as a controller or a game's character needs, with a smooth activation.</summary>
[Network, Input(4)]
[Linear(16), Tanh, Linear(3)]
public sealed partial class TinyTanh;

/// <summary>The same with ReLU.</summary>
[Network, Input(4)]
[Linear(16), ReLU, Linear(3)]
public sealed partial class TinyReLU;

/// <summary>The perceptron of the Fashion-MNIST sample.</summary>
[Network, Input(784)]
[Linear(256), ReLU, Linear(128), ReLU, Linear(100), ReLU, Linear(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class FashionMlp;
