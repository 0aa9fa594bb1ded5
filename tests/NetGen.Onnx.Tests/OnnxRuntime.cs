using Microsoft.ML.OnnxRuntime;

namespace NetGen.Onnx.Tests;

/// <summary>Runs a model with one input and one output on a batch.</summary>
static class OnnxRuntime
{
    /// <param name="model">The model.</param>
    /// <param name="x">The input's values.</param>
    /// <param name="shape">The input's shape, the batch first.</param>
    public static NaiveTensor Run(byte[] model, float[] x, params int[] shape)
    {
        using InferenceSession session = new(model);
        using RunOptions options = new();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(x, [.. shape.Select(length => (long)length)]);
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, session.InputNames, [input], session.OutputNames);
        int[] resultShape = [.. results[0].GetTensorTypeAndShape().Shape.Select(length => (int)length)];
        return new NaiveTensor(resultShape, [.. results[0].GetTensorDataAsSpan<float>().ToArray()]);
    }
}
