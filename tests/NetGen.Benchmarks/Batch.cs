using NetGen.Data;

namespace NetGen.Benchmarks;

/// <summary>A batch to work on.</summary>
/// <param name="Samples">How many.</param>
/// <param name="X">[samples, inputs].</param>
/// <param name="Labels">[samples], or [samples, positions].</param>
public sealed record Batch(int Samples, float[] X, int[] Labels)
{
    /// <summary>Samples as images have them, uniform in [0, 1), or ids; and labels.</summary>
    /// <param name="samples">How many.</param>
    /// <param name="network">What takes them.</param>
    public static Batch Random(int samples, RacedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Random random = new(1);
        int vocabulary = network.Model.Vocabulary;
        float[] x = new float[samples * network.Size.Inputs];
        foreach (ref float value in x.AsSpan()) value = vocabulary == 0 ? random.NextSingle() : BitConverter.Int32BitsToSingle(random.Next(vocabulary));
        int[] labels = new int[samples * network.Model.Labels];
        foreach (ref int label in labels.AsSpan()) label = random.Next(network.Size.Outputs / network.Model.Labels);
        return new Batch(samples, x, labels);
    }

    /// <summary>
    /// One sample: of the test images of Fashion-MNIST that the repository has, the one with the median number of black pixels, which are zeros.
    /// </summary>
    public static Batch ClothingImage()
    {
        ImageDataset images = FashionMnist.Load(Path.Combine(AppContext.BaseDirectory, "data")).Test;
        float[] x = new float[images.Count * images.InputSize];
        int[] labels = new int[images.Count];
        images.Read([.. Enumerable.Range(0, images.Count)], x, labels);
        float[][] byZeros = [.. x.Chunk(images.InputSize).OrderBy(image => image.Count(pixel => pixel == 0))];
        return new Batch(1, byZeros[byZeros.Length / 2], [0]);
    }

    /// <summary>The samples as ids, whose bits <see cref="X"/> has.</summary>
    public int[] Ids() => [.. X.Select(BitConverter.SingleToInt32Bits)];
}
