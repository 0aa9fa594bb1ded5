using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace NetGen.Reporting;

/// <summary>A value, and the range that repetitions of it span.</summary>
/// <param name="X">Where it was measured, more than 0.</param>
/// <param name="Y">The value.</param>
/// <param name="Low">The least of the repetitions.</param>
/// <param name="High">The greatest of the repetitions.</param>
public readonly record struct ChartPoint(double X, double Y, double Low, double High)
{
    /// <summary>The mean and the range of repeated measurements.</summary>
    /// <param name="x">Where they were made, more than 0.</param>
    /// <param name="values">What was measured, at least one value.</param>
    public static ChartPoint OfRange(double x, IReadOnlyCollection<double> values) => new(x, values.Average(), values.Min(), values.Max());
}

/// <summary>A line of a <see cref="LineChart"/>.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">Its points, from left to right.</param>
public sealed record ChartLine(string Name, IReadOnlyList<ChartPoint> Points);

/// <summary>The picture of shares, such as accuracies, over an amount such as a number of images, whose axis is logarithmic.</summary>
public static class LineChart
{
    const int Width = 820;
    const int Height = 500;

    /// <summary>Draws the lines, each with the band between its ranges, and writes them as a PNG file.</summary>
    /// <param name="path">The file. Its folder is created; a file that is there already is replaced.</param>
    /// <param name="lines">The lines, at most four.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="subtitle">What is written below the title.</param>
    /// <param name="horizontal">What the horizontal axis shows.</param>
    /// <param name="vertical">What the vertical axis shows: shares, which are written in per cent.</param>
    /// <exception cref="ArgumentException">There is no line or there are more than four, or a line has no points or one that isn't finite.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, IReadOnlyList<ChartLine> lines, string title, string subtitle, string horizontal, string vertical)
    {
        ArgumentNullException.ThrowIfNull(lines);
        Color[] colors = [Palette.Blue, Palette.Orange, Palette.Green, Palette.Red];
        if (lines.Count == 0 || lines.Count > colors.Length)
            throw new ArgumentException($"A chart has 1 to {colors.Length} lines; these are {lines.Count}.", nameof(lines));
        foreach (var line in lines)
            Check(line, nameof(lines));

        using var figure = new Figure(Width, Height, title, subtitle);
        using var plot = Figure.Plot("", horizontal, vertical);
        for (var i = 0; i < lines.Count; i++)
            Add(plot, lines[i], colors[i]);
        plot.Axes.Bottom.TickGenerator = Ticks(lines);
        ((NumericAutomatic)plot.Axes.Left.TickGenerator).LabelFormatter = v => v.ToString("0.## %", CultureInfo.InvariantCulture);
        plot.Axes.Margins(0.04, 0.08);
        var box = plot.ShowLegend(Alignment.LowerRight);
        box.FontSize = 13;
        box.FontName = Typeface.Name;
        box.OutlineWidth = 0;
        box.ShadowColor = Colors.Transparent;
        box.BackgroundColor = Palette.Paper.WithAlpha(.85);
        figure.Draw(plot, Figure.Margin, Figure.Top, Width - (2 * Figure.Margin), Height - Figure.Top - 12);
        figure.Save(path);
    }

    static void Check(ChartLine line, string name)
    {
        if (line.Points.Count == 0)
            throw new ArgumentException($"The line '{line.Name}' has no points.", name);
        foreach (var p in line.Points)
        {
            if (!(p.X > 0 && double.IsFinite(p.X) && double.IsFinite(p.Y) && double.IsFinite(p.Low) && double.IsFinite(p.High)))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The point ({p.X}, {p.Y}, {p.Low} to {p.High}) of '{line.Name}' needs finite numbers and an x of more than 0."), name);
            }
        }
    }

    static void Add(Plot plot, ChartLine line, Color color)
    {
        double[] xs = [.. line.Points.Select(p => Math.Log10(p.X))];
        var band = plot.Add.FillY(xs, [.. line.Points.Select(p => p.Low)], [.. line.Points.Select(p => p.High)]);
        band.FillColor = color.WithAlpha(.14);
        band.LineWidth = 0;
        band.MarkerSize = 0;
        var curve = plot.Add.Scatter(xs, [.. line.Points.Select(p => p.Y)], color);
        curve.LegendText = line.Name;
        curve.LineWidth = 2.5f;
        curve.MarkerSize = 8;
    }

    /// <summary>A tick at each place where something was measured.</summary>
    static NumericManual Ticks(IReadOnlyList<ChartLine> lines)
    {
        var ticks = new NumericManual();
        foreach (var x in lines.SelectMany(line => line.Points.Select(p => p.X)).Distinct().Order())
            ticks.AddMajor(Math.Log10(x), x.ToString("0.##", CultureInfo.InvariantCulture));
        return ticks;
    }
}
