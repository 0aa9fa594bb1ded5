namespace NetGen.Samples;

/// <summary>The network of samples/FashionMnist, with what it learned there.</summary>
[Network, Input(1, 28, 28)]
[Conv2d(32, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(128, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Flatten, Dropout(0.3), Linear(128), ReLU, Dropout(0.3), Linear(10)]
[Loss(Loss.CrossEntropy, LabelSmoothing = 0.05)]
[Weights("fashion-cnn.safetensors")]
public partial class FashionCnn;
