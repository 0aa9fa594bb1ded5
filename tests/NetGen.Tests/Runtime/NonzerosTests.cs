using NetGen.Runtime;

namespace NetGen.Tests.Runtime;

public sealed unsafe class NonzerosTests
{
    static readonly float[] s_others = [1, -1, float.NaN, float.Epsilon, float.NegativeInfinity];

    [Theory]
    [InlineData(0, 0.5), InlineData(1, 0), InlineData(1, 1), InlineData(7, 0.5), InlineData(8, 0.5), InlineData(15, 0.3), InlineData(16, 1), InlineData(17, 0.5), InlineData(39, 0.5)]
    [InlineData(64, 0), InlineData(784, 0.5), InlineData(784, 0.9), InlineData(1001, 0.1), InlineData(1001, 1)]
    public void Find_ListsWhatIsNotZero(int length, double zeros)
    {
        const int Canary = -7;
        var random = new Random(1);
        using var memory = new EdgeOfMemory(length);
        var expected = new List<int>();
        for (var i = 0; i < length; i++)
        {
            var isZero = random.NextDouble() < zeros;
            memory.Floats[i] = isZero ? random.Next(2) == 0 ? 0 : -0f : s_others[random.Next(s_others.Length)];
            if (!isZero) expected.Add(i);
        }
        var places = new int[length + 17];
        Array.Fill(places, Canary);
        fixed (int* p = places)
        {
            Assert.Equal(expected.Count, Nonzeros.Find(memory.Floats, length, expected.Count - 1, p));
            Assert.All(places, place => Assert.Equal(Canary, place));
            Assert.Equal(expected.Count, Nonzeros.Find(memory.Floats, length, expected.Count, p));
        }
        Assert.Equal(expected, places[..expected.Count]);
        Assert.Equal(Canary, places[^1]);
    }
}
