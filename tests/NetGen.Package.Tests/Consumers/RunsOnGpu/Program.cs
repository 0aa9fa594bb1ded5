using NetGen;
using NetGen.Gpu;

var network = Tiny.Create(seed: 1);
float[] x = [1, -2, 3, 0.5f], expected = new float[2], y = new float[2];
network.Predict(x, expected);
using var device = GpuDevice.Open("cpu");
using var gpu = network.OnGpu(device.Accelerator);
gpu.Predict(x, y);
Console.WriteLine(FormattableString.Invariant($"difference {expected.Zip(y, (a, b) => MathF.Abs(a - b)).Max()}"));

[Network, Input(4), Linear(3), Tanh, Linear(2), Loss(Loss.MSE)]
partial class Tiny;
