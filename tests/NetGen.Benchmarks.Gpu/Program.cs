using System.Diagnostics;
using System.Globalization;
using NetGen;
using NetGen.Gpu;
using Fused = NetGen.Benchmarks.Gpu;
using Unfused = NetGen.Benchmarks.Gpu.Unfused;

// Kernels fused by groups against one kernel for each op, on a device: dotnet run -c Release --project tests/NetGen.Benchmarks.Gpu -- [device] [rounds]
// In .ci/trixie.sh run the device is PoCL, OpenCL on the processor.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var device = GpuDevice.Open(args.Length > 0 ? args[0] : null);
var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15;
var accelerator = device.Accelerator;
Console.WriteLine($"{device.Info}: the best of {rounds} rounds, in turns.");
Console.WriteLine();

using (var one = Fused.OneProduct.Create().OnGpu(accelerator))
using (var nine = Fused.NineProducts.Create().OnGpu(accelerator))
{
    // Copies of samples to the device and back aren't the kernel's: what eight more products take is.
    const int Size = 512;
    var times = Race([Action(one, Size), Action(nine, Size)], rounds);
    var seconds = (times[1] - times[0]) / 8;
    Console.WriteLine($"512³ product with bias and ReLU: {seconds * 1e3:0.00} ms, {2.0 * Size * Size * Size / seconds / 1e9:0.0} GFLOP/s");
    Console.WriteLine();
}
Console.WriteLine("| work | launches | unfused | bytes | unfused | time | unfused | ratio |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
Compare<Fused.Perceptron, Unfused.Perceptron, int>("784-256-128-10", 64, n => n.OnGpu(accelerator), n => n.OnGpu(accelerator));
Compare<Fused.Convolutional, Unfused.Convolutional, int>("convolutional network", 32, n => n.OnGpu(accelerator), n => n.OnGpu(accelerator));
Compare<Fused.Chain, Unfused.Chain, float>("five elementwise functions of 64 × 32 × 32", 32, n => n.OnGpu(accelerator), n => n.OnGpu(accelerator));

void Compare<TFused, TUnfused, TTarget>(
    string name, int samples, Func<TFused, GpuNetwork<TFused, TTarget>> fused, Func<TUnfused, GpuNetwork<TUnfused, TTarget>> unfused)
    where TFused : class, ITrainable<TFused, TTarget>
    where TUnfused : class, ITrainable<TUnfused, TTarget>
    where TTarget : unmanaged
{
    using var a = fused(TFused.Create(1));
    using var b = unfused(TUnfused.Create(1));
    var forward = Race([Action(a, samples), Action(b, samples)], rounds);
    Row($"{name}, forward, batch {samples}", a.Plan.ForwardLaunches, b.Plan.ForwardLaunches, a.Plan.ForwardBytesPerSample * samples + a.Plan.ForwardBytesOnce,
        b.Plan.ForwardBytesPerSample * samples + b.Plan.ForwardBytesOnce, forward);
    using var trainer = a.CreateTrainer(new SGD(1e-4));
    using var other = b.CreateTrainer(new SGD(1e-4));
    var step = Race([Step(trainer, samples), Step(other, samples)], rounds);
    Row($"{name}, training step, batch {samples}", trainer.LaunchesPerStep, other.LaunchesPerStep, a.Plan.TrainBytesPerSample * samples + a.Plan.TrainBytesOnce,
        b.Plan.TrainBytesPerSample * samples + b.Plan.TrainBytesOnce, step);
}

static void Row(string name, int launches, int unfusedLaunches, long bytes, long unfusedBytes, double[] times) => Console.WriteLine(
    $"| {name} | {launches} | {unfusedLaunches} | {bytes:N0} | {unfusedBytes:N0} | {times[0] * 1e3:0.00} ms | {times[1] * 1e3:0.00} ms | {times[1] / times[0]:0.00}× |");

static Action Action<TNetwork, TTarget>(GpuNetwork<TNetwork, TTarget> gpu, int samples) where TNetwork : class, ITrainable<TNetwork, TTarget> where TTarget : unmanaged
{
    var (x, y) = (Values(samples * TNetwork.Info.InputSize), new float[samples * TNetwork.Info.OutputSize]);
    return () => gpu.Predict(x, y);
}

static Action Step<TNetwork, TTarget>(GpuTrainer<TNetwork, TTarget> trainer, int samples) where TNetwork : class, ITrainable<TNetwork, TTarget> where TTarget : unmanaged
{
    var (x, target) = (Values(samples * TNetwork.Info.InputSize), new TTarget[samples * TNetwork.Training.TargetSize]);
    return () =>
    {
        trainer.Step(x, target);
        trainer.Wait();
    };
}

static float[] Values(int count)
{
    var random = new Random(1);
    return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
}

// The best time of each, in turns, so that a machine that slows down does so for all.
static double[] Race(Action[] contenders, int rounds)
{
    var best = contenders.Select(_ => double.PositiveInfinity).ToArray();
    foreach (var contender in contenders)
    {
        contender();
        contender();
    }
    for (var round = 0; round < rounds; round++)
    {
        for (var i = 0; i < contenders.Length; i++)
        {
            var watch = Stopwatch.GetTimestamp();
            contenders[i]();
            best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(watch).TotalSeconds);
        }
    }
    return best;
}
