using NetGen.Runtime;

namespace NetGen.Tests.Runtime;

public sealed unsafe class ImagesTests
{
    /// <summary>Channels, height, width, pitch, and the border above, left, below and right.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Sizes => new()
    {
        { 3, 5, 7, 3, 1, 1, 0, 0 }, { 3, 4, 4, 3, 0, 0, 0, 0 }, { 3, 1, 1, 3, 2, 1, 1, 2 }, { 3, 4, 5, 16, 1, 1, 1, 1 }, { 1, 5, 6, 1, 1, 2, 1, 2 },
        { 4, 3, 8, 4, 0, 1, 0, 1 }, { 6, 4, 3, 8, 3, 3, 3, 3 }, { 16, 2, 3, 16, 1, 0, 1, 0 }, { 2, 9, 10, 2, 0, 0, 1, 1 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void WorkersBringASampleToPixelsTogether(int channels, int height, int width, int pitch, int top, int left, int bottom, int right)
    {
        var sample = new float[channels * height * width];
        for (int i = 0; i < sample.Length; i++) sample[i] = i + 1;
        var expected = new float[(top + height + bottom) * (left + width + right) * pitch];
        for (int c = 0; c < channels; c++)
        {
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    expected[((top + row) * (left + width + right) + left + column) * pitch + c] = sample[(c * height + row) * width + column];
                }
            }
        }
        foreach (var workers in (int[])[1, 2, 3, 7])
        {
            using var x = new EdgeOfMemory(sample.Length);
            using var y = new EdgeOfMemory(expected.Length);
            sample.CopyTo(new Span<float>(x.Floats, sample.Length));
            new Span<float>(y.Floats, expected.Length).Fill(float.NaN);
            for (int worker = 0; worker < workers; worker++)
            {
                Images.FromRows(x.Floats, y.Floats, channels, height, width, pitch, top, left, bottom, right, worker, workers);
            }
            Assert.Equal(expected, new Span<float>(y.Floats, expected.Length).ToArray());
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void WorkersClearABorderTogether(int channels, int height, int width, int pitch, int top, int left, int bottom, int right)
    {
        _ = channels;
        foreach (var workers in (int[])[1, 2, 3, 7])
        {
            var length = (top + height + bottom) * (left + width + right) * pitch;
            using var y = new EdgeOfMemory(length);
            new Span<float>(y.Floats, length).Fill(1);
            for (int worker = 0; worker < workers; worker++) Images.ZeroBorder(y.Floats, height, width, pitch, top, left, bottom, right, worker, workers);
            for (int i = 0; i < length; i++)
            {
                var (row, column) = (i / pitch / (left + width + right) - top, i / pitch % (left + width + right) - left);
                var inside = row >= 0 && row < height && column >= 0 && column < width;
                Assert.Equal(inside ? 1 : 0, y.Floats[i]);
            }
        }
    }
}
