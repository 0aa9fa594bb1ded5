namespace NetGen.Generator.Tests.Reference;

/// <summary>A network that is declared for samples of some length, by the interpreter, with the parameters of one whose samples have as many positions as they like.</summary>
sealed class LengthReference(ReferenceNetwork network, SequenceSubject free)
{
    readonly Dictionary<string, double[]> parameters = free.ParametersOf(network);

    /// <summary>The output of a sample.</summary>
    public float[] Predict(params float[][] inputs) => Singles(network.Predict(BatchOf([inputs], null), parameters));

    /// <summary>Loss and gradients of samples, by name; those of all inputs are <c>x</c>, where they are computed.</summary>
    /// <param name="samples">The inputs of each sample.</param>
    /// <param name="target">The samples' targets.</param>
    public (double Loss, Dictionary<string, float[]> Gradients) Gradient(IReadOnlyList<float[][]> samples, float[] target)
    {
        var outcome = network.Backward(BatchOf(samples, target), parameters);
        var gradients = outcome.Gradients.ToDictionary(g => g.Key, g => Singles(g.Value));
        if (outcome.InputGradient is { } dx) gradients.Add("x", Singles(dx));
        return (outcome.Loss, gradients);
    }

    Batch BatchOf(IReadOnlyList<float[][]> samples, float[]? target)
    {
        double[] x = [.. samples.SelectMany(inputs => inputs.SelectMany((values, i) => IsIds(i) ? Array.ConvertAll(values, id => (double)BitConverter.SingleToInt32Bits(id)) : Batch.Doubles(values)))];
        if (target is null) return new(samples.Count, x, null, null);
        return free.Classes > 0 ? new(samples.Count, x, null, Array.ConvertAll(target, BitConverter.SingleToInt32Bits)) : new(samples.Count, x, Batch.Doubles(target), null);
    }

    bool IsIds(int input) => (free.Info.Inputs.IsEmpty ? free.Info.Vocabulary : free.Info.Inputs[input].Vocabulary) > 0;

    static float[] Singles(double[] values) => Array.ConvertAll(values, v => (float)v);
}
