using NetGen.Data;
using NetGen.Runtime;
using NetGen.Tests.Training;

namespace NetGen.Tests.Data;

[Collection(nameof(Runtime.AloneInTheProcess))] // the number of threads is the process's
public sealed class AugmentationTests
{
    /// <summary>4 × 5 pixels, as many values as the test network takes.</summary>
    static ImageDataset Images(int count = 200)
    {
        var pixels = new byte[count * Classifier.Inputs];
        new Random(5).NextBytes(pixels);
        return new(pixels, Enumerable.Range(0, count).Select(i => i % 3).ToArray(), 4, 5, ["a", "b", "c"]);
    }

    static IDataset<int> Augmented(IDataset<int> images, ulong seed = 1) => images.Augment(
        seed, new RandomHorizontalFlip(), new RandomCrop(4, 5, padding: 1), new RandomRotation(20), new RandomErasing(), new Normalize([0.5f], [0.25f]));

    static float[] Read<TTarget>(IDataset<TTarget> data, int epoch, params int[] indices) where TTarget : unmanaged
    {
        var x = new float[indices.Length * data.InputSize];
        data.Read(epoch, indices, x, new TTarget[indices.Length * data.TargetSize]);
        return x;
    }

    [Fact]
    public void Augment_TransformsOneAfterTheOther()
    {
        var images = new Dataset<int>(new float[] { 1, 2, 3, 4 }, new[] { 7 }, 4);
        var data = images.Augment(
            new ImageShape(1, 2, 2), 1, new RandomHorizontalFlip(1), new RandomVerticalFlip(1), new CenterCrop(1, 2), new Normalize([1], [0.5f]));
        Assert.Equal((1, 2, 1), (data.Count, data.InputSize, data.TargetSize));
        var (x, label) = (new float[2], new int[1]);
        data.Read([0], x, label);
        Assert.Equal([6, 4], x); // 2 1 / 4 3, then 4 3 / 2 1, its first row, minus 1, times 2
        Assert.Equal([7], label);
        Assert.Equal([1, 2, 3, 4], Read(images.Augment(new ImageShape(1, 2, 2), 1), 0, 0));
    }

    [Fact]
    public void Augment_FollowsFromSeedEpochAndSampleAlone()
    {
        var data = Augmented(Images());
        int[] all = [.. Enumerable.Range(0, 200)];
        var expected = Read(data, 3, all);
        Assert.Equal(expected, Read(Augmented(Images()), 3, all));
        // In any order, in any batches.
        var order = RandomOrder.Permutation(200, 8);
        var one = Augmented(Images());
        foreach (var i in order)
            Assert.Equal(expected[(i * 20)..(i * 20 + 20)], Read(one, 3, i));
        // And different for another epoch, seed or sample.
        Assert.NotEqual(expected, Read(data, 4, all));
        Assert.NotEqual(expected, Read(Augmented(Images(), 2), 3, all));
        var same = new ImageDataset(new byte[] { 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4 }, new int[6], 2, 2, ["a"]);
        var crops = Read(same.Augment(1, new RandomCrop(2, 2, 2)), 0, 0, 1, 2, 3, 4, 5);
        Assert.True(crops.Chunk(4).Select(c => string.Join(' ', c)).Distinct().Count() > 3);
        // Without an epoch it is the first.
        var x = new float[200 * 20];
        data.Read(all, x, new int[200]);
        Assert.Equal(Read(data, 0, all), x);
    }

    [Fact]
    public void Augment_ATransformsDraws_DontDependOnThoseBefore()
    {
        // Both pipelines have the crop as their second transform; what is before it draws a number, or many.
        var images = Images();
        int[] all = [.. Enumerable.Range(0, 200)];
        var one = Read(images.Augment(1, new RandomHorizontalFlip(0), new RandomCrop(4, 5, 1)), 0, all);
        var two = Read(images.Augment(1, new RandomRotation(0, 0, 0), new RandomCrop(4, 5, 1)), 0, all);
        Assert.Equal(one, two);
        Assert.NotEqual(one, Read(images.Augment(1, new RandomCrop(4, 5, 1)), 0, all));
    }

    [Fact]
    public void Augment_OverEpochs_FlipsHalfOfEachSample()
    {
        var images = Images(40);
        var data = images.Augment(1, new RandomHorizontalFlip());
        int[] all = [.. Enumerable.Range(0, 40)];
        var plain = Read(images, 0, all);
        var flips = new int[40];
        for (var epoch = 0; epoch < 100; epoch++)
        {
            var x = Read(data, epoch, all);
            for (var i = 0; i < 40; i++)
                flips[i] += x.AsSpan(i * 20, 20).SequenceEqual(plain.AsSpan(i * 20, 20)) ? 0 : 1;
        }
        Assert.All(flips, count => Assert.InRange(count, 30, 70));
        Assert.InRange(flips.Sum(), 2000 - 130, 2000 + 130);
    }

    [Fact]
    public async Task Augment_ManyThreadsAtOnce_ReadTheSame()
    {
        var data = Augmented(Images()).OneHot(3).Mixup(0.4f, 1);
        int[] all = [.. Enumerable.Range(0, 200)];
        var expected = Read(data, 1, all);
        var reads = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            float[] last = [];
            for (var i = 0; i < 20; i++)
                last = Read(data, 1, all);
            return last;
        })));
        Assert.All(reads, x => Assert.Equal(expected, x));
    }

    [Fact]
    public void Fit_Augmented_EndsWithTheSameBits_ThreadsAndReadingAheadOrNot_Resumed()
    {
        using var folder = new TemporaryFolder();
        static int[] Train(FitOptions options)
        {
            var network = Classifier.Create(1);
            var (train, validation) = Images().StratifiedSplit(0.2, 1);
            NetGen.Training.Fit<Classifier, int>(network, Augmented(train), validation, options);
            return Bits.Of(network.Parameters);
        }
        var options = new FitOptions { Epochs = 3, BatchSize = 30, Seed = 1, Optimizer = new AdamW(0.01), ProgressInterval = TimeSpan.Zero };
        var expected = Train(options with { ReadAhead = false });
        Assert.NotEqual(expected, Train(options with { Epochs = 2 }));
        try
        {
            foreach (var threads in new[] { 1, 2 })
            {
                NetGenOptions.Threads = threads;
                Assert.Equal(expected, Train(options));
            }
        }
        finally
        {
            NetGenOptions.Threads = Environment.ProcessorCount;
        }
        using var cancellation = new CancellationTokenSource();
        Train(options with
        {
            CheckpointPath = folder["run"],
            CancellationToken = cancellation.Token,
            Progress = new FitCallback(p => { if ((p.Epoch, p.Batch) == (2, 3)) cancellation.Cancel(); }),
        });
        Assert.Equal(expected, Train(options with { CheckpointPath = folder["run"], Resume = true }));
    }

    sealed class Broken(int sample, int epoch) : ImageTransform
    {
        int _calls;

        public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, PhiloxGenerator random)
        {
            image.CopyTo(result);
            if (_calls++ == sample + 100 * epoch)
                throw new FormatException("no such colour");
        }
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Fit_ATransformThatThrows_IsNamedWithItsSample(bool ahead)
    {
        var data = Images(100).Augment(1, new RandomHorizontalFlip(), new Broken(sample: 57, epoch: 1));
        var e = Assert.Throws<InvalidOperationException>(
            () => NetGen.Training.Fit<Classifier, int>(Classifier.Create(1), data, null, new() { Shuffle = false, BatchSize = 30, ReadAhead = ahead }));
        Assert.Equal("Broken (transform 1) failed on sample 57 in epoch 1, both counted from 0: no such colour", e.Message);
        Assert.IsType<FormatException>(e.InnerException);
    }

    [Fact]
    public void Read_OnceBuffersAreThere_AllocatesNothing()
    {
        var data = Augmented(Images().Shuffle(3)).OneHot(3).Mixup(0.2f, 4);
        var indices = RandomOrder.Permutation(200, 9);
        var (x, target) = (new float[200 * 20], new float[200 * 3]);
        data.Read(0, indices, x, target);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var epoch = 0; epoch < 20; epoch++)
        {
            data.Read(epoch, indices, x, target);
            data.Read(epoch, indices.AsSpan(0, 7), x.AsSpan(0, 7 * 20), target.AsSpan(0, 7 * 3));
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Shape_IsKnownOfPartsOfImages_AndAskedForOtherwise()
    {
        var part = Images().Shuffle(1).Split(0.5, 1).Train;
        Assert.Equal(12, part.Augment(1, new RandomCrop(3, 4)).Shuffle(2).Augment(1, new RandomHorizontalFlip()).InputSize);
        Assert.True(part.Augment(1).Shuffle(2).ReadsAhead);
        Assert.False(part.ReadsAhead);
        var samples = new Dataset<int>(new float[40], new int[2], 20);
        Assert.Contains("new ImageShape(channels, height, width)",
            Assert.Throws<ArgumentException>(() => samples.Augment(1)).Message, StringComparison.Ordinal);
        Assert.Contains("Images of [1, 3, 7] have 21 values; the dataset's samples have 20",
            Assert.Throws<ArgumentException>(() => samples.Augment(new ImageShape(1, 3, 7), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("RandomCrop is random: it is for training",
            Assert.Throws<ArgumentException>(() => Images().Transform(new RandomCrop(2, 2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_OfSamplesThatArentImages_TakesTheirShape()
    {
        var samples = new Dataset<int>(Enumerable.Range(0, 40).Select(i => (float)i).ToArray(), new int[2], 20);
        var (x, labels) = (new float[4], new int[1]);
        samples.Transform(new ImageShape(1, 4, 5), new CenterCrop(2, 2)).Read([1], x, labels);
        Assert.Equal([26f, 27, 31, 32], x);
        Assert.StartsWith("Dataset doesn't say which shape its 20 values have: give it, as new ImageShape(channels, height, width).",
            Assert.Throws<ArgumentException>(() => samples.Transform(new CenterCrop(2, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("RandomCrop is random",
            Assert.Throws<ArgumentException>(() => samples.Transform(new ImageShape(1, 4, 5), new RandomCrop(2, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("Images of [1, 3, 7] have 21 values; the dataset's samples have 20",
            Assert.Throws<ArgumentException>(() => samples.Transform(new ImageShape(1, 3, 7), new CenterCrop(2, 2))).Message, StringComparison.Ordinal);
    }
}
