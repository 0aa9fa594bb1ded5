using Microsoft.ML.OnnxRuntime;
using NetGen.Benchmarks.Start;

using SessionOptions options = new()
{
    GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
    ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
    IntraOpNumThreads = 1,
    InterOpNumThreads = 1,
};
using InferenceSession session = new(Path.Combine(AppContext.BaseDirectory, "model.onnx"), options);
using RunOptions run = new();
using var binding = session.CreateIoBinding();
var x = Probe.Sample(784);
var y = new float[10];
using var input = OrtValue.CreateTensorValueFromMemory(x, [1, 1, 28, 28]);
using var output = OrtValue.CreateTensorValueFromMemory(y, [1, 10]);
binding.BindInput(session.InputNames[0], input);
binding.BindOutput(session.OutputNames[0], output);
session.RunWithBinding(run, binding);
Probe.Report(args, y, () => session.RunWithBinding(run, binding));
