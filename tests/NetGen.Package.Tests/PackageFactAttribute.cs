using System.Runtime.CompilerServices;
using NetGen.Tests;

namespace NetGen.Package.Tests;

/// <summary>A test of the packages, skipped where nobody asked for them.</summary>
sealed class PackageFactAttribute : FactAttribute
{
    public PackageFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        Skip = Effort.Reason;
        SkipType = typeof(Effort);
        SkipUnless = nameof(Effort.IsFull);
    }
}
