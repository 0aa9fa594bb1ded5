namespace NetGen.Samples;

/// <summary>What both networks have in common: from an image of 28 × 28 pixels to 64 maps of 3 × 3.</summary>
[Block]
[Conv2d(32, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Conv2d(64, 3, Padding = 1), BatchNorm, ReLU, MaxPool2d(2)]
[Flatten]
sealed class Features;

/// <summary>Learns its features with many images of the classes that are known.</summary>
[Network, Input(1, 28, 28)]
[Use(typeof(Features), Name = "features"), Dropout(0.25), Linear(6, Name = "head")]
[Loss(Loss.CrossEntropy)]
public partial class KnownClasses;

/// <summary>Tells the classes apart that are new, with few images of each.</summary>
[Network, Input(1, 28, 28)]
[Use(typeof(Features), Name = "features"), Dropout(0.25), Linear(4, Name = "head")]
[Loss(Loss.CrossEntropy)]
public partial class NewClasses;
