using ScottPlot;
using SkiaSharp;

namespace NetGen.Reporting;

/// <summary>A picture: a title, a line below it, and whatever is drawn under them; written as a PNG file with two pixels for each unit of length.</summary>
sealed class Figure : IDisposable
{
    public const int Margin = 24;
    const int Scale = 2;

    readonly SKSurface surface;

    public Figure(int width, int height, string title, string subtitle)
    {
        Typeface.Register();
        (Width, Height) = (width, height);
        surface = SKSurface.Create(new SKImageInfo(width * Scale, height * Scale, SKColorType.Rgba8888, SKAlphaType.Premul));
        Canvas = surface.Canvas;
        Canvas.Clear(Palette.Paper.Skia());
        Canvas.Scale(Scale);
        Write(title, Margin, 40, 20, Palette.Ink, bold: true);
        Write(subtitle, Margin, 62, 13, Palette.Text);
    }

    public int Width { get; }

    public int Height { get; }

    public SKCanvas Canvas { get; }

    /// <summary>Where the title's lines end.</summary>
    public static int Top => 76;

    /// <summary>An empty plot in the pictures' style.</summary>
    public static Plot Plot(string title, string horizontal, string vertical)
    {
        Typeface.Register();
        var plot = new Plot();
        plot.Font.Set(Typeface.Name);
        plot.FigureBackground.Color = Palette.Paper;
        plot.DataBackground.Color = Palette.Paper;
        plot.Axes.Color(Palette.Text);
        plot.Axes.FrameColor(Palette.Faint);
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Palette.Grid;
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = 12;
            axis.TickLabelStyle.FontName = Typeface.Name;
            axis.Label.FontSize = 13;
            axis.Label.Bold = false;
            axis.MinorTickStyle.Length = 0;
            axis.MajorTickStyle.Color = Palette.Faint;
        }
        plot.Title(title, 14);
        plot.Axes.Title.Label.ForeColor = Palette.Ink;
        plot.Axes.Title.Label.FontName = Typeface.For(title);
        plot.XLabel(horizontal);
        plot.YLabel(vertical);
        return plot;
    }

    /// <summary>Draws a plot into a part of the picture.</summary>
    public void Draw(Plot plot, float left, float top, float width, float height)
    {
        Canvas.Save();
        Canvas.ClipRect(new(left, top, left + width, top + height));
        plot.Render(Canvas, new PixelRect(left, left + width, top + height, top));
        Canvas.Restore();
    }

    public void Write(string text, float x, float y, float size, Color color, bool bold = false, SKTextAlign align = SKTextAlign.Left)
    {
        using var font = Typeface.Font(text, size, bold);
        using var paint = new SKPaint { Color = color.Skia(), IsAntialias = true };
        Canvas.DrawText(text, x, y, align, font, paint);
    }

    /// <summary>Writes the file; a file that is there already is replaced as a whole.</summary>
    /// <exception cref="IOException">The file can't be written. The message names it and says why.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        var full = Path.GetFullPath(path);
        var partial = $"{full}.{Environment.ProcessId}.part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
                data.SaveTo(file);
            File.Move(partial, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            TryDelete(partial);
            throw new IOException($"The picture '{path}' can't be written: {e.Message}", e);
        }
    }

    public void Dispose() => surface.Dispose();

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong before is what the caller needs to hear.
        }
    }
}
