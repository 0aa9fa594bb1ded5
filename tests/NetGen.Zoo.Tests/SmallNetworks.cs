using NetGen.Samples.Zoo;

namespace NetGen.Zoo.Tests;

/// <summary>The blocks of VGG-16 on images of 32 × 32 pixels, since a training step of the whole takes half a gigabyte of gradients.</summary>
[Network, Input(3, 32, 32)]
[Use(typeof(VggFeatures), Name = "features"), Flatten, Use(typeof(VggClassifier), Arguments = [512, 10], Name = "classifier")]
[Loss(Loss.CrossEntropy)]
public partial class SmallVgg;

/// <summary>A U-Net with an eighth of the channels.</summary>
[Network, Input(1, 32, 32)]
[Use(typeof(UNetLayers), Arguments = [8], Name = "")]
[Loss(Loss.BCEWithLogits)]
public partial class SmallUNet;
