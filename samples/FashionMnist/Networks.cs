namespace NetGen.Samples;

/// <summary>A convolutional network for images of 28 × 28 pixels in ten classes: three times a convolution and a pooling, and two linear layers.</summary>
[Network, Input(1, 28, 28)]
[Conv2d(32, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(128, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Flatten, Dropout(0.3), Linear(128), ReLU, Dropout(0.3), Linear(10)]
[Loss(Loss.CrossEntropy, LabelSmoothing = 0.05)]
public partial class FashionCnn;

/// <summary>Five convolutions, for images that are different each time.</summary>
[Network, Input(1, 28, 28)]
[Conv2d(32, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(64, 3, Padding = 1), BatchNorm, ReLU]
[Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(128, 3, Padding = 1), BatchNorm, ReLU]
[Conv2d(128, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Flatten, Dropout(0.3), Linear(10)]
[Loss(Loss.CrossEntropy)]
public partial class FashionDeepCnn;

/// <summary>A multi-layer perceptron for the same images.</summary>
[Network, Input(1, 28, 28)]
[Flatten]
[Linear(256), ReLU]
[Linear(128), ReLU]
[Linear(100), ReLU]
[Linear(10)]
[Loss(Loss.CrossEntropy)]
public partial class FashionMlp;
