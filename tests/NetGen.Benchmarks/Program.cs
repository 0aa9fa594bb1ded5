using NetGen.Benchmarks;

AbsentPeer torch = new("TorchSharp", "To race it too, run tests/NetGen.Benchmarks.Torch in place of this project; on a system older than Debian 13 inside .ci/trixie.sh run.");
return BenchmarkCommand.Run(args, [new OnnxRuntimePeer(), torch]);
