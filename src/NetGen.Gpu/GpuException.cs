namespace NetGen.Gpu;

/// <summary>A device can't do what was asked of it.</summary>
public class GpuException : Exception
{
    /// <summary>A device can't do what was asked of it.</summary>
    public GpuException() { }

    /// <summary>A device can't do what was asked of it.</summary>
    /// <param name="message">What, and the way out.</param>
    public GpuException(string message) : base(message) { }

    /// <summary>A device can't do what was asked of it.</summary>
    /// <param name="message">What, and the way out.</param>
    /// <param name="innerException">What the device's driver or ILGPU said.</param>
    public GpuException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>A device hasn't the memory for a network or a batch.</summary>
public sealed class GpuMemoryException : GpuException
{
    /// <summary>A device hasn't the memory.</summary>
    public GpuMemoryException() { }

    /// <summary>A device hasn't the memory.</summary>
    /// <param name="message">What for.</param>
    public GpuMemoryException(string message) : base(message) { }

    /// <summary>A device hasn't the memory.</summary>
    /// <param name="message">What for.</param>
    /// <param name="innerException">What the device's driver said.</param>
    public GpuMemoryException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>A device hasn't the memory.</summary>
    /// <param name="device">Its name.</param>
    /// <param name="what">What needs it.</param>
    /// <param name="needed">The bytes that are needed.</param>
    /// <param name="available">The bytes that the device has.</param>
    /// <param name="innerException">What the device's driver said; null where it wasn't asked.</param>
    public GpuMemoryException(string device, string what, long needed, long available, Exception? innerException = null)
        : base(FormattableString.Invariant($"{what} needs {needed:N0} bytes of device memory; {device} has {available:N0}. Use smaller batches or another device."), innerException)
    {
        NeededBytes = needed;
        AvailableBytes = available;
    }

    /// <summary>The bytes that are needed.</summary>
    public long NeededBytes { get; }

    /// <summary>The bytes that the device has in all.</summary>
    public long AvailableBytes { get; }
}
