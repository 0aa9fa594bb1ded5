using System.Globalization;
using NetGen.Runtime;

namespace NetGen.Tests.Runtime;

public sealed class GuardTests
{
    [Theory]
    [InlineData(784, 784, 10, 10, 1)]
    [InlineData(784 * 64, 784, 640, 10, 64)]
    [InlineData(3, 1, 3, 1, 3)]
    public void Samples_AreCounted(int x, int inputSize, int y, int outputSize, int samples) =>
        Assert.Equal(samples, Guard.Samples(x, inputSize, y, outputSize));

    [Theory]
    [InlineData(1000, 784, 10, 10, "x", "x has 1,000 values, which is not a multiple of the input size 784.")]
    [InlineData(1, 784, 10, 10, "x", "x has 1 value, which is not a multiple of the input size 784.")]
    [InlineData(0, 784, 0, 10, "x", "x is empty; a sample needs 784 values.")]
    [InlineData(12, 4, 5, 10, "y", "y has 5 values; 3 samples need 30.")]
    [InlineData(12, 4, 31, 10, "y", "y has 31 values; 3 samples need 30.")]
    [InlineData(4, 4, 1, 10, "y", "y has 1 value; 1 sample needs 10.")]
    [InlineData(1 << 30, 1, 0, 1 << 10, "y", "y has 0 values; 1,073,741,824 samples need 1,099,511,627,776.")]
    public void Samples_OfWrongLengths_NameTheArgumentAndBothSizes(int x, int inputSize, int y, int outputSize, string parameter, string message)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberGroupSeparator = "_", NegativeSign = "\u2212" } };
            var exception = Assert.Throws<ArgumentException>(parameter, () => Guard.Samples(x, inputSize, y, outputSize));
            Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Overlap_IsRefused_AndNeighboursAreNot()
    {
        var floats = new float[10];
        Guard.NoOverlap(floats.AsSpan(0, 5), floats.AsSpan(5, 5));
        Guard.NoOverlap(floats.AsSpan(5, 5), floats.AsSpan(0, 5));
        Guard.NoOverlap(floats, new float[10]);
        Assert.Throws<ArgumentException>("y", () => Guard.NoOverlap(floats.AsSpan(0, 6), floats.AsSpan(5, 5)));
        Assert.Throws<ArgumentException>("y", () => Guard.NoOverlap(floats, floats));
    }

    [Fact]
    public unsafe void Overlap_OfPointers_IsThatOfSpans()
    {
        var floats = new float[40];
        fixed (float* p = floats)
        {
            foreach (var (sizeX, sizeY) in new[] { (1, 1), (1, 7), (7, 1), (5, 9) })
            {
                for (int at = 0; at + sizeY <= floats.Length; at++)
                {
                    var (x, y) = ((nint)(p + 16), (nint)(p + at));
                    var error = Record.Exception(() => Guard.NoOverlap((float*)x, sizeX, (float*)y, sizeY));
                    Assert.Equal(floats.AsSpan(16, sizeX).Overlaps(floats.AsSpan(at, sizeY)), error is ArgumentException { ParamName: "y" });
                }
            }
        }
    }
}
