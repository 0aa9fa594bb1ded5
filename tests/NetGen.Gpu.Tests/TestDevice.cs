using System.Collections.Concurrent;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace NetGen.Gpu.Tests;

/// <summary>
/// The device of these tests: ILGPU's emulation on the processor, or what <c>NETGEN_GPU_DEVICE</c> names, such as <c>opencl</c> where the machine has PoCL.
/// </summary>
static class TestDevice
{
    static readonly Lazy<Accelerator> Chosen = new(() => GpuDevice.Open(Choice).Accelerator);

    // Kernels of one emulated device wait for each other, and leave the processor idle where their threads do: each class of tests has devices of its own.
    static readonly ConcurrentDictionary<(string? TestClass, int Warps), Lazy<Accelerator>> Emulations = new();

    /// <summary>What device was asked for; null for the emulation.</summary>
    public static string? Choice { get; } = Environment.GetEnvironmentVariable("NETGEN_GPU_DEVICE") is { Length: > 0 } choice ? choice : null;

    /// <summary>Whether the device is fast enough for real shapes.</summary>
    public static bool IsReal => Choice is not null;

    /// <summary>The steps for which networks of many kernels are trained: the emulation takes seconds for one.</summary>
    public static int TrainingSteps => IsReal ? 20 : 4;

    /// <summary>The device, for kernels with groups of so many threads: those of the emulation are the processor's, and none of them should be idle.</summary>
    public static Accelerator For(int groupThreads) => IsReal ? Chosen.Value
        : Emulations.GetOrAdd((TestContext.Current.TestClass?.TestClassName, groupThreads <= 64 ? 2 : 8), device => new(() => Emulation(device.Warps))).Value;

    /// <summary>An emulated device with groups of so many warps.</summary>
    public static Accelerator Emulation(int warps)
    {
        var context = Context.Create(builder => builder.CPU(new CPUDevice(32, warps, 1)));
        return context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);
    }
}
