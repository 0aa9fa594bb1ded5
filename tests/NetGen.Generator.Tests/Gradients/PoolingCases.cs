namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks with poolings on which generated code is compared with the interpreter: declarations by name.</summary>
static class PoolingCases
{
    public static IEnumerable<KeyValuePair<string, string>> All() => new[] { Max(), Mean(), Sequences(), Fused(), Normalized() }.SelectMany(c => c);

    static IEnumerable<KeyValuePair<string, string>> Max()
    {
        yield return Of("MaxPool_Even", "3, 8, 8", "MaxPool2d(2)");
        yield return Of("MaxPool_Odd", "17, 7, 9", "MaxPool2d(2)");
        yield return Of("MaxPool_Gaps", "5, 8, 11", "MaxPool2d(2, Stride = 3)");
        yield return Of("MaxPool_Overlapping", "16, 9, 7", "MaxPool2d(3, Stride = 2)");
        yield return Of("MaxPool_Padded", "33, 9, 10", "MaxPool2d(3, Stride = 2, Padding = 1)");
        yield return Of("MaxPool_ManyRows", "5, 19, 6", "MaxPool2d(3, Stride = 2, Padding = 1), Tanh, Conv2d(3, 3, Padding = 1)");
        yield return Of("MaxPool_Same", "4, 5, 6", "MaxPool2d(3, Stride = 1, Padding = 1)");
        yield return Of("MaxPool_Ceil", "8, 7, 8", "MaxPool2d(3, Stride = 2, CeilMode = true)");
        yield return Of("MaxPool_CeilPadded", "2, 6, 7", "MaxPool2d(2, Padding = 1, CeilMode = true)");
        yield return Of("MaxPool_CeilLarger", "2, 3, 4", "MaxPool2d(4, Stride = 2, CeilMode = true)");
        yield return Of("MaxPool_Dilated", "7, 9, 8", "MaxPool2d(2, Stride = 1, Dilation = 3, Padding = 1)");
        yield return Of("MaxPool_DilatedPadded", "7, 9, 8", "MaxPool2d(3, Stride = 2, Dilation = 2, Padding = 2)");
        yield return Of("MaxPool_Rolled", "20, 11, 11", "MaxPool2d(5)");
        yield return Of("MaxPool_Computed", "3, 12, 12", "MaxPool2d(7, Stride = 1, Padding = 3)");
        yield return Of("MaxPool_ComputedDilated", "3, 12, 11", "MaxPool2d(5, Stride = 1, Padding = 4, Dilation = 2)");
        yield return Of("MaxPool_ManyChannels", "150, 4, 4", "MaxPool2d(2)");
        yield return Of("MaxPool_ManyChannelsPadded", "72, 4, 5", "MaxPool2d(3, Stride = 2, Padding = 1)");
        yield return Of("MaxPool_OneByOne", "3, 4, 4", "MaxPool2d(1)");
        yield return Of("MaxPool_Strided", "3, 4, 5", "MaxPool2d(1, Stride = 2)");
        yield return Of("MaxPool_Whole", "6, 4, 4", "MaxPool2d(4)");
        yield return Of("MaxPool_Twice", "6, 9, 9", "MaxPool2d(3, Stride = 2, Padding = 1), MaxPool2d(2, CeilMode = true)");
    }

    static IEnumerable<KeyValuePair<string, string>> Mean()
    {
        yield return Of("AvgPool_Even", "3, 8, 8", "AvgPool2d(2)");
        yield return Of("AvgPool_Odd", "17, 7, 9", "AvgPool2d(2)");
        yield return Of("AvgPool_ManyRows", "18, 18, 5", "AvgPool2d(3, Stride = 2, Padding = 1, CountIncludePad = false), Conv2d(3, 3, Padding = 1)");
        yield return Of("AvgPool_Overlapping", "16, 9, 7", "AvgPool2d(3, Stride = 2)");
        yield return Of("AvgPool_Padded", "33, 9, 10", "AvgPool2d(3, Stride = 2, Padding = 1)");
        yield return Of("AvgPool_PaddingNotCounted", "5, 9, 10", "AvgPool2d(3, Stride = 2, Padding = 1, CountIncludePad = false)");
        yield return Of("AvgPool_Ceil", "8, 7, 8", "AvgPool2d(3, Stride = 2, CeilMode = true)");
        yield return Of("AvgPool_CeilPadded", "8, 8, 9", "AvgPool2d(3, Stride = 2, Padding = 1, CeilMode = true)");
        yield return Of("AvgPool_CeilPaddingNotCounted", "8, 8, 9", "AvgPool2d(3, Stride = 2, Padding = 1, CeilMode = true, CountIncludePad = false)");
        yield return Of("AvgPool_Computed", "3, 12, 12", "AvgPool2d(7, Stride = 1, Padding = 3)");
        yield return Of("AvgPool_ComputedNotCounted", "3, 12, 12", "AvgPool2d(7, Stride = 1, Padding = 3, CountIncludePad = false)");
        yield return Of("AvgPool_ManyChannels", "150, 4, 4", "AvgPool2d(2)");
        yield return Of("AdaptiveAvgPool_Global", "19, 5, 6", "AdaptiveAvgPool2d");
        yield return Of("AdaptiveAvgPool_Dividing", "6, 8, 9", "AdaptiveAvgPool2d(4, 3)");
        yield return Of("AdaptiveAvgPool_Same", "6, 5, 5", "AdaptiveAvgPool2d(5)");
        yield return Of("AdaptiveAvgPool_Overlapping", "6, 7, 10", "AdaptiveAvgPool2d(3, 7)");
        yield return Of("AdaptiveAvgPool_Computed", "35, 13, 17", "AdaptiveAvgPool2d(7)");
        yield return Of("AdaptiveAvgPool_Larger", "4, 2, 3", "AdaptiveAvgPool2d(5)");
    }

    static IEnumerable<KeyValuePair<string, string>> Sequences()
    {
        yield return Of("MaxPool1d_Even", "5, 12", "MaxPool1d(2)");
        yield return Of("MaxPool1d_Padded", "19, 11", "MaxPool1d(3, Stride = 2, Padding = 1, Dilation = 2)");
        yield return Of("MaxPool1d_Ceil", "3, 8", "MaxPool1d(3, Stride = 3, CeilMode = true)");
        yield return Of("AvgPool1d_Even", "5, 12", "AvgPool1d(3)");
        yield return Of("AvgPool1d_Padded", "17, 11", "AvgPool1d(4, Stride = 2, Padding = 2, CountIncludePad = false, CeilMode = true)");
        yield return Of("AdaptiveAvgPool1d_Global", "7, 13", "AdaptiveAvgPool1d");
        yield return Of("AdaptiveAvgPool1d_Overlapping", "7, 13", "AdaptiveAvgPool1d(4)");
    }

    /// <summary>Poolings among elementwise ops, which join their kernels, and before and after other layers.</summary>
    static IEnumerable<KeyValuePair<string, string>> Fused()
    {
        yield return Of("MaxPool_Activated", "5, 6, 6", "Tanh, MaxPool2d(2), Sigmoid");
        yield return Of("MaxPool_ActivatedOverlapping", "17, 7, 7", "SiLU, MaxPool2d(3, Stride = 2, Padding = 1), GELU, Mish");
        yield return Of("MaxPool_ActivatedRolled", "17, 10, 10", "Sigmoid, MaxPool2d(5), Softplus");
        yield return Of("MaxPool_ManyActivations", "9, 6, 6", "Mish, MaxPool2d(2), Sigmoid, GELU, Tanh, ELU, SiLU");
        yield return Of("MaxPool_PReLU", "17, 6, 6", "MaxPool2d(2), PReLU(17), PReLU");
        yield return Of("AvgPool_Activated", "17, 6, 6", "ELU, AvgPool2d(2), Sigmoid");
        yield return Of("AvgPool_ActivatedComputed", "6, 13, 13", "Sigmoid, AdaptiveAvgPool2d(7), Tanh");
        yield return Of("AvgPool_Classifier", "5, 6, 6", "ReLU, AdaptiveAvgPool2d, Flatten, Linear(7), Loss(Loss.CrossEntropy)");
        yield return Of("MaxPool_Classifier", "1, 8, 9",
            "MaxPool2d(2), ReLU, Dropout(0.3f), MaxPool2d(2), Flatten, Linear(7), ReLU, Linear(3), Loss(Loss.CrossEntropy)");
    }

    /// <summary>Maxima of what is normalised over the batch, which in training are taken before it is, and some that aren't.</summary>
    static IEnumerable<KeyValuePair<string, string>> Normalized()
    {
        yield return Of("MaxPool_Normalized", "17, 6, 6", "BatchNorm, ReLU, MaxPool2d(2), Tanh");
        yield return Of("MaxPool_NormalizedOverlapping", "5, 9, 7", "Conv2d(17, 3), BatchNorm, MaxPool2d(3, Stride = 2, Padding = 1), Sigmoid");
        yield return Of("MaxPool_NormalizedTwice", "3, 10, 8",
            "Conv2d(9, 3, Padding = 1), BatchNorm(Affine = false), LeakyReLU, Tanh, MaxPool2d(2), Conv2d(6, 2), BatchNorm, ELU, MaxPool2d(2, CeilMode = true)");
        yield return Of("MaxPool_NormalizedRolled", "20, 11, 11", "BatchNorm, Softplus, MaxPool2d(5)");
        yield return Of("MaxPool_NormalizedNotMonotonic", "4, 6, 6", "BatchNorm, GELU, MaxPool2d(2)");
        yield return Of("MaxPool_NormalizedForOthersToo", "4, 6, 6", "BatchNorm(Name = \"a\"), ReLU, MaxPool2d(1), Add(\"a\"), MaxPool2d(2)");
        yield return Of("MaxPool1d_Normalized", "7, 13", "Conv1d(5, 3), BatchNorm, Hardsigmoid, MaxPool1d(3)");
    }

    static KeyValuePair<string, string> Of(string name, string input, string layers) => new(name, $"[Input({input}, Gradient = true), {layers}]");
}
