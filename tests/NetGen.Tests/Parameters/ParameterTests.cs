using System.Collections.Immutable;
using NetGen.Runtime;
using NetGen.Tests.Training;

namespace NetGen.Tests.Parameters;

public class ParameterTests
{
    [Theory]
    [InlineData(1, 1), InlineData(1, 7), InlineData(16, 3), InlineData(17, 3), InlineData(32, 5), InlineData(33, 20), InlineData(48, 4), InlineData(49, 4), InlineData(100, 9)]
    public void Panels_EveryElement_IsWhereTheFormulaSays(int rows, int columns)
    {
        ImmutableArray<int> shape = [rows, columns];
        var layout = ParameterLayout.Panels;
        var widthOfLast = rows % 32 is >= 1 and <= 16 ? 16 : 32;
        var stored = layout.StoredFloats(shape.AsSpan());
        Assert.Equal((rows / 32 * 32 + (rows % 32 == 0 ? 0 : widthOfLast)) * columns, stored);
        float[] dense = [.. Enumerable.Range(1, rows * columns)];
        var arena = new float[stored];
        layout.CopyFromDense(shape.AsSpan(), dense, arena);
        for (int o = 0; o < rows; o++)
        {
            for (int i = 0; i < columns; i++)
            {
                var width = o / 32 == rows / 32 ? widthOfLast : 32;
                var at = o / 32 * 32 * columns + i * width + o % 32;
                Assert.Equal(at, layout.IndexOf(shape.AsSpan(), o * columns + i));
                Assert.Equal(dense[o * columns + i], arena[at]);
            }
        }
        Assert.Equal(rows * columns, arena.Count(value => value != 0));
        var back = new float[dense.Length];
        layout.CopyToDense(shape.AsSpan(), arena, back);
        Assert.Equal(dense, back);
    }

    [Fact]
    public void Info_OfATensorOrALayer_PrintsItsShape()
    {
        Assert.Equal("ParameterInfo { Name = fc1.weight, Shape = [3, 20], Role = Weight, IsLearned = True, Offset = 0 }",
            new ParameterInfo("fc1.weight", [3, 20], 0, ParameterLayout.Panels, ParameterRole.Weight, new(Init.Zeros)).ToString());
        Assert.Equal("LayerInfo { Name = fc1, Kind = Linear(3), OutputShape = [3], Parameters = 63, Flops = 123 }", new LayerInfo("fc1", "Linear(3)", [3], 63, 123).ToString());
    }

    [Fact]
    public void Dense_StoredFloats_ArePaddedToSixteen()
    {
        Assert.Equal(16, ParameterLayout.Dense.StoredFloats([1]));
        Assert.Equal(48, ParameterLayout.Dense.StoredFloats([3, 16]));
        Assert.Equal(32, ParameterLayout.Dense.StoredFloats([17]));
        Assert.Throws<ArgumentException>(() => ParameterLayout.Panels.StoredFloats([17]));
        Assert.Throws<ArgumentException>(() => ParameterLayout.QueriesKeysValues(9).StoredFloats([18, 4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterLayout.QueriesKeysValues(0));
    }

    [Fact]
    public void View_Elements_AreReadAndWrittenInPyTorchsOrder()
    {
        var set = new ParameterSet(Classifier.Info);
        set["fc.weight"][33, 5] = 42;
        Assert.Equal(42, set["fc.weight"].ToArray()[33 * Classifier.Inputs + 5]);
        Assert.Equal(42, set["fc.weight"][33, 5]);
        Assert.Contains("2 axes", Assert.Throws<ArgumentException>(() => set["fc.weight"][33]).Message, StringComparison.Ordinal);
        Assert.Contains("less than 40", Assert.Throws<ArgumentOutOfRangeException>(() => set["fc.weight"][40, 0]).Message, StringComparison.Ordinal);
        Assert.Contains("800 values; the span has 3",
            Assert.Throws<ArgumentException>(() => set["fc.weight"].CopyFrom([1, 2, 3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_UnknownName_NamesThoseThatThereAre() =>
        Assert.Contains("'fc1.weight'. It has: fc.weight, fc.bias",
            Assert.Throws<ArgumentException>(() => new ParameterSet(Classifier.Info)["fc1.weight"]).Message, StringComparison.Ordinal);

    [Fact]
    public void Set_CopyTo_OtherNetworkIsAnError()
    {
        var (a, b) = (Classifier.Create(1).Parameters, Classifier.Create(2).Parameters);
        a.CopyTo(b);
        Assert.Equal(Bits.Of(a), Bits.Of(b));
        Assert.Throws<ArgumentException>(() => a.CopyTo(Regressor.Create().Parameters));
    }

    [Fact]
    public void QueriesKeysValues_AreThreeMatrices_OneAfterTheOther()
    {
        const int Queries = 40, Keys = 9, Columns = 3;
        int[] all = [Queries + 2 * Keys, Columns];
        var (layout, panels) = (ParameterLayout.QueriesKeysValues(Keys), ParameterLayout.Panels);
        float[] dense = [.. Enumerable.Range(1, all[0] * Columns).Select(i => (float)i)], stored = new float[layout.StoredFloats(all)], back = new float[dense.Length];
        layout.CopyFromDense(all, dense, stored);
        layout.CopyToDense(all, stored, back);
        Assert.Equal(dense, back);
        Assert.All(dense, (value, i) => Assert.Equal(value, stored[layout.IndexOf(all, i)]));

        var (first, at) = (0, 0);
        foreach (int rows in new[] { Queries, Keys, Keys })
        {
            float[] part = new float[panels.StoredFloats([rows, Columns])];
            panels.CopyFromDense([rows, Columns], dense.AsSpan(first * Columns, rows * Columns), part);
            Assert.Equal(part, stored[at..(at + part.Length)]);
            (first, at) = (first + rows, at + part.Length);
        }
        Assert.Equal(stored.Length, at);
        Assert.Equal(16 * 5, layout.StoredFloats([Queries + 2 * Keys]));
    }

    [Fact]
    public void Initialize_SameSeed_GivesTheSameValuesInAnyLayout()
    {
        var info = Classifier.Info;
        var weight = info.Parameters[0];
        var dense = new NetworkInfo
        {
            Name = "Dense", InputShape = info.InputShape, OutputShape = info.OutputShape, InputSize = 20, OutputSize = 40, ParameterCount = 840, Flops = 0, Layers = [],
            ParameterFloats = 1000 * 16,
            Parameters = [weight with { Layout = ParameterLayout.Dense, Offset = 64 }, info.Parameters[1] with { Offset = 999 * 16 - 32 }],
        };
        var (a, b, c) = (new ParameterSet(info), new ParameterSet(dense), new ParameterSet(info));
        a.Initialize(7);
        b.Initialize(7);
        c.Initialize(8);
        foreach (var name in new[] { "fc.weight", "fc.bias" })
        {
            Assert.Equal(a[name].ToArray(), b[name].ToArray());
            Assert.NotEqual(a[name].ToArray(), c[name].ToArray());
        }
        Assert.All(Bits.Padding(a), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(Init.Default, 0, 0.05, true)]        // 1 / √400
    [InlineData(Init.XavierUniform, 0, 0.1, true)]   // √(6 / 600)
    [InlineData(Init.XavierUniform, 2, 0.2, true)]
    [InlineData(Init.HeUniform, 0, 0.122474487, true)] // √2 · √(3 / 400)
    [InlineData(Init.HeUniform, 1, 0.0866025404, true)]
    [InlineData(Init.XavierNormal, 0, 0.0577350269, false)] // √(2 / 600)
    [InlineData(Init.HeNormal, 0, 0.0707106781, false)] // √2 / √400
    [InlineData(Init.HeNormal, 3, 0.15, false)]
    public void Initializer_Distribution_HasItsBoundOrDeviation(Init kind, float gain, double scale, bool uniform)
    {
        var values = new float[100_001];
        new Initializer(kind, Gain: gain, FanIn: 400, FanOut: 200).Fill(values, new(3, 0));
        var (mean, deviation) = (values.Average(), Math.Sqrt(values.Average(v => (double)v * v)));
        Assert.InRange(mean / scale, -0.02, 0.02);
        Assert.InRange(deviation / (uniform ? scale / Math.Sqrt(3) : scale), 0.99, 1.01);
        if (uniform)
        {
            Assert.All(values, v => Assert.InRange(v, -scale * 1.0001, scale * 1.0001));
            Assert.InRange(values.Max() / scale, 0.999, 1.0001);
        }
        else
        {
            Assert.InRange(values.Count(v => Math.Abs(v) < scale) / 100_001.0, 0.675, 0.69); // 68.3% of a normal distribution
        }
    }

    [Fact]
    public void Initializer_ZerosAndConstant_FillEveryElement()
    {
        var values = new float[5];
        new Initializer(Init.Constant, 0.25f).Fill(values, new(0, 0));
        Assert.All(values, v => Assert.Equal(0.25f, v));
        new Initializer(Init.Zeros).Fill(values, new(0, 0));
        Assert.All(values, v => Assert.Equal(0, v));
    }

    [Fact]
    public void View_OfNoParameter_HasAText()
    {
        Assert.Equal("no parameter", default(ParameterView).ToString());
        Assert.Equal("fc.weight [40, 20]", Classifier.Create().Parameters["fc.weight"].ToString());
    }

    [Fact]
    public void Arena_Pointer_IsAlignedToCacheLines()
    {
        unsafe
        {
            Assert.Equal(0u, (nuint)new ParameterSet(Classifier.Info).Pointer % 64);
        }
    }
}
