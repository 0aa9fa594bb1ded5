using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace NetGen.Gpu;

/// <summary>A device with the one stream that a network's work is put on, and what becomes of its errors.</summary>
sealed class GpuQueue(Accelerator accelerator) : IDisposable
{
    // ILGPU compiles a kernel once for a device, and OpenCL's kernels hold their arguments until they are launched: threads that launch the same one take turns.
    static readonly ConditionalWeakTable<Accelerator, Lock> Turns = [];

    readonly Lock? _turn = accelerator.AcceleratorType == AcceleratorType.OpenCL ? Turns.GetValue(accelerator, _ => new()) : null;

    public Accelerator Accelerator { get; } = accelerator;

    public AcceleratorStream Stream { get; } = accelerator.CreateStream();

    /// <summary>Bytes that were allocated and not yet given back.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Waits for all that was put on the stream.</summary>
    /// <exception cref="GpuException">The device failed.</exception>
    public void Wait() => Run(Stream.Synchronize);

    /// <summary>Launches kernels on the stream, also while other threads launch kernels of the device.</summary>
    /// <exception cref="GpuException">The device failed.</exception>
    public void Launch(Action kernels)
    {
        if (_turn is null)
        {
            Run(kernels);
            return;
        }
        lock (_turn) Run(kernels);
    }

    /// <summary>Puts work on the stream, and says what is known of an error.</summary>
    public void Run(Action work)
    {
        try
        {
            work();
        }
        catch (AcceleratorException exception)
        {
            throw new GpuException(
                $"{Accelerator.Name} failed, or is gone: {exception.Message}. What was on it is lost: the network has the parameters that were last copied to it.", exception);
        }
    }

    /// <exception cref="GpuMemoryException">The device hasn't the memory.</exception>
    public MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(long length, string what) where T : unmanaged
    {
        var bytes = checked(length * Interop.SizeOf<T>());
        if (length > int.MaxValue || bytes > Accelerator.MemorySize) throw new GpuMemoryException(Accelerator.Name, what, bytes, Accelerator.MemorySize);
        try
        {
            var memory = Accelerator.Allocate1D<T>(length);
            AllocatedBytes += bytes;
            return memory;
        }
        catch (Exception exception) when (exception is AcceleratorException or OutOfMemoryException)
        {
            throw new GpuMemoryException(Accelerator.Name, what, bytes, Accelerator.MemorySize, exception);
        }
    }

    public void Dispose() => Stream.Dispose();
}
