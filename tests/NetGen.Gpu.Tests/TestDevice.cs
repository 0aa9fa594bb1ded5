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

    // The threads of the emulation are threads of the processor: groups as large as the kernels' leave none of them idle.
    static readonly Lazy<Accelerator> Narrow = new(() => Emulation(2)), Wide = new(() => Emulation(8));

    /// <summary>What device was asked for; null for the emulation.</summary>
    public static string? Choice { get; } = Environment.GetEnvironmentVariable("NETGEN_GPU_DEVICE") is { Length: > 0 } choice ? choice : null;

    /// <summary>Whether the device is fast enough for real shapes.</summary>
    public static bool IsReal => Choice is not null;

    /// <summary>The steps for which networks of many kernels are trained: the emulation takes seconds for one.</summary>
    public static int TrainingSteps => IsReal ? 20 : 6;

    /// <summary>The device, for kernels with groups of so many threads.</summary>
    public static Accelerator For(int groupThreads) => IsReal ? Chosen.Value : groupThreads <= 64 ? Narrow.Value : Wide.Value;

    /// <summary>An emulated device with groups of so many warps.</summary>
    public static Accelerator Emulation(int warps)
    {
        var context = Context.Create(builder => builder.CPU(new CPUDevice(32, warps, 1)));
        return context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);
    }
}
