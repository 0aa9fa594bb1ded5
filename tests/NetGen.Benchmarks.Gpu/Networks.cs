#if UNFUSED
namespace NetGen.Benchmarks.Gpu.Unfused;
#else
namespace NetGen.Benchmarks.Gpu;
#endif

/// <summary>A product of 512 × 512 matrices, with bias and ReLU.</summary>
[Block, Linear(512), ReLU]
public partial class Product;

/// <summary>One such product.</summary>
[Network, Input(512), Repeat(typeof(Product), 1)]
public partial class OneProduct;

/// <summary>And nine, which move as much between host and device.</summary>
[Network, Input(512), Repeat(typeof(Product), 9)]
public partial class NineProducts;

/// <summary>784-256-128-10.</summary>
[Network, Input(784), Linear(256), ReLU, Dropout(0.1f), Linear(128), ReLU, Dropout(0.1f), Linear(10)]
[Loss(Loss.CrossEntropy)]
public partial class Perceptron;

/// <summary>The network of the Fashion-MNIST sample.</summary>
[Network, Input(1, 28, 28)]
[Conv2d(32, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2), Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Flatten, Linear(128), ReLU, Dropout(0.25f), Linear(10)]
[Loss(Loss.CrossEntropy)]
public partial class Convolutional;

/// <summary>Elementwise functions alone.</summary>
[Network, Input(64, 32, 32), Hardswish, LeakyReLU(0.1f), Softplus, Tanh, SiLU]
[Loss(Loss.MSE)]
public partial class Chain;
