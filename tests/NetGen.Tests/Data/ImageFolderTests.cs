using NetGen.Data;
using NetGen.Data.Images;
using SkiaSharp;

namespace NetGen.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Writes an image whose pixels follow from their place.</summary>
    string Write(string name, int height, int width, Func<int, int, SKColor> color, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, color(y, x));
        }
        using var data = bitmap.Encode(format, 100);
        return Write(name, data.ToArray());
    }

    string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        return _folder.Write(name, bytes);
    }

    static SKColor Gray(int value) => new((byte)value, (byte)value, (byte)value);

    [Fact]
    public void Load_AFolderForEachClass_ReadsEveryPixel()
    {
        Write("b/2.png", 2, 3, (y, x) => new((byte)(10 * y), (byte)(20 * x), 200));
        Write("b/10.png", 2, 3, (_, _) => new(1, 2, 3));
        Write("A/x.png", 2, 3, (_, _) => new(4, 5, 6));
        Write("B/x.PNG", 2, 3, (_, _) => new(7, 8, 9));
        Write("B/.hidden", [1, 2, 3]);
        Write("readme.txt", [1, 2, 3]);
        var folder = ImageFolder.Load(_folder.Path);
        Assert.Equal(["A", "B", "b"], folder.Images.Classes); // ordinal
        Assert.Equal(["A/x.png", "B/x.PNG", "b/10.png", "b/2.png"], folder.Files.Select(f => Path.GetRelativePath(_folder.Path, f).Replace('\\', '/')));
        Assert.Equal([0, 1, 2, 2], folder.Images.Labels.ToArray());
        Assert.Equal(new ImageShape(3, 2, 3), folder.Images.Shape);
        Assert.Equal([4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6], folder.Images.Image(0).ToArray());
        Assert.Equal([0, 0, 0, 10, 10, 10, 0, 20, 40, 0, 20, 40, 200, 200, 200, 200, 200, 200], folder.Images.Image(3).ToArray());
        var (x, label) = (new float[18], new int[1]);
        folder.Images.Read([1], x, label);
        Assert.Equal((7 * (1 / 255f), 1), (x[0], label[0]));
        // Shape and classes go with the images.
        Assert.Equal(3 * 2 * 2, folder.Images.Shuffle(1).Augment(1, new RandomCrop(2, 2)).InputSize);
    }

    [Fact]
    public void Load_InGray_WeighsColoursAndKeepsGray()
    {
        Write("a/1.png", 1, 4, (_, x) => x switch { 0 => SKColors.Red, 1 => SKColors.Lime, 2 => SKColors.Blue, _ => Gray(123) });
        Assert.Equal([76, 150, 29, 123], ImageFolder.Load(_folder.Path, new() { Gray = true }).Images.Pixels.ToArray());
    }

    [Fact]
    public void Load_TransparentPixels_LieOnBlack()
    {
        Write("a/1.png", 1, 2, (_, x) => x == 0 ? SKColors.White.WithAlpha(0) : SKColors.White.WithAlpha(128));
        Assert.Equal([0, 128], ImageFolder.Load(_folder.Path, new() { Gray = true }).Images.Pixels.ToArray());
    }

    [Fact]
    public void Load_Jpeg_IsNearlyWhatWasWritten()
    {
        Write("a/1.jpg", 16, 16, (y, _) => Gray(40 + 8 * y), SKEncodedImageFormat.Jpeg);
        var pixels = ImageFolder.Load(_folder.Path, new() { Gray = true }).Images.Pixels.ToArray();
        for (var i = 0; i < 256; i++)
            Assert.InRange(pixels[i], 40 + 8 * (i / 16) - 3, 40 + 8 * (i / 16) + 3);
    }

    [Theory] // what the corners of the stored image (1 2 above, 3 4 below) become
    [InlineData(1, "1234"), InlineData(2, "2143"), InlineData(3, "4321"), InlineData(4, "3412")]
    [InlineData(5, "1324"), InlineData(6, "3142"), InlineData(7, "4231"), InlineData(8, "2413")]
    public void Load_JpegTakenSideways_IsUpright(int orientation, string corners)
    {
        var path = Write("a/1.jpg", 16, 32, (y, x) => Gray(50 * (1 + (y < 8 ? 0 : 2) + (x < 16 ? 0 : 1))), SKEncodedImageFormat.Jpeg);
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0II*\0"u8, 8, 0, 0, 0, // little-endian, directory at 8
            1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0, // one entry: orientation, a short
        ];
        var jpeg = File.ReadAllBytes(path);
        File.WriteAllBytes(path, [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        var images = ImageFolder.Load(_folder.Path, new() { Gray = true }).Images;
        var (height, width) = orientation < 5 ? (16, 32) : (32, 16);
        Assert.Equal(new ImageShape(1, height, width), images.Shape);
        var pixels = images.Pixels.ToArray();
        int[] places = [width + 1, 2 * width - 2, (height - 2) * width + 1, (height - 1) * width - 2];
        Assert.Equal(corners, string.Concat(places.Select(p => (int)Math.Round(pixels[p] / 50.0))));
    }

    [Fact]
    public void Load_ResizedTo_HasTheFiltersWeights()
    {
        Write("a/1.png", 1, 4, (_, x) => Gray(x == 0 ? 70 : 0));
        byte[] Resized(int height, int width, ImageResize resize = ImageResize.Stretch) =>
            ImageFolder.Load(_folder.Path, new() { Gray = true, Size = (height, width), Resize = resize }).Images.Pixels.ToArray();
        Assert.Equal([30, 0], Resized(1, 2)); // a triangle over three and a half pixels: 3/7, 3/7, 1/7
        Assert.Equal([70, 53, 18, 0, 0, 0, 0, 0], Resized(1, 8)); // bilinear: 1, 3/4, 1/4
        Assert.Equal([70, 0, 0, 0, 70, 0, 0, 0], Resized(2, 4));
        // The middle 1 × 1 of 1 × 4, which is black, and the whole between black above and below.
        Assert.Equal([0], Resized(1, 1, ImageResize.Crop));
        Assert.Equal([0, 0, 0, 0, 70, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Resized(4, 4, ImageResize.Pad));
    }

    [Fact]
    public void Load_ImagesOfManySizes_ResizedTo_KeepColoursAndProportions()
    {
        // White on the left half, red on the right.
        static SKColor Half(int x, int width) => x < width / 2 ? SKColors.White : SKColors.Red;
        Write("a/1.png", 40, 60, (_, x) => Half(x, 60));
        Write("a/2.png", 100, 50, (_, x) => Half(x, 50));
        ImageDataset Load(ImageResize resize) => ImageFolder.Load(_folder.Path, new() { Size = (10, 20), Resize = resize }).Images;
        var green = 10 * 20; // where that channel begins: white alone has it
        var stretched = Load(ImageResize.Stretch);
        for (var image = 0; image < 2; image++)
        {
            var pixels = stretched.Image(image).ToArray();
            Assert.All(pixels[..green], p => Assert.Equal(255, p));
            Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(i % 20 < 9 ? 255 : i % 20 > 10 ? 0 : pixels[green + i], pixels[green + i]));
        }
        var padded = Load(ImageResize.Pad);
        // 40 × 60 fits as 10 × 15, from column 2 on; 100 × 50 as 10 × 5, from column 7 on.
        Assert.Equal(Enumerable.Range(0, 20).Where(x => x is >= 2 and < 17), Enumerable.Range(0, 20).Where(x => padded.Image(0).Span[x] == 255));
        Assert.Equal(Enumerable.Range(0, 20).Where(x => x is >= 7 and < 12), Enumerable.Range(0, 20).Where(x => padded.Image(1).Span[x] == 255));
        var cropped = Load(ImageResize.Crop);
        Assert.All(cropped.Image(1).ToArray()[..green], p => Assert.Equal(255, p));
        Assert.Equal([255, 0], [cropped.Image(1).Span[green + 8], cropped.Image(1).Span[green + 12]]);
    }

    [Fact]
    public void Load_ClassesOfTheTrainingPart_GiveTheSameLabels()
    {
        Write("test/cat/1.png", 1, 1, (_, _) => Gray(1));
        Write("test/ant/1.png", 1, 1, (_, _) => Gray(2));
        ImageFolder Load(params string[] classes) => ImageFolder.Load(_folder["test"], new() { Classes = classes, Gray = true });
        Assert.Equal([2, 1], Load("ant", "cat").Images.Pixels.ToArray());
        Assert.Equal([1, 2], Load("cat", "ant").Images.Pixels.ToArray());
        Directory.Delete(_folder["test/ant"], recursive: true);
        Assert.Contains($"The class 'ant' is empty: there is no folder '{Path.Combine(_folder["test"], "ant")}'",
            Assert.Throws<InvalidDataException>(() => Load("cat", "ant")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Trouble_IsNamed()
    {
        string Error<T>(ImageFolderOptions? options = null, string? path = null) where T : Exception =>
            Assert.Throws<T>(() => ImageFolder.Load(path ?? _folder.Path, options)).Message;

        Assert.Contains("no folder '", Error<DirectoryNotFoundException>(path: _folder["nowhere"]), StringComparison.Ordinal);
        Assert.Contains("holds no folder: each class needs one", Error<InvalidDataException>(), StringComparison.Ordinal);

        Directory.CreateDirectory(_folder["cat"]);
        Assert.Contains($"The class 'cat' is empty: '{_folder["cat"]}' holds no images", Error<InvalidDataException>(), StringComparison.Ordinal);

        var small = Write("cat/1.png", 5, 6, (_, _) => Gray(1));
        var large = Write("cat/2.png", 7, 8, (_, _) => Gray(1));
        Write("cat/3.png", 9, 9, (_, _) => Gray(1));
        Assert.Contains($"Images differ in size: '{small}' has 5 × 6 pixels, '{large}' 7 × 8.", Error<InvalidDataException>(), StringComparison.Ordinal);
        Assert.Equal(3, ImageFolder.Load(_folder.Path, new() { Size = (4, 4) }).Images.Count);

        var text = Write("cat/0.txt", "hello"u8.ToArray());
        Assert.Equal($"'{text}' isn't an image, neither PNG nor JPEG.", Error<InvalidDataException>());
        Assert.Equal($"'{text}' isn't an image, neither PNG nor JPEG.", Error<InvalidDataException>(new() { Size = (4, 4) }));
        File.WriteAllBytes(text, []);
        Assert.Contains("isn't an image", Error<InvalidDataException>(), StringComparison.Ordinal);
        var whole = File.ReadAllBytes(Write("cat/0.txt", 50, 50, (y, x) => Gray(y * x)));
        File.WriteAllBytes(text, whole[..(whole.Length / 2)]);
        Assert.Contains($"'{text}' is damaged", Error<InvalidDataException>(), StringComparison.Ordinal);
        File.Delete(text);

        Assert.Contains("is none of the classes dog", Error<InvalidDataException>(new() { Classes = ["dog"] }), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["cat/more"]);
        Assert.Contains($"'{_folder["cat/more"]}' is a folder", Error<InvalidDataException>(), StringComparison.Ordinal);
        Directory.Delete(_folder["cat/more"]);

        Assert.Contains("more than an array can hold", Error<InvalidDataException>(new() { Size = (20_000, 20_000) }), StringComparison.Ordinal);
        Assert.Equal("Size", Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Load(_folder.Path, new() { Size = (0, 3) })).ParamName);
        Assert.Contains("'cat' is given twice", Error<ArgumentException>(new() { Classes = ["cat", "cat"] }), StringComparison.Ordinal);
    }
}
