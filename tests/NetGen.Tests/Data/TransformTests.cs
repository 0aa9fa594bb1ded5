using NetGen.Data;
using NetGen.Runtime;

namespace NetGen.Tests.Data;

public sealed class TransformTests
{
    // 1 2 3
    // 4 5 6
    static readonly float[] s_image = [1, 2, 3, 4, 5, 6];

    static float[] Apply(ImageTransform transform, ReadOnlySpan<float> image, ImageShape shape, ulong seed = 1)
    {
        var result = new float[transform.OutputShape(shape).Size];
        result.AsSpan().Fill(float.NaN); // every value has to be written
        transform.Apply(image, shape, result, new PhiloxGenerator(seed));
        return result;
    }

    static float[] Apply(ImageTransform transform, ulong seed = 1) => Apply(transform, s_image, new(1, 2, 3), seed);

    [Fact]
    public void Flips_OfASmallImage_AreWhatTheyShouldBe()
    {
        Assert.Equal([3, 2, 1, 6, 5, 4], Apply(new RandomHorizontalFlip(1)));
        Assert.Equal([4, 5, 6, 1, 2, 3], Apply(new RandomVerticalFlip(1)));
        float[] colours = [.. s_image, .. s_image.Select(v => 10 * v)];
        Assert.Equal([3, 2, 1, 6, 5, 4, 30, 20, 10, 60, 50, 40], Apply(new RandomHorizontalFlip(1), colours, new(2, 2, 3)));
        Assert.Equal([4, 5, 6, 1, 2, 3, 40, 50, 60, 10, 20, 30], Apply(new RandomVerticalFlip(1), colours, new(2, 2, 3)));
    }

    [Theory]
    [InlineData(0), InlineData(0.25f), InlineData(0.5f), InlineData(1)]
    public void Flips_HappenWithTheirProbability(float probability)
    {
        foreach (ImageTransform flip in new ImageTransform[] { new RandomHorizontalFlip(probability), new RandomVerticalFlip(probability) })
        {
            var flipped = Enumerable.Range(0, 4000).Count(seed => Apply(flip, (ulong)seed)[0] != 1);
            var deviation = Math.Sqrt(4000 * probability * (1 - probability));
            Assert.InRange(flipped, 4000 * probability - 4 * deviation, 4000 * probability + 4 * deviation);
        }
    }

    [Fact]
    public void RandomCrop_WithPadding_ShowsEveryPlaceEquallyOften()
    {
        // A border of 1 with fill 9 around 2 × 3: 4 × 5, of which 2 × 3 has 3 · 3 places.
        float[,] padded = { { 9, 9, 9, 9, 9 }, { 9, 1, 2, 3, 9 }, { 9, 4, 5, 6, 9 }, { 9, 9, 9, 9, 9 } };
        var places = new Dictionary<string, int>();
        for (var top = 0; top < 3; top++)
        {
            for (var left = 0; left < 3; left++)
                places.Add(string.Join(' ', Enumerable.Range(0, 6).Select(i => padded[top + i / 3, left + i % 3])), 0);
        }
        var crop = new RandomCrop(2, 3, padding: 1, fill: 9);
        for (ulong seed = 0; seed < 9000; seed++)
            places[string.Join(' ', Apply(crop, seed))]++;
        Assert.Equal(9, places.Count); // and no other
        Assert.All(places.Values, count => Assert.InRange(count, 1000 - 4 * 30, 1000 + 4 * 30));
    }

    [Fact]
    public void Crops_SmallerOrFarOutside_AreWhatTheyShouldBe()
    {
        float[] colours = [.. s_image, .. s_image.Select(v => 10 * v)];
        var all = Enumerable.Range(0, 50).Select(seed => string.Join(' ', Apply(new RandomCrop(1, 2), colours, new(2, 2, 3), (ulong)seed))).Distinct();
        Assert.Equal(["1 2 10 20", "2 3 20 30", "4 5 40 50", "5 6 50 60"], all.Order(StringComparer.Ordinal));
        Assert.Equal([5], Apply(new CenterCrop(1, 1), [1, 2, 3, 4, 5, 6, 7, 8, 9], new(1, 3, 3)));
        Assert.Equal([2, 5], Apply(new CenterCrop(2, 1)));
        // A border wider than the image: some crops hold nothing of it.
        var wide = Enumerable.Range(0, 300).Select(seed => Apply(new RandomCrop(1, 1, padding: 4, fill: -1), [7], new(1, 1, 1), (ulong)seed)[0]).ToArray();
        Assert.Equal([-1, 7], wide.Distinct().Order());
        Assert.InRange(wide.Count(v => v == 7), 1, 12); // 300 / 81
    }

    [Fact]
    public void Rotation_ByQuarters_IsExact()
    {
        float[] square = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        Assert.Equal(square, Apply(new RandomRotation(0), square, new(1, 3, 3)));
        AssertNear([3, 6, 9, 2, 5, 8, 1, 4, 7], Apply(new RandomRotation(90, 90, 0), square, new(1, 3, 3))); // counter-clockwise
        AssertNear([7, 4, 1, 8, 5, 2, 9, 6, 3], Apply(new RandomRotation(-90, -90, 0), square, new(1, 3, 3)));
        AssertNear([9, 8, 7, 6, 5, 4, 3, 2, 1], Apply(new RandomRotation(180, 180, 0), square, new(1, 3, 3)));
        // About the centre, so what stood upright lies across: its ends are out of sight.
        AssertNear([0.5f, 3, 6, 0.5f, 0.5f, 2, 5, 0.5f], Apply(new RandomRotation(90, 90, 0.5f), [0, 2, 3, 0, 0, 5, 6, 0], new(1, 2, 4)));
    }

    [Fact]
    public void Rotation_ByAnEighth_IsBilinear()
    {
        // The corner of a 3 × 3 image comes from (−√2, 0) of its centre: from 0.41 outside the middle of the left edge.
        float[] square = [1, 1, 1, 4, 1, 1, 1, 1, 1];
        var result = Apply(new RandomRotation(45, 45, 10), square, new(1, 3, 3));
        var outside = (float)Math.Sqrt(2) - 1;
        Assert.Equal(4 * (1 - outside) + 10 * outside, result[6], 1e-5);
        // The left neighbour of the centre comes from (−√½, √½).
        var half = (float)Math.Sqrt(0.5);
        Assert.Equal(4 * half * (1 - half) + (1 - half * (1 - half)), result[3], 1e-5);
        Assert.Equal(1, result[4], 1e-6);
    }

    [Fact]
    public void Rotation_AnglesAreUniform()
    {
        // A ramp shows the angle: its gradient turns with it.
        var ramp = Enumerable.Range(0, 81).Select(i => (float)(i % 9)).ToArray();
        var angles = Enumerable.Range(0, 2000).Select(seed =>
        {
            var r = Apply(new RandomRotation(30), ramp, new(1, 9, 9), (ulong)seed);
            return Math.Atan2(r[4 * 9 + 4 - 9] - r[4 * 9 + 4 + 9], r[4 * 9 + 5] - r[4 * 9 + 3]) * 180 / Math.PI;
        }).ToArray();
        Assert.InRange(angles.Min(), -30.01, -29);
        Assert.InRange(angles.Max(), 29, 30.01);
        Assert.InRange(angles.Average(), -1.6, 1.6); // 60 / √12 / √2000 · 4
        Assert.InRange(angles.Count(a => Math.Abs(a) < 15), 1000 - 90, 1000 + 90);
    }

    [Fact]
    public void Erasing_TakesOneRectangleOfTheRightSize()
    {
        var shape = new ImageShape(2, 20, 30);
        var ones = Enumerable.Repeat(1f, shape.Size).ToArray();
        var (erased, shares) = (0, new List<double>());
        for (ulong seed = 0; seed < 4000; seed++)
        {
            var result = Apply(new RandomErasing(fill: -1), ones, shape, seed);
            Assert.Equal(result[..shape.Pixels], result[shape.Pixels..]); // the same place in all channels
            var places = Enumerable.Range(0, shape.Pixels).Where(i => result[i] == -1).ToArray();
            if (places.Length == 0)
                continue;
            erased++;
            int height = places.Max(p => p / 30) - places.Min(p => p / 30) + 1, width = places.Max(p => p % 30) - places.Min(p => p % 30) + 1;
            Assert.Equal(height * width, places.Length);
            Assert.InRange((double)height / width, 0.3 * 0.7, 3.3 * 1.5); // rounded to pixels
            shares.Add(places.Length / 600.0);
        }
        Assert.InRange(erased, 2000 - 130, 2000 + 130);
        Assert.InRange(shares.Min(), 0.01, 0.03);
        Assert.InRange(shares.Max(), 0.28, 0.36);
        Assert.Equal(ones, Apply(new RandomErasing(0), ones, shape));
    }

    [Fact]
    public void Erasing_WithNoise_FillsWithTheNormalDistribution()
    {
        var shape = new ImageShape(3, 40, 40);
        var noise = Apply(new RandomErasing(1, 0.3f, 0.3f, 1, 1, fill: null), new float[shape.Size], shape).Where(v => v != 0).ToArray();
        Assert.Equal(3 * 22 * 22, noise.Length); // √(0.3 · 1600) = 21.9
        Assert.InRange(noise.Average(), -0.11, 0.11);
        Assert.InRange(noise.Average(v => v * v), 0.85, 1.15);
    }

    [Fact]
    public void Normalize_OfTheTrainingPart_GivesMean0AndDeviation1()
    {
        var pixels = new byte[30 * 2 * 12];
        new Random(3).NextBytes(pixels);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i / 12 % 2 == 0 ? (byte)(pixels[i] / 4) : pixels[i];
        var images = new ImageDataset(pixels, new int[30], new ImageShape(2, 3, 4), ["all"]);
        var normalize = Normalize.Standard(images);
        var (x, labels) = (new float[pixels.Length], new int[30]);
        images.Transform(normalize).Read([.. Enumerable.Range(0, 30)], x, labels);
        for (var channel = 0; channel < 2; channel++)
        {
            var values = x.Where((_, i) => i / 12 % 2 == channel).ToArray();
            Assert.Equal(0, values.Average(), 1e-5);
            Assert.Equal(1, values.Average(v => v * v), 1e-4);
        }
        // Any dataset that knows its images' shape, such as a part of a split, whose other part doesn't count.
        var (train, _) = images.Split(0.2, seed: 1);
        var ofPart = Normalize.Standard(train);
        train.Transform(ofPart).Read([.. Enumerable.Range(0, train.Count)], x.AsSpan(0, train.Count * 24), labels.AsSpan(0, train.Count));
        Assert.Equal(0, x.Take(train.Count * 24).Where((_, i) => i / 12 % 2 == 0).Average(), 1e-5);
        Assert.Equal(1, x.Take(train.Count * 24).Where((_, i) => i / 12 % 2 == 1).Average(v => v * v), 1e-4);
        Assert.NotEqual(normalize.Mean, ofPart.Mean);
        Assert.Equal(normalize.Mean, Normalize.Standard<int>(images).Mean);
        Assert.Contains("new ImageShape(", Assert.Throws<ArgumentException>("dataset", () => Normalize.Standard(new Dataset<int>(new float[4], new int[1], 4))).Message, StringComparison.Ordinal);
        Assert.Equal([-1, 0, 1, 0, 0.5f, 1], Apply(new Normalize([2, 4], [1, 2]), [1, 2, 3, 4, 5, 6], new(2, 1, 3)));
        Assert.Equal([-1, 0, 1], Apply(new Normalize([2], [1]), [1, 2, 3], new(3, 1, 1)));
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        Assert.Equal("probability", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomHorizontalFlip(1.5f)).ParamName);
        Assert.Equal("probability", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomVerticalFlip(float.NaN)).ParamName);
        Assert.Equal("padding", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomCrop(1, 1, -1)).ParamName);
        Assert.Equal("width", Assert.Throws<ArgumentOutOfRangeException>(() => new CenterCrop(1, 0)).ParamName);
        Assert.Equal("maximum", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(-1)).ParamName);
        Assert.Equal("maxArea", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(maxArea: 2)).ParamName);
        Assert.Equal("maxAspect", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(minAspect: 0)).ParamName);
        // Numbers count as the nearest float, which these have none but 0 and infinity for.
        Assert.Equal("maxArea", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(minArea: 1e-300)).ParamName);
        Assert.Equal("maxAspect", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(minAspect: 1e-300)).ParamName);
        Assert.Equal("maxAspect", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(maxAspect: 1e300)).ParamName);
        Assert.Equal("maximum", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(1e300)).ParamName);
        Assert.Equal("fill", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(fill: float.NaN)).ParamName);
        Assert.Equal("deviation", Assert.Throws<ArgumentException>(() => new Normalize([0], [0])).ParamName);
        Assert.Contains("RandomCrop of 5 × 3 needs images at least as large; these have 2 × 3 and a border of 1",
            Assert.Throws<ArgumentException>(() => new RandomCrop(5, 3, 1).OutputShape(new(1, 2, 3))).Message, StringComparison.Ordinal);
        Assert.Contains("for 3 channels; the images have 1",
            Assert.Throws<ArgumentException>(() => new Normalize([0, 0, 0], [1, 1, 1]).OutputShape(new(1, 2, 3))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageShape(1, 0, 1));
        Assert.Throws<OverflowException>(() => new ImageShape(3, 50_000, 50_000));
    }

    static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5);
    }
}
