using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Diagnostics;

/// <summary>What can be wrong with a convolution.</summary>
public sealed class ConvolutionDiagnosticsTests
{
    [Theory]
    [InlineData("Input(1, 8, 8), {|NG0005:Conv2d(0, 3)|}, Flatten", "'Conv2d(0, 3)' sets channels to 0: a size must be at least 1")]
    [InlineData("Input(1, 8, 8), {|NG0005:Conv2d(4, 0)|}, Flatten", "'Conv2d(4, 0)' sets the kernel's height to 0: a size must be at least 1")]
    [InlineData("Input(1, 8, 8), {|NG0005:Conv2d(4, 3, -1)|}, Flatten", "'Conv2d(4, 3, -1)' sets the kernel's width to -1: a size must be at least 1")]
    [InlineData("Input(1, 8, 8), {|NG0005:Conv2d(4, 3, Stride = 0)|}", "'Conv2d(4, 3)' sets Stride to 0: a size must be at least 1")]
    [InlineData("Input(1, 8, 8), {|NG0005:Conv2d(4, 3, Dilation = -2)|}", "'Conv2d(4, 3)' sets Dilation to -2: a size must be at least 1")]
    [InlineData("Input(2, 8, 8), {|NG0005:Conv2d(4, 3, Groups = 0)|}", "'Conv2d(4, 3)' sets Groups to 0: a size must be at least 1")]
    [InlineData("Input(1, 8), {|NG0005:Conv1d(4, 0)|}", "'Conv1d(4, 0)' sets kernel to 0: a size must be at least 1")]
    [InlineData("Input(1, 8, 8), {|NG0005:ConvTranspose2d(4, -5)|}", "'ConvTranspose2d(4, -5)' sets kernel to -5: a size must be at least 1")]
    public void Size_MustBePositive(string elements, string message) => Expect.Diagnostic(Network(elements), message);

    [Theory]
    [InlineData("Input(1, 8, 8), {|NG0018:Conv2d(4, 3, Padding = -2)|}", "'Conv2d(4, 3)' sets Padding to -2: it must be at least 0")]
    [InlineData("Input(1, 8, 8), {|NG0018:Conv2d(4, 3, Stride = 2, Padding = Padding.Same)|}",
        "'Conv2d(4, 3)' sets Padding to Same: it must be a number of zeros where the stride is 2, since only a stride of 1 keeps the size")]
    [InlineData("Input(6, 8, 8), {|NG0018:Conv2d(4, 3, Groups = 3)|}", "'Conv2d(4, 3)' sets Groups to 3: it must be a divisor of its 4 channels")]
    [InlineData("Input(1, 8, 8), {|NG0018:ConvTranspose2d(4, 3, OutputPadding = 1)|}",
        "'ConvTranspose2d(4, 3)' sets OutputPadding to 1: it must be less than the stride or the dilation, of which the larger is 1")]
    public void Argument_MustBeInRange(string elements, string message) => Expect.Diagnostic(Network(elements), message);

    [Theory]
    [InlineData("Input(8), {|NG0020:Conv2d(4, 3)|}",
        "'Conv2d(4, 3)' doesn't fit an input of shape [8]: it needs an image of shape [channels, height, width]; [Reshape] gives it one")]
    [InlineData("Input(1, 8, 8), {|NG0020:Conv1d(4, 3)|}",
        "'Conv1d(4, 3)' doesn't fit an input of shape [1, 8, 8]: it needs a sequence of shape [channels, length]; [Reshape] gives it one")]
    [InlineData("Input(1, 4, 8), {|NG0020:Conv2d(4, 5, Name = \"c\")|}",
        "'c: Conv2d(4, 5)' doesn't fit an input of shape [1, 4, 8]: its kernel covers 5 values, more than the 4 that there are with the padding; use a smaller kernel or more Padding")]
    [InlineData("Input(5, 8, 8), {|NG0020:Conv2d(4, 3, Groups = 2)|}",
        "'Conv2d(4, 3)' doesn't fit an input of shape [5, 8, 8]: 5 channels can't be cut into 2 groups; Groups must divide the channels of input and output")]
    [InlineData("Input(1, 2, 2), {|NG0020:ConvTranspose2d(4, 2, Padding = 2)|}",
        "'ConvTranspose2d(4, 2)' doesn't fit an input of shape [1, 2, 2]: its padding of 2 cuts everything off; use a smaller one")]
    public void Input_MustFit(string elements, string message) => Expect.Diagnostic(Network(elements), message);

    [Theory]
    [InlineData("Input(1, 8, 8), {|NG0006:Conv2d(int.MaxValue, 3)|}, Flatten")]
    [InlineData("Input(1, 8, 8), {|NG0006:Conv2d(4, 3, Padding = 2000000000)|}, Flatten")]
    [InlineData("Input(40000, 2, 2), {|NG0006:Conv2d(40000, 1)|}, Flatten")]
    [InlineData("Input(1, 8, 8), {|NG0006:Conv2d(4, 2, Padding = Padding.Same, Dilation = 2000000000)|}, Flatten")]
    [InlineData("Input(1, 8, 8), {|NG0006:ConvTranspose2d(4, 3, Stride = 2000000000)|}, Flatten")]
    [InlineData("Input(1, 8, 8), {|NG0006:ConvTranspose2d(4, 9, Padding = 2, Dilation = 100000)|}, Flatten")]
    [InlineData("Input(1, 9000, 9000), {|NG0006:Conv2d(1, 1)|}, Flatten")]
    [InlineData("Input(1, 8, 8), {|NG0006:Conv2d(1, 3, Stride = 1000000, Padding = 1000000)|}, Flatten")]
    public void Size_MustNotOverflow(string elements) => Expect.Diagnostics(Network(elements));

    static string Network(string elements) => $"using NetGen;\n\n[Network]\n[{elements}]\npublic partial class Net;\n";
}
