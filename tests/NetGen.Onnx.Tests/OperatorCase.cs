namespace NetGen.Onnx.Tests;

/// <summary>An operator on a random input: what ONNX Runtime makes of the written model, against the operator's definition in double precision.</summary>
static class OperatorCase
{
    const int Samples = 2;

    public static ITensorSource Tensors { get; } = new RandomTensors(seed: 3);

    /// <summary>Asserts that values and shape are the definition's, and that the builder knew the shape.</summary>
    /// <param name="shape">The shape of a sample of the input.</param>
    /// <param name="append">Appends the operator.</param>
    /// <param name="definition">The operator's definition, the batch first in shapes.</param>
    /// <param name="tolerance">How far values may be off, as a share of the largest.</param>
    public static void Assert(int[] shape, Func<OnnxGraph, OnnxValue, OnnxValue> append, Func<NaiveTensor, NaiveTensor> definition, double tolerance = 2e-6)
    {
        int[] batched = [Samples, .. shape];
        Random random = new(shape.Aggregate(17, (seed, length) => 31 * seed + length));
        float[] x = [.. NaiveTensor.Indices(batched).Select(_ => 2 * random.NextSingle() - 1)];
        NaiveTensor expected = definition(NaiveTensor.Of(batched, x));
        foreach (int? batch in (int?[])[Samples, null])
        {
            OnnxGraph graph = new("case", Tensors, batch);
            OnnxValue y = append(graph, graph.Input("x", shape));
            NaiveTensor actual = OnnxRuntime.Run(graph.ToModel(y), x, batched);
            Xunit.Assert.Equal(expected.Shape, actual.Shape);
            Xunit.Assert.Equal(expected.Shape, (int[])[Samples, .. y.Shape]);
            AssertClose(expected, actual, tolerance);
        }
    }

    public static NaiveTensor Tensor(string name, params int[] shape) => NaiveTensor.Of(shape, Tensors.Values(name, shape));

    public static void AssertClose(NaiveTensor expected, NaiveTensor actual, double tolerance)
    {
        double largest = expected.Values.Max(Math.Abs);
        for (int i = 0; i < expected.Values.Length; i++)
            Xunit.Assert.InRange(actual.Values[i], expected.Values[i] - tolerance * largest, expected.Values[i] + tolerance * largest);
    }
}
