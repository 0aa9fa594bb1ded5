namespace NetGen.Benchmarks;

/// <summary>LeNet-5 with ReLU and max pooling.</summary>
[Network, Input(1, 28, 28)]
[Conv2d(6, 5, Padding = 2), ReLU, MaxPool2d(2)]
[Conv2d(16, 5), ReLU, MaxPool2d(2)]
[Flatten, Linear(120), ReLU, Linear(84), ReLU, Linear(10)]
[Loss(Loss.CrossEntropy)]
public sealed partial class LeNet5;
