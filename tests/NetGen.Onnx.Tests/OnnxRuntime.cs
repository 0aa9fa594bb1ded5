using Microsoft.ML.OnnxRuntime;

namespace NetGen.Onnx.Tests;

/// <summary>Runs a model on a batch.</summary>
static class OnnxRuntime
{
    /// <returns>[samples, outputs].</returns>
    public static float[] Run(byte[] model, float[] x, int samples, int inputs)
    {
        using InferenceSession session = new(model);
        using RunOptions options = new();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(x, [samples, inputs]);
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["x"], [input], ["y"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
