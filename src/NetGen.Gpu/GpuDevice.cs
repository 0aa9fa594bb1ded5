using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace NetGen.Gpu;

/// <summary>What a device is programmed through.</summary>
public enum GpuKind
{
    /// <summary>NVIDIA's GPUs.</summary>
    Cuda,

    /// <summary>GPUs and other devices with an OpenCL driver that has generic address spaces (OpenCL 2.0's, or 3.0 with that feature).</summary>
    OpenCL,

    /// <summary>ILGPU's emulation on the processor. It is for tests of small networks, and many times slower than a network's own code.</summary>
    Cpu,
}

/// <summary>A device that is open: its accelerator, for a network's <c>OnGpu</c>. Ends with it everything that was made on it.</summary>
/// <example><code>
/// using var device = GpuDevice.Open("cuda");
/// using var gpu = network.OnGpu(device.Accelerator);
/// </code></example>
public sealed class GpuDevice : IDisposable
{
    readonly Context _context;

    GpuDevice(Context context, Accelerator accelerator) => (_context, Accelerator) = (context, accelerator);

    /// <summary>ILGPU's accelerator.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>What is known of the device.</summary>
    public GpuDeviceInfo Info => GpuDeviceInfo.Of(Accelerator.Device);

    /// <summary>The devices of this machine, those that are best to be used first: CUDA's, then OpenCL's, then the emulation.</summary>
    public static IReadOnlyList<GpuDeviceInfo> List()
    {
        using var context = CreateContext();
        return [.. Ordered(context).Select(GpuDeviceInfo.Of)];
    }

    /// <summary>Opens a device.</summary>
    /// <param name="choice">
    /// <c>cuda</c>, <c>opencl</c> or <c>cpu</c> for the first of a kind, or a part of a device's name; null for the best there is but for the emulation, which
    /// is to be asked for.
    /// </param>
    /// <exception cref="GpuException">There is no such device; the message lists those that there are.</exception>
    public static GpuDevice Open(string? choice = null)
    {
        var context = CreateContext();
        try
        {
            var devices = Ordered(context).ToList();
            var device = choice is null ? devices.FirstOrDefault(d => d.AcceleratorType != AcceleratorType.CPU)
                : Enum.TryParse<GpuKind>(choice, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? devices.FirstOrDefault(d => GpuDeviceInfo.Of(d).Kind == kind)
                : devices.FirstOrDefault(d => d.Name.Contains(choice, StringComparison.OrdinalIgnoreCase));
            if (device is null)
            {
                var wanted = choice is null ? "There is no GPU: neither CUDA nor OpenCL have a device." : $"There is no device '{choice}'.";
                throw new GpuException($"{wanted} This machine has: {string.Join(", ", devices.Select(d => GpuDeviceInfo.Of(d).ToString()))}.");
            }
            // The emulation's default mode runs the threads of a group one after the other, and all of its barriers with them.
            return new(context, device is CPUDevice cpu ? cpu.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel) : device.CreateAccelerator(context));
        }
        catch (Exception exception)
        {
            context.Dispose();
            if (exception is GpuException) throw;
            throw new GpuException($"The device couldn't be opened: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Accelerator.Dispose();
        _context.Dispose();
    }

    /// <summary>The emulation takes groups as large as kernels have.</summary>
    static Context CreateContext() => Context.Create(builder => builder.Cuda().OpenCL().CPU(new CPUDevice(32, 8, 1)));

    static IEnumerable<Device> Ordered(Context context) => context.Devices.OrderBy(d => d.AcceleratorType switch
    {
        AcceleratorType.Cuda => 0,
        AcceleratorType.OpenCL => 1,
        _ => 2,
    });
}

/// <summary>What is known of a device before it is opened.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is programmed through.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="GroupThreads">The most threads of a group.</param>
/// <param name="SharedBytes">The most memory that the threads of a group share.</param>
public sealed record GpuDeviceInfo(string Name, GpuKind Kind, long MemoryBytes, int GroupThreads, long SharedBytes)
{
    internal static GpuDeviceInfo Of(Device device) => new(device.Name, device.AcceleratorType switch
    {
        AcceleratorType.Cuda => GpuKind.Cuda,
        AcceleratorType.OpenCL => GpuKind.OpenCL,
        _ => GpuKind.Cpu,
    }, device.MemorySize, device.MaxNumThreadsPerGroup, device.MaxSharedMemoryPerGroup);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Kind})";
}
