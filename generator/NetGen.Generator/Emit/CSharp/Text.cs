using System.Globalization;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Numbers in texts for readers, the same in every culture.</summary>
static class Text
{
    /// <summary>1,234,567</summary>
    public static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
