using NetGen.Runtime;

namespace NetGen.Tests.Runtime;

public sealed unsafe class KeysTests
{
    [Theory]
    [InlineData(1, 1), InlineData(40, 7), InlineData(64, 32), InlineData(33, 70), InlineData(5, 33)]
    public void RowsOneByOne_MakeThePanelsOfAllRows(int rows, int columns)
    {
        const int Width = ParameterLayout.PanelWidth, Pitch = 100;
        const float Factor = 0.3f;
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, rows * Pitch).Select(_ => random.NextSingle())];
        int transposed = (rows + Width - 1) / Width * Width * columns, packed = (columns + Width - 1) / Width * Width * rows;
        var (expectedTransposed, expectedPacked) = (new float[transposed], new float[packed]);
        var (actualTransposed, actualPacked) = (new float[transposed], new float[packed]);
        fixed (float* px = x, pt = expectedTransposed, pp = expectedPacked, at = actualTransposed, ap = actualPacked)
        {
            Keys.Transpose(px, Pitch, rows, columns, Factor, pt);
            Keys.Pack(px, Pitch, rows, columns, pp);
            for (var row = 0; row < rows; row++)
            {
                Keys.AppendTransposed(px + row * Pitch, columns, Factor, row, at);
                Keys.AppendPacked(px + row * Pitch, columns, row, rows, ap);
            }
        }
        Assert.Equal(expectedTransposed, actualTransposed);
        Assert.Equal(expectedPacked, actualPacked);
    }

    [Theory]
    [InlineData(1, 1), InlineData(3, 16), InlineData(40, 7), InlineData(33, 70)]
    public void Rows_AreTogetherAfterGathering_AndTheirProductsSummed(int rows, int columns)
    {
        const int Pitch = 100;
        const float Factor = -0.3f;
        var random = new Random(2);
        float[] x = [.. Enumerable.Range(0, rows * Pitch).Select(_ => random.NextSingle())];
        var together = (columns + 15) / 16 * 16;
        var (actual, products) = (new float[rows * together], new float[rows]);
        fixed (float* px = x, pa = actual, pp = products)
        {
            Keys.Gather(px, Pitch, rows, columns, pa);
            Keys.RowProducts(pa, together, px, Pitch, rows, columns, Factor, pp);
        }
        for (var row = 0; row < rows; row++)
        {
            var expected = x.AsSpan(row * Pitch, columns);
            Assert.Equal([.. expected, .. new float[together - columns]], actual[(row * together)..((row + 1) * together)]);
            var product = 0.0;
            foreach (var number in expected) product += number * (double)number;
            Assert.Equal(product * Factor, products[row], 1e-5);
        }
    }
}
