using System.Globalization;
using Microsoft.CodeAnalysis.Diagnostics;

namespace NetGen.Generator.Parsing;

/// <summary>The widths of vectors that a project wants kernels for, by its property NetGenVectors: <c>512, 256</c>.</summary>
/// <param name="Lanes">The numbers of vectors of these widths, largest first.</param>
/// <param name="Fault">What the property has in place of widths; null where it is sound.</param>
sealed record VectorWidths(EquatableArray<int> Lanes, string? Fault = null)
{
    const string Property = "build_property.NetGenVectors";

    /// <summary>AVX-512, AVX2, and the 128 bits that every processor has.</summary>
    public static readonly VectorWidths All = new([16, 8, 4]);

    public static VectorWidths Of(AnalyzerConfigOptions project)
    {
        if (!project.TryGetValue(Property, out var text) || string.IsNullOrWhiteSpace(text)) return All;
        var lanes = new List<int>();
        foreach (var part in text.Split(',', ';'))
        {
            if (!int.TryParse(part, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var bits) || bits is not (512 or 256 or 128))
            {
                return All with { Fault = text.Trim() };
            }
            lanes.Add(bits / 32);
        }
        return new(lanes.Distinct().OrderByDescending(n => n).ToEquatableArray());
    }
}
