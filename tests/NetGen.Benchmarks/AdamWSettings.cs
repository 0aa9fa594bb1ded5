namespace NetGen.Benchmarks;

/// <summary>The optimizer's settings in a training row; the others are PyTorch's defaults.</summary>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="WeightDecay">The weight decay.</param>
public readonly record struct AdamWSettings(float LearningRate, float WeightDecay = 0.01f)
{
    /// <summary>What a user trains with: the steps whose losses are compared.</summary>
    public static AdamWSettings Usual => new(1e-3f);

    /// <summary>
    /// What the steps are timed with. Repeating a batch thousands of times at a usual rate ends in gradients so small that they are denormal,
    /// which slows libtorch down threefold; at this rate the parameters hardly move, and each step works on ordinary numbers.
    /// </summary>
    public static AdamWSettings Timed => new(1e-7f);
}
