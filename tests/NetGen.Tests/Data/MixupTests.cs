using NetGen.Data;
using NetGen.Runtime;

namespace NetGen.Tests.Data;

public sealed class MixupTests
{
    [Fact]
    public void OneHot_IsOneForTheLabelAlone()
    {
        var data = new Dataset<int>(new float[] { 5, 6, 7 }, new[] { 2, 0, 3 }, 1).OneHot(3);
        Assert.Equal((3, 1, 3), (data.Count, data.InputSize, data.TargetSize));
        var (x, target) = (new float[2], new float[] { 9, 9, 9, 9, 9, 9 });
        data.Read([1, 0], x, target);
        Assert.Equal([6, 5], x);
        Assert.Equal([1, 0, 0, 0, 0, 1], target);
        Assert.Contains("The label of sample 2 is 3; it must be from 0 to 2",
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Read([0, 2], x, target)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Dataset<int>(new float[2], new int[4], 1, 2).OneHot(3));
    }

    [Fact]
    public void Mixup_MixesSampleAndTargetInOneProportion_WithAnySample()
    {
        // Sample i is all i, and its target says so: what comes out shows share and partner.
        const int Count = 50;
        var x = Enumerable.Range(0, Count).SelectMany(i => new[] { (float)(i == 7 ? 1 : 0), i }).ToArray();
        var data = new Dataset<float>(x, Enumerable.Range(0, Count).Select(i => 10f * i).ToArray(), 2).Mixup(1, seed: 3);
        var partners = new HashSet<int>();
        var shares = new List<double>();
        var (mixed, target) = (new float[2 * Count], new float[Count]);
        for (var epoch = 0; epoch < 200; epoch++)
        {
            data.Read(epoch, [.. Enumerable.Range(0, Count)], mixed, target);
            for (var i = 0; i < Count; i++)
                Assert.Equal(10 * mixed[2 * i + 1], target[i], 1e-2);
            var share = mixed[2 * 7];
            shares.Add(share);
            if (share < 0.9)
                partners.Add((int)Math.Round((mixed[2 * 7 + 1] - 7 * share) / (1 - share)));
        }
        Assert.All(partners, partner => Assert.InRange(partner, 0, Count - 1));
        Assert.True(partners.Count > 35, $"{partners.Count}");
        // Beta(1, 1) is uniform. (A sample that is mixed with itself has share 1.)
        Assert.InRange(shares.Average(), 0.43, 0.59);
        Assert.InRange(shares.Count(s => s < 0.25), 25, 75);
    }

    [Fact]
    public void Mixup_FollowsFromSeedEpochAndSampleAlone()
    {
        static Dataset<float> Source() => new(Enumerable.Range(0, 90).Select(i => (float)i).ToArray(), new float[30], 3);
        static float[] Read(IDataset<float> data, int epoch, params int[] indices)
        {
            var x = new float[3 * indices.Length];
            data.Read(epoch, indices, x, new float[indices.Length]);
            return x;
        }
        var data = Source().Mixup(0.4f, 1);
        var expected = Read(data, 2, 4, 9, 1);
        Assert.Equal(expected[3..6], Read(Source().Mixup(0.4f, 1), 2, 9));
        Assert.NotEqual(expected, Read(data, 3, 4, 9, 1));
        Assert.NotEqual(expected, Read(Source().Mixup(0.4f, 2), 2, 4, 9, 1));
        Assert.True(data.ReadsAhead);
    }

    [Theory]
    [InlineData(0.2), InlineData(1), InlineData(4), InlineData(0.002)]
    public void Beta_HasItsMomentsAndTails(double alpha)
    {
        var random = new PhiloxGenerator(1);
        var values = Enumerable.Range(0, 20_000).Select(_ => MixupDataset.Beta(alpha, random)).ToArray();
        Assert.All(values, v => Assert.InRange(v, 0, 1));
        var variance = 1 / (4 * (2 * alpha + 1));
        Assert.Equal(0.5, values.Average(), 4 * Math.Sqrt(variance / values.Length));
        Assert.InRange(values.Average(v => (v - 0.5) * (v - 0.5)), variance * 0.96, variance * 1.04);
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void Mixup_AlphaOutOfRange_IsNamed(float alpha) =>
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new Dataset<float>(new float[1], new float[1], 1).Mixup(alpha, 1)).ParamName);
}
