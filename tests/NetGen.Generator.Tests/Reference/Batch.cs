using System.Collections.Immutable;

namespace NetGen.Generator.Tests.Reference;

/// <summary>Samples with their targets, one of <paramref name="Target"/> and <paramref name="Labels"/>. All numbers are floats.</summary>
/// <param name="Samples">How many samples.</param>
/// <param name="X">The samples, one after the other.</param>
/// <param name="Target">The target values, one after the other.</param>
/// <param name="Labels">The labels, one or as many as it has positions for each sample.</param>
sealed record Batch(int Samples, double[] X, double[]? Target, int[]? Labels)
{
    /// <summary>Whether the samples are made of ids, whose bits the network is given.</summary>
    public bool HasIds { get; init; }

    /// <summary>The inputs that are made of ids, where the samples have numbers too; else empty.</summary>
    public ImmutableArray<IdsInfo> Ids { get; init; } = [];

    public static Batch Of(float[] x, float[] target, int samples) => new(samples, Doubles(x), Doubles(target), null);

    public static Batch Of(float[] x, int[] labels, int? samples = null) => new(samples ?? labels.Length, Doubles(x), null, labels);

    /// <summary>Samples of standard normal numbers, with targets that make sense for the loss.</summary>
    public static Batch Random(NetworkInfo info, LossSettings? loss, int samples, int seed)
    {
        var random = new Random(seed);
        var x = info.Vocabulary > 0 && info.Ids.IsEmpty ? [.. Enumerable.Range(0, samples * info.InputSize).Select(_ => (double)random.Next(info.Vocabulary))]
            : Doubles(Normal(random, samples * info.InputSize));
        for (var i = 0; i < x.Length; i++)
        {
            if (At(info.Ids, i % info.InputSize) is { } ids) x[i] = random.Next(ids.Vocabulary);
        }
        return WithTarget(info, loss, samples, random, x) with { HasIds = info.Vocabulary > 0 && info.Ids.IsEmpty, Ids = info.Ids };
    }

    /// <summary>The input of ids that has a place of a sample; null where it has a number.</summary>
    static IdsInfo? At(ImmutableArray<IdsInfo> ids, int place) => ids.FirstOrDefault(input => place >= input.First && place < input.First + input.Count);

    /// <summary>Whether a value of the samples is an id.</summary>
    public bool IsId(int place) => HasIds || At(Ids, place % (X.Length / Samples)) is not null;

    static Batch WithTarget(NetworkInfo info, LossSettings? loss, int samples, Random random, double[] x)
    {
        if (loss?.HasLabels == true)
        {
            // One in five doesn't count.
            var positions = info.OutputSize / info.OutputShape[^1];
            return new(samples, x, null,
                [.. Enumerable.Range(0, samples * positions).Select(_ => random.Next(5) == 0 ? loss.IgnoreIndex : random.Next(info.OutputShape[^1]))]);
        }
        var target = Normal(random, samples * info.OutputSize);
        if (loss?.Kind is LossKind.BCEWithLogits)
        {
            for (var i = 0; i < target.Length; i++) target[i] = random.Next(3) switch { 0 => 0, 1 => 1, _ => random.NextSingle() };
        }
        if (loss?.Kind is LossKind.KLDivergence)
        {
            for (var i = 0; i < target.Length; i++) target[i] = random.Next(5) == 0 ? 0 : random.NextSingle();
        }
        return new(samples, x, Doubles(target), null);
    }

    public static float[] Normal(Random random, int count, float deviation = 1)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = deviation * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return values;
    }

    /// <summary>Random ids, or labels, as floats with their bits.</summary>
    public static float[] RandomIds(Random random, int count, int below) => [.. Enumerable.Range(0, count).Select(_ => BitConverter.Int32BitsToSingle(random.Next(below)))];

    public float[] SinglesOfX => [.. X.Select((x, i) => IsId(i) ? BitConverter.Int32BitsToSingle((int)x) : (float)x)];

    public float[] SinglesOfTarget => Singles(Target!);

    public double[] TargetOf(int sample, int size) => Target![(sample * size)..((sample + 1) * size)];

    public static double[] Doubles(float[] values) => Array.ConvertAll(values, v => (double)v);

    static float[] Singles(double[] values) => Array.ConvertAll(values, v => (float)v);
}
