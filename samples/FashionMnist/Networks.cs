namespace NetGen.Samples;

/// <summary>A multi-layer perceptron for images of 28 × 28 pixels in ten classes.</summary>
[Network, Input(1, 28, 28)]
[Flatten]
[Linear(256), ReLU]
[Linear(128), ReLU]
[Linear(100), ReLU]
[Linear(10)]
[Loss(Loss.CrossEntropy)]
public partial class Classifier;
