using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Attention in double precision, from its definition: the whole matrix of a head's scores at a time.</summary>
static class AttentionFunctions
{
    /// <summary>softmax(q kᵀ / √d) v of each sample and head.</summary>
    public static double[] Values(Attention op, double[] x, int positions) => Concatenate(op, x, positions, head =>
    {
        var weights = Weights(op, head, positions);
        var y = new double[positions * op.Heads * op.HeadSize];
        foreach (var (t, k) in Pairs(positions))
        {
            for (var c = 0; c < op.HeadSize; c++) y[t * op.Heads * op.HeadSize + head.Index * op.HeadSize + c] += weights[t, k] * head.V(k, c);
        }
        return y;
    });

    /// <summary>log Σ exp of each query's scores.</summary>
    public static double[] Sums(Attention op, double[] x, int positions) => Concatenate(op, x, positions, head =>
    {
        var sums = new double[op.Heads * positions];
        for (var t = 0; t < positions; t++) sums[head.Index * positions + t] = Math.Log(Seen(op, t, positions).Sum(k => Math.Exp(Score(op, head, t, k))));
        return sums;
    });

    /// <summary>What reaches the input, by the chain rule through the weights w = softmax(s): ∂sₖ = wₖ (∂wₖ − Σⱼ wⱼ ∂wⱼ).</summary>
    public static double[] Gradient(Attention op, double[] dy, double[] x, int positions) => Concatenate(op, x, positions, head =>
    {
        var weights = Weights(op, head, positions);
        var dx = new double[positions * head.Pitch];
        double Dy(int t, int c) => dy[(head.Sample * positions + t) * op.Heads * op.HeadSize + head.Index * op.HeadSize + c];
        for (var t = 0; t < positions; t++)
        {
            var ofWeights = new double[positions];
            var mean = 0.0;
            for (var k = 0; k < positions; k++)
            {
                for (var c = 0; c < op.HeadSize; c++) ofWeights[k] += Dy(t, c) * head.V(k, c);
                mean += weights[t, k] * ofWeights[k];
            }
            for (var k = 0; k < positions; k++)
            {
                var ofScore = weights[t, k] * (ofWeights[k] - mean) / Math.Sqrt(op.HeadSize);
                for (var c = 0; c < op.HeadSize; c++)
                {
                    dx[t * head.Pitch + head.Index * op.HeadSize + c] += ofScore * head.K(k, c);
                    dx[k * head.Pitch + (op.Heads + head.Group) * op.HeadSize + c] += ofScore * head.Q(t, c);
                    dx[k * head.Pitch + (op.Heads + op.KeyValueHeads + head.Group) * op.HeadSize + c] += weights[t, k] * Dy(t, c);
                }
            }
        }
        return dx;
    });

    /// <summary>What the heads of each sample give, added up.</summary>
    static double[] Concatenate(Attention op, double[] x, int positions, Func<Head, double[]> head)
    {
        var pitch = (op.Heads + 2 * op.KeyValueHeads) * op.HeadSize;
        return [.. Enumerable.Range(0, x.Length / (positions * pitch)).SelectMany(sample =>
        {
            var sum = head(new Head(op, x, positions, pitch, sample, 0));
            for (var h = 1; h < op.Heads; h++)
            {
                var other = head(new Head(op, x, positions, pitch, sample, h));
                for (var i = 0; i < sum.Length; i++) sum[i] += other[i];
            }
            return sum;
        })];
    }

    static double[,] Weights(Attention op, Head head, int positions)
    {
        var weights = new double[positions, positions];
        for (var t = 0; t < positions; t++)
        {
            var most = double.NegativeInfinity;
            foreach (var k in Seen(op, t, positions)) most = Math.Max(most, weights[t, k] = Score(op, head, t, k));
            var sum = 0.0;
            foreach (var k in Seen(op, t, positions)) sum += weights[t, k] = Math.Exp(weights[t, k] - most);
            foreach (var k in Seen(op, t, positions)) weights[t, k] /= sum;
        }
        return weights;
    }

    static double Score(Attention op, Head head, int t, int k)
    {
        var sum = 0.0;
        for (var c = 0; c < op.HeadSize; c++) sum += head.Q(t, c) * head.K(k, c);
        return sum / Math.Sqrt(op.HeadSize);
    }

    static IEnumerable<int> Seen(Attention op, int t, int positions) => Enumerable.Range(0, op.Causal ? t + 1 : positions);

    static IEnumerable<(int Query, int Key)> Pairs(int positions) => Enumerable.Range(0, positions).SelectMany(t => Enumerable.Range(0, positions).Select(k => (t, k)));

    /// <summary>A head of a sample.</summary>
    sealed record Head(Attention Op, double[] X, int Positions, int Pitch, int Sample, int Index)
    {
        public int Group => Index / (Op.Heads / Op.KeyValueHeads);

        public double Q(int t, int c) => At(t, Index, c);

        public double K(int t, int c) => At(t, Op.Heads + Group, c);

        public double V(int t, int c) => At(t, Op.Heads + Op.KeyValueHeads + Group, c);

        double At(int t, int part, int c) => X[(Sample * Positions + t) * Pitch + part * Op.HeadSize + c];
    }
}
