using System.Runtime.InteropServices;

namespace NetGen.Runtime;

/// <summary>
/// The words through which one worker and the others signal each other. Each word has 128 bytes of its own, since processors fetch cache lines in pairs.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
struct WorkerSlot
{
    public const int Size = 512;

    /// <summary>The number of the last call that wants this worker; written by the caller.</summary>
    [FieldOffset(0)]
    public int Call;

    /// <summary>The number of the last call that this worker has ended; written by the worker.</summary>
    [FieldOffset(128)]
    public int Done;

    /// <summary>1 while the worker sleeps or is about to; whoever sets it back to 0 owes, or needs, no wake-up.</summary>
    [FieldOffset(256)]
    public int Parked;

    /// <summary>How many barriers of this call the worker has reached; written by the worker.</summary>
    [FieldOffset(384)]
    public int Barriers;
}
