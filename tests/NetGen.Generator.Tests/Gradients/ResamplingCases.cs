namespace NetGen.Generator.Tests.Gradients;

/// <summary>Networks that change the size of images, or drop channels, on which generated code is compared with the interpreter: by name.</summary>
static class ResamplingCases
{
    public static IEnumerable<KeyValuePair<string, string>> All()
    {
        yield return Of("Upsample_Twice", "5, 3, 4", "Upsample(2)");
        yield return Of("Upsample_Thrice", "33, 4, 3", "Tanh, Upsample(3), Sigmoid");
        yield return Of("Upsample_Same", "3, 4, 3", "Upsample(1)");
        yield return Of("Upsample_Size", "17, 3, 4", "Upsample(7, 9)");
        yield return Of("Upsample_Smaller", "6, 7, 8", "Upsample(3, 5), SiLU");
        yield return Of("Upsample_Computed", "6, 11, 13", "Sigmoid, Upsample(29, 31), SiLU");
        yield return Of("Upsample_Large", "2, 3, 2", "Upsample(6)");
        foreach (var aligned in new[] { "", ", AlignCorners = true" })
        {
            var name = aligned.Length == 0 ? "Bilinear" : "BilinearAligned";
            yield return Of($"{name}_Twice", "5, 3, 4", $"Upsample(2, Mode = UpsampleMode.Bilinear{aligned})");
            yield return Of($"{name}_Size", "33, 3, 4", $"Upsample(7, 9, Mode = UpsampleMode.Bilinear{aligned}), Tanh");
            yield return Of($"{name}_Smaller", "80, 7, 5", $"Upsample(4, 2, Mode = UpsampleMode.Bilinear{aligned})");
            yield return Of($"{name}_FromOne", "3, 1, 2", $"Upsample(3, 1, Mode = UpsampleMode.Bilinear{aligned})");
        }
        yield return Of("ZeroPad_Frame", "5, 3, 4", "ZeroPad2d(2)");
        yield return Of("ZeroPad_Sides", "17, 3, 4", "Tanh, ZeroPad2d(1, 0, 2, 3), Sigmoid");
        yield return Of("ZeroPad_None", "3, 3, 4", "ZeroPad2d(0), Sigmoid");
        yield return Of("ZeroPad_Pooled", "3, 4, 4", "ZeroPad2d(0, 1, 0, 1), MaxPool2d(3, Stride = 2)");
        yield return Of("PixelShuffle_Two", "12, 3, 4", "PixelShuffle(2)");
        yield return Of("PixelShuffle_TwoWide", "68, 3, 2", "SiLU, PixelShuffle(2), Sigmoid");
        yield return Of("PixelShuffle_Three", "18, 2, 3", "PixelShuffle(3), Sigmoid");
        yield return Of("PixelShuffle_One", "5, 2, 3", "PixelShuffle(1)");
        yield return Of("PixelShuffle_Convolved", "3, 4, 5", "Conv2d(20, 3, Padding = 1), PixelShuffle(2), Conv2d(3, 3, Padding = 1)");
        yield return Of("Dropout2d_Alone", "19, 3, 4", "Dropout2d(0.4f)");
        yield return Of("Dropout2d_Image", "3, 6, 6", "Conv2d(21, 3), Dropout2d(0.3f), ReLU, MaxPool2d(2), Dropout2d, Flatten, Linear(3)");
        yield return Of("Dropout1d_Alone", "7, 5", "Tanh, Dropout1d(0.4f), Sigmoid");
        yield return Of("Dropout1d_Image", "7, 9", "MaxPool1d(2), Dropout1d, MaxPool1d(2)");
        yield return Of("Convolved_Pooled", "3, 9, 9", "Conv2d(17, 3, Padding = 1), ReLU, MaxPool2d(2), Conv2d(9, 3, Padding = 1), ReLU6, "
            + "MaxPool2d(3, Stride = 2, Padding = 1), Conv2d(5, 1), AdaptiveAvgPool2d, Flatten");
        yield return Of("Convolved_AvgPooled", "2, 8, 8", "Conv2d(16, 3, Padding = 1), AvgPool2d(2), SiLU, Conv2d(9, 3), AvgPool2d(2), Tanh");
        yield return Of("Convolved_Upsampled", "2, 4, 4", "Conv2d(7, 3, Padding = 1), Upsample(2), Conv2d(5, 3, Padding = 1), "
            + "Upsample(2, Mode = UpsampleMode.Bilinear), Conv2d(3, 3)");
        yield return Of("Convolved_Gated", "3, 5, 5", "Conv2d(20, 3, Padding = 1), ReLU, Gate(typeof(PooledExcitation), Arguments = [6]), Conv2d(3, 1)");
    }

    static KeyValuePair<string, string> Of(string name, string input, string layers) => new(name, $"[Input({input}, Gradient = true), {layers}]");
}
