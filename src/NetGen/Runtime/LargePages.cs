using System.Runtime.InteropServices;

namespace NetGen.Runtime;

/// <summary>
/// Large pages of memory. A processor finds the addresses of a few thousand pages at once: with pages of 4 KiB it searches for those of a deep network's
/// weights all the time.
/// </summary>
static unsafe partial class LargePages
{
    /// <summary>The size of a large page on x64, and on Arm64 with small pages of 4 KiB.</summary>
    const nuint Size = 2 << 20;

    /// <summary>Floats from which memory has at least one large page, wherever it begins.</summary>
    public const int LeastFloats = 2 * (int)Size / sizeof(float);

    const int Advice = 14;

    static bool _unavailable = !OperatingSystem.IsLinux();

    /// <summary>Asks for large pages for memory that hasn't been touched yet. Where the system has none to give, nothing happens.</summary>
    /// <param name="memory">Where it begins.</param>
    /// <param name="bytes">How much there is.</param>
    public static void Advise(void* memory, nuint bytes)
    {
        if (_unavailable) return;
        var first = ((nuint)memory + Size - 1) & ~(Size - 1);
        var last = ((nuint)memory + bytes) & ~(Size - 1);
        if (last <= first) return;
        try
        {
            _ = madvise((void*)first, last - first, Advice);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            _unavailable = true;
        }
    }

    [LibraryImport("libc")]
    private static partial int madvise(void* memory, nuint length, int advice);
}
