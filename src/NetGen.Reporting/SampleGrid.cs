using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace NetGen.Reporting;

/// <summary>One image of a grid.</summary>
/// <param name="Pixels">The brightness of each pixel, row by row, from 0 (black) to 255 (white).</param>
/// <param name="Predicted">What the network says it is.</param>
/// <param name="Actual">What it is.</param>
/// <param name="Confidence">The probability that the network gives its prediction, from 0 to 1; NaN where there is none.</param>
public sealed record SampleImage(ReadOnlyMemory<byte> Pixels, string Predicted, string Actual, double Confidence = double.NaN);

/// <summary>The picture of a few images with what the network says they are: right in green, wrong in red.</summary>
public static class SampleGrid
{
    const int Tile = 112;
    const int Text = 46;
    const int Gap = 22;

    /// <summary>Draws the images and writes them as a PNG file.</summary>
    /// <param name="path">The file. Its folder is created; a file that is there already is replaced.</param>
    /// <param name="samples">The images, from left to right and from top to bottom.</param>
    /// <param name="width">The width of each image in pixels.</param>
    /// <param name="height">The height of each image in pixels.</param>
    /// <param name="columns">How many stand side by side.</param>
    /// <param name="title">What is written above.</param>
    /// <exception cref="ArgumentException">There are no images, or one hasn't <paramref name="width"/> × <paramref name="height"/> pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or the number of columns isn't positive.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, IReadOnlyList<SampleImage> samples, int width, int height, int columns = 8, string title = "Predictions")
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (samples.Count == 0)
            throw new ArgumentException("A grid needs at least one image.", nameof(samples));
        for (var i = 0; i < samples.Count; i++)
        {
            if (samples[i].Pixels.Length != (long)width * height)
                throw new ArgumentException($"Image {i} has {samples[i].Pixels.Length} pixels; {width} × {height} are needed.", nameof(samples));
        }

        columns = Math.Min(columns, samples.Count);
        var rows = (samples.Count + columns - 1) / columns;
        var right = samples.Count(s => s.Predicted == s.Actual);
        using var figure = new Figure(
            (2 * Figure.Margin) + (columns * (Tile + Gap)) - Gap, Figure.Top + 4 + (rows * (Tile + Text + 8)) + 12, title,
            string.Create(CultureInfo.InvariantCulture, $"{right} of {samples.Count} right"));
        for (var i = 0; i < samples.Count; i++)
            Draw(figure, samples[i], width, height, Figure.Margin + (i % columns * (Tile + Gap)), Figure.Top + 4 + (i / columns * (Tile + Text + 8)));
        figure.Save(path);
    }

    static void Draw(Figure figure, SampleImage sample, int width, int height, float x, float y)
    {
        var correct = sample.Predicted == sample.Actual;
        var color = correct ? Palette.Green : Palette.Red;
        var tile = new SKRect(x, y, x + Tile, y + Tile);
        using var bitmap = Bitmap(sample.Pixels.Span, width, height);
        using var image = SKImage.FromBitmap(bitmap);
        using var black = new SKPaint { Color = SKColors.Black };
        figure.Canvas.Save();
        figure.Canvas.ClipRoundRect(new SKRoundRect(tile, 6), antialias: true);
        figure.Canvas.DrawRect(tile, black);
        var scale = Math.Min((float)Tile / width, (float)Tile / height);
        var (w, h) = (width * scale, height * scale);
        figure.Canvas.DrawImage(image, SKRect.Create(x + ((Tile - w) / 2), y + ((Tile - h) / 2), w, h), new SKSamplingOptions(SKCubicResampler.Mitchell));
        figure.Canvas.Restore();
        using var border = new SKPaint { Color = color.Skia(), IsAntialias = true, IsStroke = true, StrokeWidth = 2.5f };
        figure.Canvas.DrawRoundRect(new SKRoundRect(tile, 6), border);

        figure.Write(Fit(sample.Predicted, 13, bold: true), x, y + Tile + 19, 13, color, bold: true);
        var confidence = double.IsNaN(sample.Confidence) ? "" : sample.Confidence.ToString("0 %", CultureInfo.InvariantCulture);
        var second = correct ? confidence : confidence.Length == 0 ? $"is {sample.Actual}" : $"{confidence}, is {sample.Actual}";
        figure.Write(Fit(second, 11.5f, bold: false), x, y + Tile + 36, 11.5f, Palette.Text);
    }

    static SKBitmap Bitmap(ReadOnlySpan<byte> pixels, int width, int height)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Gray8, SKAlphaType.Opaque);
        var span = bitmap.GetPixelSpan();
        for (var row = 0; row < height; row++)
            pixels.Slice(row * width, width).CopyTo(span[(row * bitmap.RowBytes)..]);
        return bitmap;
    }

    static string Fit(string text, float size, bool bold)
    {
        using var font = Typeface.Font(text, size, bold);
        if (font.MeasureText(text) <= Tile + Gap - 6)
            return text;
        var length = text.Length;
        while (length > 0 && font.MeasureText(text[..length] + "…") > Tile + Gap - 6)
            length--;
        return text[..length] + "…";
    }
}
