using System.Collections.Immutable;

namespace NetGen.Samples;

/// <summary>Images in, classes with probabilities out.</summary>
static class Classifier
{
    /// <summary>The mean and one over the standard deviation of the pixels that the network was trained on, from 0 to 255.</summary>
    const float Mean = 72.94035f, Scale = 0.0111084966f;

    public const int Side = 28, Pixels = Side * Side;

    /// <summary>The classes' names, by label.</summary>
    public static readonly ImmutableArray<string> Classes =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Each image's probabilities, one for each class.</summary>
    /// <param name="images">Grey pixels, light on black, 28 × 28 for each image.</param>
    public static float[][] Classify(ReadOnlySpan<byte> images)
    {
        var x = new float[images.Length];
        for (var i = 0; i < x.Length; i++) x[i] = (images[i] - Mean) * Scale;
        if (images.IsEmpty) return [];
        var y = new float[images.Length / Pixels * FashionCnn.OutputSize];
        FashionCnn.Default.Predict(x, y);

        var probabilities = new float[images.Length / Pixels][];
        for (var i = 0; i < probabilities.Length; i++)
            probabilities[i] = Softmax(y.AsSpan(i * FashionCnn.OutputSize, FashionCnn.OutputSize));
        return probabilities;
    }

    static float[] Softmax(ReadOnlySpan<float> logits)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        var probabilities = new float[logits.Length];
        var sum = 0f;
        for (var c = 0; c < logits.Length; c++) sum += probabilities[c] = MathF.Exp(logits[c] - largest);
        for (var c = 0; c < logits.Length; c++) probabilities[c] /= sum;
        return probabilities;
    }
}
