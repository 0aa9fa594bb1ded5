using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>What is wrong with poolings and other layers that change the size of images: each on its attribute, with the shapes and the way out.</summary>
public sealed class ImageDiagnosticsTests
{
    [Theory]
    [InlineData("MaxPool2d(0)", "'MaxPool2d(0)' sets kernel to 0: a size must be at least 1")]
    [InlineData("MaxPool2d(2, Stride = 0)", "'MaxPool2d(2)' sets Stride to 0: a size must be at least 1")]
    [InlineData("MaxPool2d(2, Dilation = -1)", "'MaxPool2d(2)' sets Dilation to -1: a size must be at least 1")]
    [InlineData("AvgPool2d(-3)", "'AvgPool2d(-3)' sets kernel to -3: a size must be at least 1")]
    [InlineData("AdaptiveAvgPool2d(0)", "'AdaptiveAvgPool2d(0)' sets the height to 0: a size must be at least 1")]
    [InlineData("AdaptiveAvgPool2d(3, -1)", "'AdaptiveAvgPool2d(3, -1)' sets the width to -1: a size must be at least 1")]
    [InlineData("Upsample(0)", "'Upsample(0)' sets the scale to 0: a size must be at least 1")]
    [InlineData("Upsample(0, 4)", "'Upsample(0, 4)' sets the height to 0: a size must be at least 1")]
    [InlineData("Upsample(4, -4)", "'Upsample(4, -4)' sets the width to -4: a size must be at least 1")]
    [InlineData("PixelShuffle(0)", "'PixelShuffle(0)' sets the factor to 0: a size must be at least 1")]
    public void Size_MustBePositive(string layer, string message) => Check("4, 6, 6", "NG0005", layer, message);

    [Theory]
    [InlineData("MaxPool2d(3, Padding = 2)", "'MaxPool2d(3)' sets Padding to 2: it must be at least 0 and at most half of what its window covers, 1")]
    [InlineData("MaxPool2d(3, Padding = -1)", "'MaxPool2d(3)' sets Padding to -1: it must be at least 0 and at most half of what its window covers, 1")]
    [InlineData("MaxPool2d(3, Padding = 3, Dilation = 2)",
        "'MaxPool2d(3)' sets Padding to 3: it must be at least 0 and at most half of what its window covers, 2")]
    [InlineData("AvgPool2d(2, Padding = int.MaxValue)",
        "'AvgPool2d(2)' sets Padding to 2147483647: it must be at least 0 and at most half of what its window covers, 1")]
    [InlineData("Upsample(2, AlignCorners = true)", "'Upsample(2)' sets AlignCorners to true: it must be left out but for Bilinear")]
    [InlineData("Upsample(2, Mode = (UpsampleMode)5)", "'Upsample(2)' sets Mode to 5: it must be one of Nearest, Bilinear")]
    [InlineData("ZeroPad2d(-1)", "'ZeroPad2d(-1)' sets the left padding to -1: it must be at least 0")]
    [InlineData("ZeroPad2d(0, 1, 0, -2)", "'ZeroPad2d(0, 1, 0, -2)' sets the bottom padding to -2: it must be at least 0")]
    public void Argument_MustBeInItsRange(string layer, string message) => Check("4, 6, 6", "NG0018", layer, message);

    [Theory]
    [InlineData("4, 6, 6", "MaxPool2d(7)",
        "'MaxPool2d(7)' doesn't fit an input of shape [4, 6, 6]: its window covers 7 x 7 and the padded image has 6 x 6; use a smaller window or pool "
        + "less before it")]
    [InlineData("4, 3, 9", "AvgPool2d(6, Padding = 1)",
        "'AvgPool2d(6)' doesn't fit an input of shape [4, 3, 9]: its window covers 6 x 6 and the padded image has 5 x 11; use a smaller window or "
        + "pool less before it")]
    [InlineData("4, 6, 6", "MaxPool2d(3, Dilation = 4)",
        "'MaxPool2d(3)' doesn't fit an input of shape [4, 6, 6]: its window covers 9 x 9 and the padded image has 6 x 6; use a smaller window or pool "
        + "less before it")]
    [InlineData("4, 6", "MaxPool1d(7)",
        "'MaxPool1d(7)' doesn't fit an input of shape [4, 6]: its window covers 7 and the padded sequence has 6; use a smaller window or pool less before it")]
    [InlineData("4, 6, 6", "MaxPool2d(int.MaxValue, Dilation = int.MaxValue)",
        "'MaxPool2d(2147483647)' doesn't fit an input of shape [4, 6, 6]: its window covers 4611686011984936963 x 4611686011984936963 and the padded "
        + "image has 6 x 6; use a smaller window or pool less before it")]
    [InlineData("4, 2, 2", "MaxPool2d(2, Dilation = 3, Padding = 1)",
        "'MaxPool2d(2)' doesn't fit an input of shape [4, 2, 2]: one of its windows takes nothing but padding; use less padding or dilation")]
    [InlineData("36", "MaxPool2d(2)",
        "'MaxPool2d(2)' doesn't fit an input of shape [36]: it needs an image of shape [channels, height, width]; [Reshape] gives it one")]
    [InlineData("6, 6", "Upsample(2)",
        "'Upsample(2)' doesn't fit an input of shape [6, 6]: it needs an image of shape [channels, height, width]; [Reshape] gives it one")]
    [InlineData("1, 6, 6", "AvgPool1d(2)",
        "'AvgPool1d(2)' doesn't fit an input of shape [1, 6, 6]: it needs a sequence of shape [channels, length]; [Reshape] gives it one")]
    [InlineData("36", "Dropout2d",
        "'Dropout2d(0.5)' doesn't fit an input of shape [36]: it needs an image of shape [channels, height, width]; [Reshape] gives it one")]
    [InlineData("6, 2, 2", "PixelShuffle(2)",
        "'PixelShuffle(2)' doesn't fit an input of shape [6, 2, 2]: 6 channels don't make whole blocks of 2 x 2 pixels; it needs a multiple of 4 channels")]
    [InlineData("6, 2, 2", "PixelShuffle(int.MaxValue)",
        "'PixelShuffle(2147483647)' doesn't fit an input of shape [6, 2, 2]: 6 channels don't make whole blocks of 2147483647 x 2147483647 pixels; "
        + "it needs a multiple of 4611686014132420609 channels")]
    public void Layer_MustFitItsInput(string input, string layer, string message) => Check(input, "NG0020", layer, message);

    [Theory]
    [InlineData("4, 6, 6", "Upsample(10000)", "'Upsample(10000)' is too large: its output of shape [4, 60000, 60000] has more values, "
        + "with its channels padded to a multiple of 16, and the limit is 536870912; choose smaller sizes")]
    [InlineData("4, 6, 6", "Upsample(int.MaxValue, int.MaxValue)",
        "'Upsample(2147483647, 2147483647)' is too large: its output of shape [4, 2147483647, 2147483647] has more values, "
        + "with its channels padded to a multiple of 16, and the limit is 536870912; choose smaller sizes")]
    [InlineData("4, 6, 6", "ZeroPad2d(int.MaxValue)", "'ZeroPad2d(2147483647)' is too large: its output of shape [4, 4294967300, 4294967300] has more values, "
        + "with its channels padded to a multiple of 16, and the limit is 536870912; choose smaller sizes")]
    [InlineData("1, 10000, 10000", "MaxPool2d(2)", "'MaxPool2d(2)' is too large: its input of shape [1, 10000, 10000] has more values, "
        + "with its channels padded to a multiple of 16, and the limit is 536870912; choose smaller sizes")]
    public void Size_MustNotOverflow(string input, string layer, string message) => Check(input, "NG0006", layer, message);

    [Theory]
    [InlineData("Dropout2d(1f)", "'Dropout2d(1)' drops values with probability 1: it must be at least 0 and less than 1")]
    [InlineData("Dropout2d(float.NaN)", "'Dropout2d(NaN)' drops values with probability NaN: it must be at least 0 and less than 1")]
    public void Dropout_IsAProbabilityBelowOne(string layer, string message) => Check("4, 6, 6", "NG0012", layer, message);

    [Theory]
    [InlineData("4, 6, 6", "MaxPool2d(2, Stride = int.MaxValue)")]
    [InlineData("4, 6, 6", "MaxPool2d(3, Stride = int.MaxValue, CeilMode = true)")]
    [InlineData("4, 6, 6", "MaxPool2d(int.MaxValue, Stride = int.MaxValue, CeilMode = true)")]
    [InlineData("4, 6, 6", "AvgPool2d(11, Stride = 1, Padding = 5)")]
    [InlineData("4, 1, 1", "AdaptiveAvgPool2d(3)")]
    [InlineData("1, 100000", "MaxPool1d(30001, Stride = 7, Padding = 15000)")]
    public void Extremes_Compile(string input, string layer) =>
        Consumer.Of($"[Network, Input({input}, Gradient = true), {layer}] public partial class Net;").Build().AssertClean();

    static void Check(string input, string id, string layer, string message) =>
        Expect.Diagnostic($"[Network, Input({input}), {{|{id}:{layer}|}}] public partial class Net;", message);
}
