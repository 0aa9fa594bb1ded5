using NetGen.Generator.Tests.Reference;
using NetGen.Runtime;

namespace NetGen.Generator.Tests.Gradients;

/// <summary>Positions against their formulas, and what rotary ones are for.</summary>
public sealed class PositionTests(PositionTests.Networks networks) : IClassFixture<PositionTests.Networks>
{
    const string Sinusoids = "PositionsAdded", Rotary = "PositionsTurned", Llama = "LlamaLayers";

    [Fact]
    public void SinusoidalPositions_AreTheFormulas()
    {
        var y = networks.Set[Sinusoids].Subject.Predict(new float[5 * 7]);
        for (var p = 0; p < 5; p++)
        {
            for (var i = 0; i < 7; i++)
            {
                var angle = p / Math.Pow(10000, 2 * (i / 2) / 7.0);
                Assert.Equal(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle), y[p * 7 + i], 1e-6);
            }
        }
    }

    /// <summary>Of a head of two values and one query that sees itself and one more key, the share of each is known.</summary>
    [Fact]
    public void RotaryPositions_OfOnePair_AreTheFormula()
    {
        var subject = networks.Set["PairTurned"].Subject;
        // At both positions the query and the key are (1, 0), and the values 0 and 1.
        var y = subject.Predict([1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0]);
        double same = Math.Exp(1 / Math.Sqrt(2)), other = Math.Exp(Math.Cos(1) / Math.Sqrt(2));
        Assert.Equal(other / (same + other), y[0], 1e-6);
        Assert.Equal(same / (same + other), y[2], 1e-6);
    }

    [Fact]
    public void RotaryPositions_MakeScoresDependOnDistancesAlone()
    {
        // The same rows at every position, but for one that stands out, wherever it is: causal attention sees it from as far behind it.
        var subject = networks.Set[Rotary].Subject;
        const int positions = 16, width = 3 * 8;
        float[] usual = Batch.Normal(new(1), width), special = Batch.Normal(new(2), width);
        var outputs = new[] { 2, 5, 9 }.Select(place =>
        {
            var x = Enumerable.Range(0, positions).SelectMany(p => p == place ? special : p < place ? new float[width] : usual).ToArray();
            // Before the special row there are rows of zeros, whose scores are 0 however they are turned, and whose values add nothing.
            var y = subject.Predict(x);
            double[] scores = [.. Enumerable.Range(0, 4).Select(_ => 0.0)];
            for (var distance = 1; distance <= 4; distance++)
            {
                // What zeros take of the share grows with their number: the ratio of two values' sums doesn't depend on it.
                var row = (place + distance) * 8;
                scores[distance - 1] = y[row] / y[row + 1];
            }
            return scores;
        }).ToList();
        foreach (var other in outputs.Skip(1)) Assert.All(outputs[0].Zip(other), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * Math.Max(1, Math.Abs(pair.First))));
    }

    [Fact]
    public void LlamaLayer_HasLlamasParameters()
    {
        var parameters = networks.Set[Llama].Subject.Info.Parameters.ToDictionary(p => p.Name, p => string.Join("x", p.Shape));
        Assert.Equal(
            [
                ("0.down_proj.weight", "8x20"), ("0.gate_proj.weight", "20x8"), ("0.norm1.weight", "8"), ("0.norm2.weight", "8"),
                ("0.self_attn.in_proj_weight", "16x8"), ("0.self_attn.out_proj.weight", "8x8"), ("0.up_proj.weight", "20x8"),
            ],
            parameters.Select(p => (p.Key, p.Value)).OrderBy(p => p.Key, StringComparer.Ordinal));
    }

    [Fact]
    public unsafe void Tables_HaveARowForEachPosition_WhateverTheirLength()
    {
        float* longer = PositionTables.Rotations(6, 700, 40), shorter = PositionTables.Rotations(6, 700, 9), more = PositionTables.Rotations(6, 700, 50);
        Assert.True(longer == shorter);
        for (var i = 0; i < 40 * 6; i++) Assert.Equal(longer[i], more[i]);
        Assert.Equal(MathF.Cos(39), longer[39 * 6], 1e-6f);
        Assert.Equal(MathF.Sin(39 * MathF.Pow(700, -1 / 3f)), longer[39 * 6 + 4], 1e-5f);
        float* sines = PositionTables.Sinusoids(3, 4);
        Assert.Equal([0, 1, 0], new ReadOnlySpan<float>(sines, 3).ToArray());
        Assert.Equal(MathF.Sin(3 / MathF.Pow(10000, 2 / 3f)), sines[3 * 3 + 2], 1e-6f);
    }

    public sealed class Networks : IDisposable
    {
        internal NetworkSet Set { get; } = new(new Dictionary<string, string>
        {
            [Sinusoids] = "[Input(5, 7), SinusoidalPositions]",
            ["PairTurned"] = "[Input(2, 6), ScaledDotProductAttention(1, Rotary = true)]",
            [Rotary] = "[Input(16, 24), ScaledDotProductAttention(1, Causal = true, Rotary = true)]",
            [Llama] = "[Input(4, 8), TransformerDecoderLayer(2, 20, NormFirst = true, Norm = Norm.RMSNorm, Activation = FeedForwardActivation.SwiGLU, " +
                "Rotary = true, KeyValueHeads = 1, Bias = false)]",
        });

        public void Dispose() => Set.Dispose();
    }
}
