using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Poolings on numbers that can be checked by hand: the course's example, ties, NaN and infinities.</summary>
public sealed class PoolingTests(PoolingTests.Networks networks) : IClassFixture<PoolingTests.Networks>
{
    const string Two = nameof(Two), Wide = nameof(Wide), Overlapping = nameof(Overlapping), Rolled = nameof(Rolled), Mean = nameof(Mean),
        Sequence = nameof(Sequence), Shuffled = nameof(Shuffled), Copied = nameof(Copied), Padded = nameof(Padded), Clipped = nameof(Clipped), Dropped = nameof(Dropped);

    [Fact]
    public void MaxPool_OfTheCoursesExample_GivesItsResult()
    {
        float[] image =
        [
            1, 2, 3, 1,
            1, 1, 1, 1,
            2, 3, 1, 6,
            8, 1, 4, 5,
        ];
        Assert.Equal([2, 3, 8, 6], Subject(Two).Predict(image));
    }

    [Fact]
    public void MaxPool_GivesTheGradientToTheFirstOfEqualMaxima()
    {
        float[] image =
        [
            1, 2, 0, 0,
            2, 2, 0, 0,
            3, 3, 1, 1,
            3, 4, 0, 1,
        ];
        Assert.Equal(
        [
            0, 10, 20, 0,
            0, 0, 0, 0,
            0, 0, 40, 0,
            0, 30, 0, 0,
        ], Backward(Two, image, [10, 20, 30, 40]).InputGradient!);
    }

    [Fact]
    public void MaxPool_AddsWhatOverlappingWindowsGive()
    {
        // Nine windows of 2 x 2: the middle is the maximum of four of them, and zeros tie in the others.
        float[] image =
        [
            0, 0, 0, 0,
            0, 0, 0, 0,
            0, 0, 5, 0,
            0, 0, 0, 0,
        ];
        Assert.Equal(
        [
            1, 2, 3, 0,
            4, 0, 0, 0,
            7, 0, 5 + 6 + 8 + 9, 0,
            0, 0, 0, 0,
        ], Backward(Overlapping, image, [1, 2, 3, 4, 5, 6, 7, 8, 9]).InputGradient!);
    }

    [Theory, InlineData(Two, 16), InlineData(Wide, 37 * 16), InlineData(Overlapping, 16), InlineData(Rolled, 3 * 36), InlineData(Sequence, 5 * 8)]
    public void MaxPool_OfNaN_IsNaN_WhereverItIsInTheWindow(string network, int size)
    {
        // Each place in turn: the windows that have it are NaN, and the others what they were.
        var (subject, clean) = (Subject(network), Batch.Normal(new(1), size));
        var expected = subject.Predict(clean);
        for (var place = 0; place < size; place += size > 200 ? 7 : 1)
        {
            var x = (float[])clean.Clone();
            x[place] = float.NaN;
            // A window has the place if raising it raises the maximum.
            var raised = (float[])clean.Clone();
            raised[place] = 100;
            var has = subject.Predict(raised);
            var y = subject.Predict(x);
            for (var i = 0; i < y.Length; i++) Assert.Equal(has[i] == 100 ? float.NaN : expected[i], y[i]);
            Assert.Contains(y, float.IsNaN);
            Assert.Equal(Batch.Doubles(y), Backward(network, x, new float[y.Length]).Output);
        }
    }

    [Fact]
    public void MaxPool_OfNegativeNumbers_DoesNotTakeItsPaddingForThem()
    {
        var x = Enumerable.Repeat(-3f, 3 * 36).ToArray();
        Assert.All(Subject(Rolled).Predict(x), y => Assert.Equal(-3, y));
        Array.Fill(x, float.NegativeInfinity);
        Assert.All(Subject(Rolled).Predict(x), y => Assert.Equal(float.NegativeInfinity, y));
    }

    [Fact]
    public void MaxPool_OfInfinities_GivesThemTheWholeGradient()
    {
        float[] image =
        [
            1, 2, float.PositiveInfinity, float.PositiveInfinity,
            3, float.PositiveInfinity, 0, 0,
            float.NegativeInfinity, float.NegativeInfinity, 1, 1,
            float.NegativeInfinity, float.NegativeInfinity, 0, 1,
        ];
        var outcome = Backward(Two, image, [10, 20, 30, float.PositiveInfinity]);
        Assert.Equal(
        [
            0, 0, 20, 0,
            0, 10, 0, 0,
            30, 0, double.PositiveInfinity, 0,
            0, 0, 0, 0,
        ], outcome.InputGradient!);
    }

    [Fact]
    public void AvgPool_IsTheMean_WithPaddingCounted()
    {
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        // Of nine places each: 1 + 2 + 4 + 5, 2 + 3 + 5 + 6, …
        Assert.Equal([12 / 9f, 16 / 9f, 24 / 9f, 28 / 9f], Subject(Mean).Predict(image), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void PixelShuffle_PutsChannelsIntoBlocks() => Assert.Equal([1, 3, 2, 4, 5, 7, 6, 8], Subject(Shuffled).Predict([1, 2, 3, 4, 5, 6, 7, 8]));

    [Fact]
    public void Upsample_CopiesPixels() => Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], Subject(Copied).Predict([1, 2, 3, 4]));

    [Fact]
    public void ZeroPad_TakesLeftRightTopBottom() => Assert.Equal([0, 0, 0, 0, 1, 2, 0, 3, 4, 0, 0, 0, 0, 0, 0], Subject(Padded).Predict([1, 2, 3, 4]));

    [Fact]
    public void Dropout2d_DropsWholeChannels_AndTheSameOfTheGradient()
    {
        const int Samples = 60, Channels = 19, Pixels = 6;
        var ones = Enumerable.Repeat(1f, Samples * Channels * Pixels).ToArray();
        var outcome = Subject(Dropped).Backward(Batch.Of(ones, ones, Samples));
        Assert.Equal(outcome.Output, outcome.InputGradient!);
        var channels = outcome.Output.Chunk(Pixels).ToArray();
        Assert.All(channels, channel => Assert.Equal(channel[0] == 0 ? 0 : 1 / 0.7, channel.Min(), 1e-6));
        Assert.All(channels, channel => Assert.All(channel, value => Assert.Equal(channel[0], value)));
        // Five standard deviations of a binomial distribution.
        const double Count = Samples * Channels;
        Assert.Equal(0.3, channels.Count(channel => channel[0] == 0) / Count, 5 * Math.Sqrt(0.3 * 0.7 / Count));
        Assert.Equal(ones, Subject(Dropped).Predict(ones));
    }

    [Fact]
    public void ReLU6_CutsOffAtSix_AndKeepsNaN()
    {
        float[] x = [-1, 0, 3, 6, 7, float.NaN, float.PositiveInfinity];
        Assert.Equal([0, 0, 3, 6, 6, float.NaN, 6], Subject(Clipped).Predict(x));
        Assert.Equal([0, 0, 1, 0, 0, 0, 0], Backward(Clipped, x, [1, 1, 1, 1, 1, 1, 1]).InputGradient!);
    }

    Subject Subject(string network) => networks.Set[network].Subject;

    Outcome Backward(string network, float[] x, float[] dy) => Subject(network).Backward(Batch.Of(x, dy, 1));

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(new Dictionary<string, string>
        {
            [Two] = "[Input(1, 4, 4, Gradient = true), MaxPool2d(2)]",
            [Wide] = "[Input(37, 4, 4, Gradient = true), MaxPool2d(2)]",
            [Overlapping] = "[Input(1, 4, 4, Gradient = true), MaxPool2d(2, Stride = 1)]",
            [Rolled] = "[Input(3, 6, 6, Gradient = true), MaxPool2d(5, Stride = 1, Padding = 2)]",
            [Mean] = "[Input(1, 3, 3), AvgPool2d(3, Stride = 2, Padding = 1), Reshape(1, 1, -1), AdaptiveAvgPool2d(1, 4)]",
            [Sequence] = "[Input(5, 8, Gradient = true), MaxPool1d(3, Stride = 2, Padding = 1)]",
            [Shuffled] = "[Input(4, 1, 2), PixelShuffle(2)]",
            [Copied] = "[Input(1, 2, 2), Upsample(2)]",
            [Padded] = "[Input(1, 2, 2), ZeroPad2d(1, 0, 1, 2)]",
            [Dropped] = "[Input(19, 2, 3, Gradient = true), MaxPool2d(1), Dropout2d(0.3f)]",
            [Clipped] = "[Input(7, Gradient = true), ReLU6]",
        });

        public void Dispose() => Set.Dispose();
    }
}
