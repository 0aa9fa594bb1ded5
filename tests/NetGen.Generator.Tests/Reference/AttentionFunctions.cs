using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Attention in double precision, from its definition: the whole matrix of a head's scores at a time.</summary>
/// <param name="op">The attention.</param>
/// <param name="operands">Queries, keys and values of all samples, side by side at each position or each by itself.</param>
/// <param name="queries">The queries of a sample.</param>
/// <param name="keys">Its keys.</param>
/// <param name="drawn">What dropout multiplies by, from the index of a number.</param>
sealed class AttentionFunctions(Attention op, double[][] operands, int queries, int keys, Func<AttentionDropout, uint, double> drawn)
{
    readonly bool isCross = operands.Length > 1;

    /// <summary>Those of an attention in a graph.</summary>
    public static AttentionFunctions Of(Value attention, Func<Value, double[]> values, Func<AttentionDropout, uint, double> drawn) =>
        new((Attention)attention.Op, [.. attention.Inputs.Select(values)], attention.Shape.Axes[0], Attention.KeysOf(attention), drawn);

    /// <summary>What dropout multiplies the weight of a key by.</summary>
    double Kept(int sample, int head, int t, int k) =>
        op.Dropout is null ? 1 : drawn(op.Dropout, (uint)(((sample * op.Heads + head) * queries + t) * AttentionDropout.NumbersOf(keys) + k));

    int Samples => operands[0].Length / (queries * QueryPitch);

    int QueryPitch => isCross ? op.Heads * op.HeadSize : (op.Heads + 2 * op.KeyValueHeads) * op.HeadSize;

    int KeyPitch => isCross ? op.KeyValueHeads * op.HeadSize : QueryPitch;

    int ResultPitch => op.Heads * op.HeadSize;

    /// <summary>softmax(q kᵀ / √d) v of each sample and head.</summary>
    public double[] Values()
    {
        var y = new double[Samples * queries * ResultPitch];
        foreach (var (sample, head) in Heads())
        {
            var weights = Weights(sample, head);
            for (var t = 0; t < queries; t++)
                for (var k = 0; k < keys; k++)
                    for (var c = 0; c < op.HeadSize; c++) y[(sample * queries + t) * ResultPitch + head * op.HeadSize + c] += Kept(sample, head, t, k) * weights[t, k] * operands[^1][V(sample, head, k, c)];
        }
        return y;
    }

    /// <summary>log Σ exp of each query's scores.</summary>
    public double[] Sums() => [.. from at in Heads() from t in Enumerable.Range(0, queries) select Math.Log(Seen(t).Sum(k => Math.Exp(Score(at.Sample, at.Head, t, k))))];

    /// <summary>What reaches each of the inputs, by the chain rule through the weights w = softmax(s): ∂sₖ = wₖ (∂wₖ − Σⱼ wⱼ ∂wⱼ).</summary>
    public double[][] Gradients(double[] dy)
    {
        double[][] results = [.. operands.Select(values => new double[values.Length])];
        foreach (var (sample, head) in Heads())
        {
            var weights = Weights(sample, head);
            double Dy(int t, int c) => dy[(sample * queries + t) * ResultPitch + head * op.HeadSize + c];
            for (var t = 0; t < queries; t++)
            {
                var ofWeights = new double[keys];
                var mean = 0.0;
                for (var k = 0; k < keys; k++)
                {
                    for (var c = 0; c < op.HeadSize; c++) ofWeights[k] += Kept(sample, head, t, k) * Dy(t, c) * operands[^1][V(sample, head, k, c)];
                    mean += weights[t, k] * ofWeights[k];
                }
                for (var k = 0; k < keys; k++)
                {
                    var ofScore = weights[t, k] * (ofWeights[k] - mean) / Math.Sqrt(op.HeadSize);
                    for (var c = 0; c < op.HeadSize; c++)
                    {
                        results[0][Q(sample, head, t, c)] += ofScore * operands[operands.Length / 2][K(sample, head, k, c)];
                        results[operands.Length / 2][K(sample, head, k, c)] += ofScore * operands[0][Q(sample, head, t, c)];
                        results[^1][V(sample, head, k, c)] += Kept(sample, head, t, k) * weights[t, k] * Dy(t, c);
                    }
                }
            }
        }
        return results;
    }

    IEnumerable<(int Sample, int Head)> Heads() => from sample in Enumerable.Range(0, Samples) from head in Enumerable.Range(0, op.Heads) select (sample, head);

    IEnumerable<int> Seen(int t) => Enumerable.Range(0, op.Causal ? Math.Min(t + 1, keys) : keys);

    double[,] Weights(int sample, int head)
    {
        var weights = new double[queries, keys];
        for (var t = 0; t < queries; t++)
        {
            var most = double.NegativeInfinity;
            foreach (var k in Seen(t)) most = Math.Max(most, weights[t, k] = Score(sample, head, t, k));
            var sum = 0.0;
            foreach (var k in Seen(t)) sum += weights[t, k] = Math.Exp(weights[t, k] - most);
            foreach (var k in Seen(t)) weights[t, k] /= sum;
        }
        return weights;
    }

    double Score(int sample, int head, int t, int k)
    {
        var sum = 0.0;
        for (var c = 0; c < op.HeadSize; c++) sum += operands[0][Q(sample, head, t, c)] * operands[operands.Length / 2][K(sample, head, k, c)];
        return sum / Math.Sqrt(op.HeadSize);
    }

    int Q(int sample, int head, int t, int c) => (sample * queries + t) * QueryPitch + head * op.HeadSize + c;

    int K(int sample, int head, int k, int c) => OfKey(sample, k, (isCross ? 0 : op.Heads) + Group(head), c);

    int V(int sample, int head, int k, int c) => OfKey(sample, k, (isCross ? 0 : op.Heads + op.KeyValueHeads) + Group(head), c);

    int OfKey(int sample, int k, int part, int c) => (sample * keys + k) * KeyPitch + part * op.HeadSize + c;

    int Group(int head) => head / (op.Heads / op.KeyValueHeads);
}
