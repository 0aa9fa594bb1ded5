using NetGen.Benchmarks;
using NetGen.Benchmarks.Torch;

return BenchmarkCommand.Run(args, [new OnnxRuntimePeer(), new TorchPeer()]);
