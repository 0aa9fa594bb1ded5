using ScottPlot;

namespace NetGen.Reporting;

/// <summary>The pictures' colours.</summary>
static class Palette
{
    public static readonly Color Ink = Color.FromHex("#111827");
    public static readonly Color Text = Color.FromHex("#4B5563");
    public static readonly Color Faint = Color.FromHex("#9CA3AF");
    public static readonly Color Grid = Color.FromHex("#E5E7EB");
    public static readonly Color Paper = Colors.White;

    public static readonly Color Blue = Color.FromHex("#2563EB");
    public static readonly Color Orange = Color.FromHex("#EA580C");
    public static readonly Color Green = Color.FromHex("#15803D");
    public static readonly Color Red = Color.FromHex("#DC2626");

    /// <summary>Between two colours, <paramref name="share"/> of the way from 0 to 1.</summary>
    public static Color Mix(Color from, Color to, double share) => from.MixedWith(to, Math.Clamp(share, 0, 1));

    public static SkiaSharp.SKColor Skia(this Color color) => new(color.R, color.G, color.B, color.A);
}
