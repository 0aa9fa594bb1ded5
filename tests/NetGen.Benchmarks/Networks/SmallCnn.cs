namespace NetGen.Benchmarks;

/// <summary>A usual network for small grey images.</summary>
[Network, Input(1, 28, 28)]
[Conv2d(32, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Flatten, Linear(128), ReLU, Linear(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class SmallCnn;
