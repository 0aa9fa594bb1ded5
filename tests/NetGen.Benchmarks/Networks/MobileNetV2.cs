namespace NetGen.Benchmarks;

/// <summary>torchvision's MobileNetV2.</summary>
[Network, Input(3, 224, 224)]
[Use(typeof(MobileFeatures), Name = "features"), AdaptiveAvgPool2d(1), Flatten]
[Use(typeof(MobileClassifier), Name = "classifier")]
public sealed partial class MobileNetV2;
