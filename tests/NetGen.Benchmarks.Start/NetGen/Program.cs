using NetGen;
using NetGen.Benchmarks.Start;
using NetGen.Samples;

NetGenOptions.Threads = 1;
var x = Probe.Sample(FashionCnn.InputSize);
var y = new float[FashionCnn.OutputSize];
FashionCnn.Default.Predict(x, y);
Probe.Report(args, y, () => FashionCnn.Default.Predict(x, y));
