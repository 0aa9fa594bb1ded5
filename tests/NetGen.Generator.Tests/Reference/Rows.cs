namespace NetGen.Generator.Tests.Reference;

/// <summary>The ops on rows of elements in double precision, from their definitions.</summary>
static class Rows
{
    public static double[] Softmax(double[] x, int length, bool log) => EachRow(x.Length, length, row =>
    {
        var max = row.Max(i => x[i]);
        var sum = row.Sum(i => Math.Exp(x[i] - max));
        return row.Select(i => log ? x[i] - max - Math.Log(sum) : Math.Exp(x[i] - max) / sum);
    });

    /// <summary>Σⱼ ∂yⱼ ∂yⱼ/∂xᵢ, with ∂yⱼ/∂xᵢ = sⱼ ([i = j] − sᵢ), or [i = j] − sᵢ for the logarithm, where s is the softmax.</summary>
    public static double[] SoftmaxGradient(double[] dy, double[] y, int length, bool log) => EachRow(y.Length, length, row =>
    {
        double S(int i) => log ? Math.Exp(y[i]) : y[i];
        return row.Select(i => row.Sum(j => dy[j] * (log ? 1 : S(j)) * ((i == j ? 1 : 0) - S(i))));
    });

    public static double[] LayerNorm(double[] x, double[]? weight, double[]? bias, int length, double epsilon, bool centered) =>
        EachRow(x.Length, length, row =>
        {
            var (mean, scale) = StatisticsOf(row, x, epsilon, centered);
            return row.Select((i, place) => (x[i] - mean) * scale * (weight?[place] ?? 1) + (bias?[place] ?? 0));
        });

    /// <summary>Mean, which counts as 0 where rows aren't centered, and 1 / √(variance + ε) of each row.</summary>
    public static double[] Statistics(double[] x, int length, double epsilon, bool centered) =>
        EachRow(x.Length, length, row =>
        {
            var (mean, scale) = StatisticsOf(row, x, epsilon, centered);
            return [mean, scale];
        });

    /// <summary>Σⱼ ∂yⱼ wⱼ ∂x̂ⱼ/∂xᵢ, with ∂x̂ⱼ/∂xᵢ = ([i = j] − 1/N − x̂ᵢ x̂ⱼ/N) / σ; without 1/N where rows aren't centered.</summary>
    public static double[] LayerNormGradient(double[] dy, double[] x, double[] statistics, double[]? weight, int length, bool centered) =>
        EachRow(x.Length, length, row =>
        {
            var shared = centered ? 1.0 / length : 0;
            var (mean, scale) = (statistics[row[0] / length * 2], statistics[row[0] / length * 2 + 1]);
            double Normalized(int i) => (x[i] - mean) * scale;
            return row.Select(i => row.Sum(j =>
                dy[j] * (weight?[j - row[0]] ?? 1) * ((i == j ? 1 : 0) - shared - Normalized(i) * Normalized(j) / length) * scale));
        });

    /// <summary>Σ ∂y x̂ over rows; Σ ∂y without x.</summary>
    public static double[] LayerNormWeightGradient(double[] dy, double[]? x, double[]? statistics, int length)
    {
        var sum = new double[length];
        for (var i = 0; i < dy.Length; i++)
        {
            var row = i / length;
            sum[i % length] += dy[i] * (x is null ? 1 : (x[i] - statistics![row * 2]) * statistics[row * 2 + 1]);
        }
        return sum;
    }

    static (double Mean, double Scale) StatisticsOf(int[] row, double[] x, double epsilon, bool centered)
    {
        var mean = centered ? row.Average(i => x[i]) : 0;
        return (mean, 1 / Math.Sqrt(row.Average(i => (x[i] - mean) * (x[i] - mean)) + epsilon));
    }

    static double[] EachRow(int size, int length, Func<int[], IEnumerable<double>> row) =>
        [.. Enumerable.Range(0, size / length).SelectMany(r => row([.. Enumerable.Range(r * length, length)]))];
}
