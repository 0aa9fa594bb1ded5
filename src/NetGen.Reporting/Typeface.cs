using ScottPlot;
using SkiaSharp;

namespace NetGen.Reporting;

/// <summary>
/// The typeface of the pictures, Inter (SIL Open Font License), which travels inside the assembly: SkiaSharp's build for Linux knows no fonts but the
/// machine's, and a container has none.
/// </summary>
sealed class Typeface : IFontResolver
{
    /// <summary>A name of our own, so that a program's other plots keep their fonts.</summary>
    public const string Name = "NetGen Inter";

    static readonly SKTypeface RegularFace = Load("Inter-Regular.ttf");
    static readonly SKTypeface BoldFace = Load("Inter-SemiBold.ttf");
    static readonly Typeface Resolver = new();

    /// <summary>Makes the typeface known to ScottPlot.</summary>
    public static void Register()
    {
        lock (Resolver)
        {
            if (!Fonts.FontResolvers.Contains(Resolver))
                Fonts.FontResolvers.Insert(0, Resolver);
        }
    }

    /// <summary>The name of a font that has all of a text's characters: this one, or the machine's nearest.</summary>
    public static string For(string text) => Covers(text) ? Name : Fonts.Detect(text);

    /// <summary>A font for drawing a text on a canvas.</summary>
    public static SKFont Font(string text, float size, bool bold) =>
        new(Covers(text) ? Face(bold) : Fonts.GetTypeface(Fonts.Detect(text), bold, italic: false), size)
        {
            Subpixel = true,
            LinearMetrics = true,
            Hinting = SKFontHinting.None,
            Edging = SKFontEdging.Antialias,
        };

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Name ? Face(weight >= FontWeight.SemiBold) : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Face(bold) : null;

    static SKTypeface Face(bool bold) => bold ? BoldFace : RegularFace;

    static bool Covers(string text) => text.Length == 0 || RegularFace.ContainsGlyphs(text);

    static SKTypeface Load(string resource)
    {
        using var stream = typeof(Typeface).Assembly.GetManifestResourceStream(resource)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
