using NetGen.Data;

namespace NetGen.Tests.Data;

public sealed class NormalizationTests
{
    static readonly float[] Samples = [1, 10, 5, 3, 10, 5, 5, 40, 5];   // [3, 3]; the last value is constant

    [Fact]
    public void Standard_GivesMeanZeroAndDeviationOne()
    {
        var x = (float[])Samples.Clone();
        Normalization.Standard(x, 3).Apply(x);
        for (var value = 0; value < 2; value++)
        {
            Assert.Equal(0, (x[value] + x[value + 3] + x[value + 6]) / 3, 5);
            Assert.Equal(1, ((x[value] * x[value]) + (x[value + 3] * x[value + 3]) + (x[value + 6] * x[value + 6])) / 3, 5);
        }
        Assert.Equal([0f, 0, 0], new[] { x[2], x[5], x[8] });
    }

    [Fact]
    public void Range_GivesZeroToOne()
    {
        var x = (float[])Samples.Clone();
        Normalization.Range(x, 3).Apply(x);
        Assert.Equal([0f, 0, 0, 0.5f, 0, 0, 1, 1, 0], x);
    }

    [Fact]
    public void Normalization_OfTheTrainingPart_IsUsedOnTheOthers()
    {
        var normalization = Normalization.Range<int>(new Dataset<int>(new float[] { 0, 10 }, new int[2], 1));
        float[] test = [20];
        normalization.Apply(test);
        Assert.Equal(2, test[0]);
        normalization.Invert(test);
        Assert.Equal(20, test[0]);
    }

    [Fact]
    public void StandardOfBytes_MatchesTheDefinition()
    {
        byte[] bytes = [0, 0, 255, 255];
        var normalization = Normalization.Standard(bytes);
        Assert.Equal(127.5f, normalization.Shift[0]);
        Assert.Equal(1 / 127.5f, normalization.Scale[0]);
    }

    [Fact]
    public void Normalization_BadNumbers_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Normalization([0f], [0f]));
        Assert.Throws<ArgumentException>(() => new Normalization([float.NaN], [1f]));
        Assert.Throws<ArgumentException>(() => new Normalization([0f, 0f], [1f]));
        Assert.Throws<ArgumentException>(() => new Normalization(default, default));
        Assert.Throws<ArgumentException>(() => Normalization.Standard([], 3));
        Assert.Throws<ArgumentException>(() => Normalization.Range(new float[4], 3));
        Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[4], new int[1], 2, 2, ["a"], new([0f, 0f], [1f, 1f])));
    }
}
