using NetGen.Data;

namespace NetGen.Tests.Data;

public sealed class RandomOrderTests
{
    [Fact]
    public void Permutation_SameSeed_IsTheSameForEver() =>
        Assert.Equal([10, 2, 4, 8, 9, 3, 1, 6, 7, 11, 5, 0], RandomOrder.Permutation(12, seed: 1957));

    [Fact]
    public void Permutation_HoldsEveryNumberOnce_AndDependsOnTheSeed()
    {
        var order = RandomOrder.Permutation(1000, 1);
        Assert.NotEqual(order, RandomOrder.Permutation(1000, 2));
        Assert.NotEqual(Enumerable.Range(0, 1000), order);
        Assert.Equal(Enumerable.Range(0, 1000), order.Order());
    }

    [Fact]
    public void Permutation_OfThree_IsUniform()
    {
        var counts = new Dictionary<string, int>();
        for (ulong seed = 0; seed < 6000; seed++)
        {
            var key = string.Join("", RandomOrder.Permutation(3, seed));
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        Assert.Equal(6, counts.Count);
        // Five standard deviations of a binomial with 6,000 draws at 1/6.
        Assert.All(counts.Values, c => Assert.InRange(c, 1000 - 145, 1000 + 145));
    }

    [Fact]
    public void Split_CutsOnce_AndKeepsEverySample()
    {
        var (train, validation) = RandomOrder.Split(100, 0.2, 7);
        Assert.Equal(20, validation.Length);
        Assert.Equal(Enumerable.Range(0, 100), train.Concat(validation).Order());
        Assert.Equal(validation, RandomOrder.Split(100, 0.2, 7).Validation);
        Assert.NotEqual(validation, RandomOrder.Split(100, 0.2, 8).Validation);
    }

    [Fact]
    public void Split_OfTwo_LeavesOneInEachPart()
    {
        var (train, validation) = RandomOrder.Split(2, 0.01, 0);
        Assert.Single(train);
        Assert.Single(validation);
    }

    [Fact]
    public void StratifiedSplit_KeepsTheProportions()
    {
        var labels = Enumerable.Range(0, 1000).Select(i => i % 10 == 0 ? 1 : 0).ToArray();
        var (train, validation) = RandomOrder.StratifiedSplit(labels, 0.25, 3);
        Assert.Equal(25, validation.Count(i => labels[i] == 1));
        Assert.Equal(225, validation.Count(i => labels[i] == 0));
        Assert.Equal(Enumerable.Range(0, 1000), train.Concat(validation).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    public void Split_ShareOutsideOfOne_IsRefused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>("validationShare", () => RandomOrder.Split(10, share, 0));

    [Theory]
    [InlineData(0.1, "A share of 0.1 leaves nothing for validation, as it is rounded to whole samples in each class: 4 samples are of 2 classes.")]
    [InlineData(0.9, "A share of 0.9 leaves nothing for training, as it is rounded to whole samples in each class: 4 samples are of 2 classes.")]
    public void StratifiedSplit_IntoNothing_IsRefused(double share, string message) => Assert.StartsWith(
        message, Assert.Throws<ArgumentOutOfRangeException>("validationShare", () => RandomOrder.StratifiedSplit([0, 0, 1, 1], share, 0)).Message, StringComparison.Ordinal);
}
