using System.ComponentModel;
using ILGPU;
using ILGPU.Runtime;
using NetGen.Runtime;

namespace NetGen.Gpu;

/// <summary>The passes of a network on a device, as launches of kernels. Written by the generator.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GpuProgram
{
    readonly Dictionary<(bool Turns, int Size, float Base), MemoryBuffer1D<float, Stride1D.Dense>> _tables = [];

    /// <summary>The passes of a network on a device.</summary>
    /// <param name="accelerator">The device.</param>
    /// <param name="plan">The network's sizes.</param>
    /// <exception cref="GpuException">The device's groups are too small.</exception>
    protected GpuProgram(Accelerator accelerator, GpuPlan plan)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(plan);
        (Accelerator, Plan) = (accelerator, plan);
        if (plan.GroupThreads > accelerator.MaxNumThreadsPerGroup)
        {
            throw new GpuException(FormattableString.Invariant(
                $"{accelerator.Name} takes groups of at most {accelerator.MaxNumThreadsPerGroup} threads; the kernel {plan.LargestKernel} has groups of {plan.GroupThreads}."));
        }
        if (plan.SharedBytes > accelerator.MaxSharedMemoryPerGroup)
        {
            throw new GpuException(FormattableString.Invariant(
                $"{accelerator.Name} gives a group at most {accelerator.MaxSharedMemoryPerGroup} bytes of shared memory; the network's kernels need {plan.SharedBytes}."));
        }
    }

    /// <summary>The device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The network's sizes.</summary>
    public GpuPlan Plan { get; }

    /// <summary>Launches what computes from parameters alone.</summary>
    /// <param name="pass">What the launches are given.</param>
    protected internal abstract void Derive(GpuPass pass);

    /// <summary>Launches a prediction.</summary>
    /// <param name="pass">What the launches are given.</param>
    protected internal abstract void Forward(GpuPass pass);

    /// <summary>Launches a forward and backward pass.</summary>
    /// <param name="pass">What the launches are given.</param>
    protected internal abstract void Train(GpuPass pass);

    /// <summary>Compiles a kernel for the device, once.</summary>
    /// <typeparam name="T">What it is given.</typeparam>
    /// <param name="kernel">The kernel.</param>
    /// <exception cref="GpuException">The device's compiler refuses it.</exception>
    protected Action<AcceleratorStream, KernelConfig, T> Load<T>(Action<T> kernel) where T : struct => GpuKernelLoader.Load(Accelerator, kernel);

    /// <summary>
    /// Sines and cosines of each position, <see cref="PositionTables.Sinusoids"/> on the device. The table is copied there when it is first needed.
    /// </summary>
    /// <param name="features">The numbers of a position.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <returns>[positions, features].</returns>
    protected unsafe ArrayView<float> Sinusoids(int features, int positions) => Table((false, features, 0), PositionTables.Sinusoids(features, positions), positions);

    /// <summary>
    /// Cosines and sines of each position's angles, <see cref="PositionTables.Rotations"/> on the device. The table is copied there when it is first needed.
    /// </summary>
    /// <param name="size">The numbers of a head.</param>
    /// <param name="angleBase">What the angles are powers of.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <returns>[positions, size].</returns>
    protected unsafe ArrayView<float> Rotations(int size, float angleBase, int positions) =>
        Table((true, size, angleBase), PositionTables.Rotations(size, angleBase, positions), positions);

    unsafe ArrayView<float> Table((bool Turns, int Size, float Base) kind, float* numbers, int positions)
    {
        var length = checked(positions * kind.Size);
        if (_tables.TryGetValue(kind, out var table) && table.Length >= length) return table.View.AsContiguous();
        // A row is that of its position however many there are. Launches that were given a shorter table may still read it.
        if (table is not null)
        {
            Accelerator.Synchronize();
            table.Dispose();
        }
        table = _tables[kind] = Accelerator.Allocate1D(new ReadOnlySpan<float>(numbers, length).ToArray());
        return table.View.AsContiguous();
    }

    /// <summary>Gives the tables' memory back.</summary>
    internal void Release()
    {
        foreach (var table in _tables.Values) table.Dispose();
        _tables.Clear();
    }

    /// <summary>The shape of a launch.</summary>
    /// <param name="x">Groups along the first axis.</param>
    /// <param name="y">Groups along the second axis.</param>
    /// <param name="z">Groups along the third axis.</param>
    /// <param name="threadsX">Threads of a group along the first axis.</param>
    /// <param name="threadsY">Threads of a group along the second axis.</param>
    protected static KernelConfig Groups(int x, int y, int z, int threadsX, int threadsY) => new(new Index3D(x, y, z), new Index3D(threadsX, threadsY, 1));
}

/// <summary>Compiles kernels.</summary>
static class GpuKernelLoader
{
    public static Action<AcceleratorStream, KernelConfig, T> Load<T>(Accelerator accelerator, Action<T> kernel) where T : struct
    {
        ArgumentNullException.ThrowIfNull(kernel);
        try
        {
            return accelerator.LoadKernel(kernel);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new GpuException($"The kernel {kernel.Method.Name} can't be compiled for {accelerator.Name}: {(exception.InnerException ?? exception).Message}", exception);
        }
    }
}
