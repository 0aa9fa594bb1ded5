using System.Runtime.InteropServices;

namespace NetGen.Tests.Runtime;

/// <summary>
/// Floats that end where a page does. On Unix the next page can't be touched, and what does ends the process. Disposal finds out whether the float before the
/// first was changed.
/// </summary>
sealed unsafe partial class EdgeOfMemory : IDisposable
{
    const float Canary = 12345.678f;
    const int NoAccess = 0;
    const int ReadAndWrite = 3;

    readonly byte* _pages;

    public EdgeOfMemory(int count)
    {
        var page = Environment.SystemPageSize;
        _pages = (byte*)NativeMemory.AlignedAlloc((nuint)(2 * page), (nuint)page);
        Floats = (float*)(_pages + page) - count;
        Floats[-1] = Canary;
        Protect(NoAccess);
    }

    public float* Floats { get; }

    public void Dispose()
    {
        Protect(ReadAndWrite);
        var canary = Floats[-1];
        NativeMemory.AlignedFree(_pages);
        Assert.Equal(Canary, canary);
    }

    void Protect(int access)
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(0, ProtectMemory(_pages + Environment.SystemPageSize, (nuint)Environment.SystemPageSize, access));
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int ProtectMemory(void* address, nuint length, int access);
}
