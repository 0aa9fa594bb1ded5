using Microsoft.ML.OnnxRuntime;
using NetGen.Onnx;

namespace NetGen.Benchmarks;

/// <summary>ONNX Runtime at its best: the batch size fixed in the model, all optimisations, input and output bound once to memory that it reuses.</summary>
public sealed class OnnxRuntimePeer : IPeer
{
    /// <inheritdoc/>
    public string Name => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    /// <inheritdoc/>
    public string? Unavailable => null;

    /// <inheritdoc/>
    public Contender Forward(Perceptron network, Batch batch, int threads)
    {
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        InferenceSession session = new(Model(network, batch.Samples), options);
        RunOptions run = new();
        OrtIoBinding binding = session.CreateIoBinding();
        float[] y = new float[batch.Samples * network.Outputs];
        OrtValue input = OrtValue.CreateTensorValueFromMemory(batch.X, [batch.Samples, network.Inputs]);
        OrtValue output = OrtValue.CreateTensorValueFromMemory(y, [batch.Samples, network.Outputs]);
        binding.BindInput("x", input);
        binding.BindOutput("y", output);
        return new Contender(Name, Loop, () => y) { Owned = [binding, input, output, run, session] };

        void Loop(int calls)
        {
            for (int i = 0; i < calls; i++) session.RunWithBinding(run, binding);
        }
    }

    /// <inheritdoc/>
    public Contender? TrainingStep(Perceptron network, Batch batch, AdamWSettings optimizer, int threads) => null;

    static byte[] Model(Perceptron network, int samples)
    {
        OnnxNetwork model = new(network.Name, network.Inputs, samples);
        foreach ((int index, DenseLayer layer) in network.Layers.Index())
        {
            if (index > 0) model.Activation(network.Activation switch { Activation.ReLU => "Relu", _ => "Tanh" });
            model.Linear($"{index}", layer.Outputs, layer.Weight, layer.Bias);
        }
        return model.ToModel();
    }
}
