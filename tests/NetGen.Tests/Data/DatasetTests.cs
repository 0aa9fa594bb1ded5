using NetGen.Data;

namespace NetGen.Tests.Data;

public sealed class DatasetTests
{
    // 5 × 7 pixels: two vectors of 16 bytes and a rest.
    static ImageDataset Images(int count = 300, Normalization? normalization = null)
    {
        var pixels = new byte[count * 35];
        new Random(5).NextBytes(pixels);
        return new(pixels, Enumerable.Range(0, count).Select(i => i % 3).ToArray(), 5, 7, ["a", "b", "c"], normalization);
    }

    [Fact]
    public void ImageDataset_Read_ConvertsEveryPixel()
    {
        var perPixel = new Normalization([.. Enumerable.Range(0, 35).Select(i => (float)i)], [.. Enumerable.Repeat(2f, 35)]);
        foreach (var normalization in new[] { Normalization.Bytes, new([10f], [0.25f]), perPixel })
        {
            var images = Images(300, normalization);
            var x = new float[2 * 35];
            var labels = new int[2];
            images.Read([299, 1], x, labels);
            Assert.Equal([299 % 3, 1], labels);
            for (var i = 0; i < 35; i++)
            {
                var (shift, scale) = (normalization.Shift[i % normalization.Shift.Length], normalization.Scale[i % normalization.Scale.Length]);
                Assert.Equal((images.Image(299).Span[i] - shift) * scale, x[i]);
                Assert.Equal((images.Image(1).Span[i] - shift) * scale, x[35 + i]);
            }
        }
    }

    [Fact]
    public void Read_OfImagesAndSelections_AllocatesNothing()
    {
        var images = Images();
        var part = images.Shuffle(1).Split(0.5, 2).Train;
        var indices = RandomOrder.Permutation(150, 9);
        var x = new float[150 * 35];
        var labels = new int[150];
        part.Read(indices, x, labels);
        images.Read(indices, x, labels);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            part.Read(indices, x, labels);
            images.Read(indices, x, labels);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Select_LongBatch_ReadsWhatTheWholeHolds()
    {
        var images = Images(700);
        var chosen = RandomOrder.Permutation(700, 4);
        var selection = images.Select(chosen);
        int[] all = [.. Enumerable.Range(0, 700)];
        var (x, direct) = (new float[700 * 35], new float[700 * 35]);
        var (labels, directLabels) = (new int[700], new int[700]);
        selection.Read(all, x, labels);
        images.Read(chosen, direct, directLabels);
        Assert.Equal(direct, x);
        Assert.Equal(directLabels, labels);
    }

    [Fact]
    public void Split_SameSeed_ReadsTheSame()
    {
        static float[] First(ulong seed)
        {
            var x = new float[35];
            Images().Split(0.1, seed).Validation.Read([0], x, new int[1]);
            return x;
        }
        Assert.Equal(First(1), First(1));
        Assert.NotEqual(First(1), First(2));
    }

    [Fact]
    public void Select_OfSamplesOfDifferentLengths_KeepsTheLengths()
    {
        int[] lengths = [3, 1, 2], others = [1, 4, 2];
        var texts = new SequenceDataset<int>(new int[6], lengths, new int[3], max: 4);
        Assert.Equal([2, 3], Enumerable.Range(0, 2).Select(i => texts.Select([2, 0]).LengthOf(i)));
        Assert.Equal([2, 3], Enumerable.Range(0, 2).Select(i => texts.Select([2, 0]).OneHot(2).LengthOf(i)));
        var pairs = new SequenceDataset<int>([DatasetInput.Sequence(new int[6], lengths, 4), DatasetInput.Sequence(new int[7], others, 5)], new int[3]).Select([2, 1]);
        Assert.Equal([2, 1], Enumerable.Range(0, 2).Select(i => pairs.LengthOf(i, 0)));
        Assert.Equal([2, 4], Enumerable.Range(0, 2).Select(i => pairs.LengthOf(i, 1)));
    }

    [Fact]
    public void StratifiedSplit_OfAnyDataset_UsesItsLabels()
    {
        var labels = Enumerable.Range(0, 100).Select(i => i < 80 ? 0 : 1).ToArray();
        var (_, validation) = new Dataset<int>(new float[100], labels, 1).StratifiedSplit(0.1, 1);
        var found = new int[validation.Count];
        validation.Read([.. Enumerable.Range(0, validation.Count)], new float[validation.Count], found);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1, 1], found);
    }

    [Fact]
    public void Read_WrongSizesOrIndices_NamesThem()
    {
        var images = Images();
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => images.Read([0], new float[34], new int[1])).ParamName);
        Assert.Equal("target", Assert.Throws<ArgumentException>(() => images.Read([0], new float[35], new int[2])).ParamName);
        Assert.Contains(
            "Sample 300", Assert.Throws<ArgumentOutOfRangeException>(() => images.Read([300], new float[35], new int[1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Select([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Image(300));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Split(0.5, 1).Train.Read([150], new float[35], new int[1]));
    }
}
