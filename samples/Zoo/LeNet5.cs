namespace NetGen.Samples.Zoo;

/// <summary>
/// Handwritten digits of 32 × 32 pixels. LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition", section II.B.
/// </summary>
/// <remarks>
/// As in the paper: the sizes, tanh, and means for subsampling. Different: the means have no weight of their own, C3 sees all maps of S2 (the paper's table I
/// leaves some out), and ten logits with cross-entropy take the place of distances to drawn digits. 61,706 parameters, named after the paper's layers.
/// </remarks>
[Network, Input(1, 32, 32)]
[Conv2d(6, 5, Name = "c1"), Tanh, AvgPool2d(2)]
[Conv2d(16, 5, Name = "c3"), Tanh, AvgPool2d(2)]
[Conv2d(120, 5, Name = "c5"), Tanh, Flatten]
[Linear(84, Name = "f6"), Tanh]
[Linear(10, Name = "output")]
[Loss(Loss.CrossEntropy)]
public partial class LeNet5;
