using ILGPU;
using ILGPU.Runtime;

namespace NetGen.Gpu;

/// <summary>Memory of a device that grows when more is asked of it than ever before.</summary>
sealed class DeviceBuffer<T>(GpuQueue queue, string what) : IDisposable where T : unmanaged
{
    MemoryBuffer1D<T, Stride1D.Dense>? _memory;

    /// <summary>At least so many elements. What they were is lost where the buffer grew.</summary>
    public ArrayView<T> Of(long length)
    {
        // A view of nothing has no memory, which kernels may not be given.
        length = Math.Max(1, length);
        if (_memory is null || _memory.Length < length)
        {
            if (_memory is not null)
            {
                // Kernels may still use it.
                queue.Wait();
                _memory.Dispose();
                _memory = null;
            }
            _memory = queue.Allocate<T>(length, what);
        }
        return _memory.View.AsContiguous();
    }

    /// <summary>All of it.</summary>
    public ArrayView<T> View => _memory!.View.AsContiguous();

    public void Dispose() => _memory?.Dispose();
}

/// <summary>Two page-locked arrays in turns: while the device copies one, the other is filled.</summary>
sealed class StagingPair<T>(GpuQueue queue) : IDisposable where T : unmanaged
{
    readonly PageLockedArray1D<T>?[] _arrays = new PageLockedArray1D<T>?[2];

    /// <summary>Fills an array of the host, which the device must not be reading any more.</summary>
    public void Fill(int turn, ReadOnlySpan<T> values)
    {
        if (_arrays[turn] is null || _arrays[turn]!.Length < values.Length)
        {
            _arrays[turn]?.Dispose();
            _arrays[turn] = queue.Accelerator.AllocatePageLocked1D<T>(Math.Max(1, values.Length));
        }
        values.CopyTo(_arrays[turn]!.Span);
    }

    /// <summary>Has the device copy it.</summary>
    public void Send(int turn, ArrayView<T> target, int length)
    {
        if (length > 0) target.SubView(0, length).CopyFrom(queue.Stream, _arrays[turn]!.ArrayView.SubView(0, length));
    }

    public void Dispose()
    {
        foreach (var array in _arrays) array?.Dispose();
    }
}
