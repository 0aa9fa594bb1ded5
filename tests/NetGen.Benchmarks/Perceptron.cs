namespace NetGen.Benchmarks;

/// <summary>A fully connected network as data, for the peers: what NetGen compiles, with the same parameters.</summary>
/// <param name="Name">The sizes, <c>784-128-10</c>.</param>
/// <param name="Activation">Between the layers.</param>
/// <param name="Layers">First to last.</param>
public sealed record Perceptron(string Name, Activation Activation, IReadOnlyList<DenseLayer> Layers)
{
    /// <summary>The size of a sample.</summary>
    public int Inputs => Layers[0].Inputs;

    /// <summary>The size of the output.</summary>
    public int Outputs => Layers[^1].Outputs;

    /// <summary>Floating-point operations of a sample's forward pass, an addition and a multiplication for each weight.</summary>
    public long Flops => Layers.Sum(layer => 2L * layer.Inputs * layer.Outputs);

    /// <summary>Floating-point operations of a sample's training step: forward, the gradient of each weight, and of each input but the first.</summary>
    public long TrainingFlops => 3 * Flops - 2L * Layers[0].Inputs * Layers[0].Outputs;
}

/// <summary>A fully connected layer's parameters.</summary>
/// <param name="Weight">[outputs, inputs], row by row.</param>
/// <param name="Bias">[outputs].</param>
public sealed record DenseLayer(float[] Weight, float[] Bias)
{
    /// <summary>The size of the layer's output.</summary>
    public int Outputs => Bias.Length;

    /// <summary>The size of the layer's input.</summary>
    public int Inputs => Weight.Length / Bias.Length;
}

/// <summary>The activations that the raced networks use.</summary>
public enum Activation
{
    /// <summary>max(x, 0).</summary>
    ReLU,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}

/// <summary>A batch to work on.</summary>
/// <param name="Samples">How many.</param>
/// <param name="X">[samples, inputs].</param>
/// <param name="Labels">[samples].</param>
public sealed record Batch(int Samples, float[] X, int[] Labels)
{
    /// <summary>Samples as images have them, uniform in [0, 1), and labels.</summary>
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
