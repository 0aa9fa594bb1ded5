namespace NetGen.Benchmarks;

/// <summary>A batch to work on.</summary>
/// <param name="Samples">How many.</param>
/// <param name="X">[samples, inputs].</param>
/// <param name="Labels">[samples].</param>
public sealed record Batch(int Samples, float[] X, int[] Labels)
{
    /// <summary>Samples as images have them, uniform in [0, 1), and labels.</summary>
    /// <param name="samples">How many.</param>
    /// <param name="inputs">Values in a sample.</param>
    /// <param name="classes">Labels are less than this.</param>
    public static Batch Random(int samples, int inputs, int classes)
    {
        Random random = new(1);
        float[] x = new float[samples * inputs];
        foreach (ref float value in x.AsSpan()) value = random.NextSingle();
        int[] labels = new int[samples];
        foreach (ref int label in labels.AsSpan()) label = random.Next(classes);
        return new Batch(samples, x, labels);
    }
}
