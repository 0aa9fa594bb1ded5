using Microsoft.ML.OnnxRuntime;

namespace NetGen.Benchmarks;

/// <summary>
/// ONNX Runtime at its best: the batch size fixed in the model, all optimisations (batch normalisations folded among them), input and output bound once to
/// memory that it reuses.
/// </summary>
public sealed class OnnxRuntimePeer : IPeer
{
    /// <inheritdoc/>
    public string Name => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    /// <inheritdoc/>
    public string? Unavailable => null;

    /// <inheritdoc/>
    public Contender Forward(RacedNetwork network, Batch batch, int threads)
    {
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        InferenceSession session = new(network.Model.ToOnnx(network.Tensors, batch.Samples), options);
        RunOptions run = new();
        OrtIoBinding binding = session.CreateIoBinding();
        float[] y = new float[batch.Samples * network.Size.Outputs];
        long[] shape = [batch.Samples, .. network.Model.InputShape.Select(length => (long)length)];
        OrtValue input = network.Model.Vocabulary == 0
            ? OrtValue.CreateTensorValueFromMemory(batch.X, shape) : OrtValue.CreateTensorValueFromMemory(batch.Ids(), shape);
        OrtValue output = OrtValue.CreateTensorValueFromMemory(y, OutputShape(network, batch.Samples));
        binding.BindInput(session.InputNames[0], input);
        binding.BindOutput(session.OutputNames[0], output);
        return new Contender(Name, Loop, () => y) { Owned = [binding, input, output, run, session] };

        void Loop(int calls)
        {
            for (int i = 0; i < calls; i++) session.RunWithBinding(run, binding);
        }
    }

    static long[] OutputShape(RacedNetwork network, int samples) => network.Model.Labels == 1
        ? [samples, network.Size.Outputs] : [samples, network.Model.Labels, network.Size.Outputs / network.Model.Labels];

    /// <inheritdoc/>
    public Contender? TrainingStep(RacedNetwork network, Batch batch, AdamWSettings optimizer, int threads) => null;
}
