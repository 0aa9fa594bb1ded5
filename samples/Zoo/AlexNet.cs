namespace NetGen.Samples.Zoo;

/// <summary>
/// ImageNet's thousand classes: the network that won in 2012. Krizhevsky, Sutskever and Hinton 2012, "ImageNet classification with deep convolutional
/// neural networks", section 3.5.
/// </summary>
/// <remarks>
/// As in the paper: the sizes, the damping of strong channels by their neighbours (section 3.3), overlapping pooling, and dropout. Different: one tower in
/// place of two that a pair of GPUs held, so that every kernel sees all channels; images of 227 × 227 pixels, which its strides ask for; and PyTorch's first
/// weights. 62,378,344 parameters. torchvision's <c>alexnet</c> is another, smaller network (Krizhevsky 2014), whose weights don't fit.
/// </remarks>
[Network, Input(3, 227, 227)]
[Conv2d(96, 11, Stride = 4, Name = "conv1"), ReLU, LocalResponseNorm(5, Alpha = 5e-4, K = 2), MaxPool2d(3, Stride = 2)]
[Conv2d(256, 5, Padding = 2, Name = "conv2"), ReLU, LocalResponseNorm(5, Alpha = 5e-4, K = 2), MaxPool2d(3, Stride = 2)]
[Conv2d(384, 3, Padding = 1, Name = "conv3"), ReLU]
[Conv2d(384, 3, Padding = 1, Name = "conv4"), ReLU]
[Conv2d(256, 3, Padding = 1, Name = "conv5"), ReLU, MaxPool2d(3, Stride = 2), Flatten]
[Linear(4096, Name = "fc6"), ReLU, Dropout]
[Linear(4096, Name = "fc7"), ReLU, Dropout]
[Linear(1000, Name = "fc8")]
[Loss(Loss.CrossEntropy)]
public partial class AlexNet;
