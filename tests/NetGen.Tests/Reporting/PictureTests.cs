using NetGen.Reporting;
using NetGen.Tests.Data;
using SkiaSharp;

namespace NetGen.Tests.Reporting;

public sealed class PictureTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static EpochResult Epoch(int epoch, double loss, double accuracy = double.NaN, double? validationLoss = null, double? validationAccuracy = null) => new()
    {
        Epoch = epoch,
        TrainLoss = loss,
        TrainAccuracy = accuracy,
        ValidationLoss = validationLoss,
        ValidationAccuracy = validationAccuracy,
        LearningRate = 0.001,
        Seconds = 1,
    };

    static ConfusionMatrix Matrix(int[,] counts)
    {
        var matrix = new ConfusionMatrix(counts.GetLength(0));
        for (var i = 0; i < counts.Length; i++)
        {
            for (var n = 0; n < counts[i / matrix.Classes, i % matrix.Classes]; n++)
                matrix.Add(i / matrix.Classes, i % matrix.Classes);
        }
        return matrix;
    }

    static SKBitmap Decode(string path)
    {
        var bitmap = SKBitmap.Decode(path);
        Assert.NotNull(bitmap);
        return bitmap;
    }

    static int CountOf(SKBitmap bitmap, Func<SKColor, bool> match) => bitmap.Pixels.Count(match);

    [Fact]
    public void LearningCurve_IsAPng_WithBothCurves()
    {
        LearningCurve.Save(folder["sub/curve.png"], [Epoch(1, 0.9, 0.6, 1.0, 0.5), Epoch(2, 0.5, 0.8, 0.6, 0.7), Epoch(3, 0.3, 0.9, 0.5, 0.8)]);
        using var bitmap = Decode(folder["sub/curve.png"]);
        Assert.True(CountOf(bitmap, c => c is { Blue: > 200, Red: < 80 }) > 1000, "the training curve is blue");
        Assert.True(CountOf(bitmap, c => c is { Red: > 200, Blue: < 60 }) > 1000, "the validation curve is orange");
        Assert.Empty(Directory.GetFiles(folder["sub"], "*.part"));
    }

    [Fact]
    public void LineChart_IsAPng_WithEachLineAndItsBand()
    {
        static ChartLine Line(string name, double y) => new(name, [.. new[] { 5.0, 10, 100 }.Select(x => ChartPoint.OfRange(x, [y - 0.1, y, y + 0.1]))]);
        LineChart.Save(folder["sub/lines.png"], [Line("a", 0.8), Line("b", 0.4)], "Title", "Subtitle", "Images", "Accuracy");
        using var bitmap = Decode(folder["sub/lines.png"]);
        Assert.True(CountOf(bitmap, c => c is { Blue: > 200, Red: < 80 }) > 1000, "the first line is blue");
        Assert.True(CountOf(bitmap, c => c is { Red: > 200, Blue: < 60 }) > 1000, "the second line is orange");
        Assert.True(CountOf(bitmap, c => c is { Red: > 210 and < 240, Green: > 215 and < 240, Blue: > 245 }) > 10_000, "the first one's band is a light blue");
    }

    [Fact]
    public void LineChart_WithoutSense_SaysWhatIsWrong()
    {
        void Refused(string why, params ChartLine[] lines) => Assert.Contains(
            why, Assert.Throws<ArgumentException>(nameof(lines), () => LineChart.Save(folder["x.png"], lines, "", "", "", "")).Message, StringComparison.Ordinal);
        Refused("these are 0");
        Refused("'a' has no points", new ChartLine("a", []));
        Refused("(0, 1, 1 to 1) of 'a' needs finite numbers and an x of more than 0", new ChartLine("a", [new(0, 1, 1, 1)]));
        Refused("(1, NaN, 1 to 1)", new ChartLine("a", [new(1, double.NaN, 1, 1)]));
        Assert.False(File.Exists(folder["x.png"]));
    }

    [Fact]
    public void LearningCurve_WithoutAccuracy_IsNarrower()
    {
        LearningCurve.Save(folder["both.png"], [Epoch(1, 0.9, 0.6)]);
        LearningCurve.Save(folder["loss.png"], [Epoch(1, 0.9)]);
        using var both = Decode(folder["both.png"]);
        using var loss = Decode(folder["loss.png"]);
        Assert.True(loss.Width < both.Width);
    }

    [Fact]
    public void Title_IsWrittenInAFontOfOurOwn()
    {
        LearningCurve.Save(folder["a.png"], [Epoch(1, 1)], title: "MMMMMMMMMM");
        LearningCurve.Save(folder["b.png"], [Epoch(1, 1)], title: "iiiiiiiiii");
        using var wide = Decode(folder["a.png"]);
        using var narrow = Decode(folder["b.png"]);
        // Ink in the title's lines: boxes for missing glyphs would be the same for both.
        int Ink(SKBitmap b) => Enumerable.Range(0, 600).Sum(x => Enumerable.Range(40, 50).Count(y => b.GetPixel(x, y).Red < 100));
        Assert.True(Ink(wide) > 3 * Ink(narrow) && Ink(narrow) > 50, $"{Ink(wide)} and {Ink(narrow)} dark pixels");
    }

    [Fact]
    public void ConfusionMatrix_IsAPng_AndItsShapeIsChecked()
    {
        ConfusionMatrixPicture.Save(folder["cm.png"], Matrix(new[,] { { 9, 1 }, { 0, 1234 } }), ["cat", "a dog with a very long name"]);
        using var bitmap = Decode(folder["cm.png"]);
        Assert.True(bitmap.Width > 400);
        Assert.Throws<ArgumentException>(() => ConfusionMatrixPicture.Save(folder["x.png"], new(3), ["a", "b"]));
        Assert.False(File.Exists(folder["x.png"]));
    }

    [Fact]
    public void ConfusionMatrix_WithoutSamples_IsDrawn() => ConfusionMatrixPicture.Save(folder["cm.png"], new(1), ["a"]);

    [Fact]
    public void SampleGrid_IsAPng_AndItsSizesAreChecked()
    {
        SampleGrid.Save(folder["grid.png"], [new(new byte[6], "a", "a", 0.5), new(new byte[6], "a", "b")], 2, 3);
        using var bitmap = Decode(folder["grid.png"]);
        Assert.True(CountOf(bitmap, c => c is { Red: > 200, Green: < 60, Blue: < 60 }) > 100, "the wrong one has a red border");
        Assert.True(CountOf(bitmap, c => c is { Green: > 100, Red: < 60, Blue: < 90 }) > 100, "the right one has a green border");
        var error = Assert.Throws<ArgumentException>(() => SampleGrid.Save(folder["g.png"], [new(new byte[6], "a", "a")], 3, 3));
        Assert.Contains("Image 0 has 6 pixels; 3 × 3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SampleGrid.Save(folder["g.png"], [], 3, 3));
    }

    [Fact]
    public void LossSurface_IsAPng_EvenWhereAPathLeavesIt()
    {
        LossSurface.Save(
            folder["surface.png"], (x, y) => (x * x) + (y * y), new(-2, 2, -2, 2),
            [new("a", [(1, 1), (0, 0)]), new("b", [(1, 1), (-1e30, 1e30), (double.NaN, double.PositiveInfinity)])]);
        using var bitmap = Decode(folder["surface.png"]);
        Assert.True(bitmap.Width > 1000);
        Assert.Throws<ArgumentException>(() => LossSurface.Save(folder["s.png"], (x, y) => double.NaN, new(0, 1, 0, 1), [new("a", [(0, 0)])]));
        Assert.Throws<ArgumentException>(() => LossSurface.Save(folder["s.png"], (x, y) => x, new(1, 0, 0, 1), [new("a", [(0, 0)])]));
        Assert.Throws<ArgumentException>(() => LossSurface.Save(folder["s.png"], (x, y) => x, new(0, 1, 0, 1), []));
    }

    [Fact]
    public void Picture_UnwritablePath_IsNamed_AndLeavesNothing()
    {
        folder.Write("file", "not a folder");
        var path = folder["file/curve.png"];
        Assert.Contains(path, Assert.Throws<IOException>(() => LearningCurve.Save(path, [Epoch(1, 1)])).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder["taken.png"]);
        Assert.Contains(
            "taken.png", Assert.Throws<IOException>(() => LearningCurve.Save(folder["taken.png"], [Epoch(1, 1)])).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }
}
