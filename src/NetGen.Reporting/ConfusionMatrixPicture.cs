using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace NetGen.Reporting;

/// <summary>The picture of a confusion matrix: a row for each true class, a column for each predicted one, and how often that happened.</summary>
public static class ConfusionMatrixPicture
{
    const int Cell = 58;

    /// <summary>Draws the matrix and writes it as a PNG file.</summary>
    /// <remarks>A cell's colour is its share of its row: blue where the prediction is right, orange where it isn't.</remarks>
    /// <param name="path">The file. Its folder is created; a file that is there already is replaced.</param>
    /// <param name="counts">How often each class was taken for each.</param>
    /// <param name="classes">The classes' names.</param>
    /// <param name="title">What is written above.</param>
    /// <exception cref="ArgumentException">There are more or fewer names than classes.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, ConfusionMatrix counts, IReadOnlyList<string> classes, string title = "Confusion matrix")
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(classes);
        var n = classes.Count;
        if (counts.Classes != n)
            throw new ArgumentException($"A matrix of {counts.Classes} classes needs as many names; there are {n}.", nameof(classes));

        Typeface.Register();
        var names = classes.Max(Measure) + 16;
        var left = Figure.Margin + 24 + names;
        var top = Figure.Top + 40;
        var rotated = classes.Max(Measure) > Cell - 6;
        var labels = rotated ? (names * 0.72f) + 14 : 26;
        var width = (int)MathF.Ceiling(left + (n * Cell) + 84 + Figure.Margin);
        var height = (int)MathF.Ceiling(top + (n * Cell) + labels + 44);

        var total = counts.Total;
        var right = Enumerable.Range(0, n).Sum(c => counts[c, c]);
        var summary = total == 0 ? "No samples" : string.Create(CultureInfo.InvariantCulture, $"{right:N0} of {total:N0} right, {counts.Accuracy:0.0 %}");
        using var figure = new Figure(width, height, title, summary);

        for (var row = 0; row < n; row++)
        {
            var members = counts.Count(row);
            var y = top + (row * Cell);
            figure.Write(classes[row], left - 12, y + (Cell / 2f) + 4.5f, 13, Palette.Ink, align: SKTextAlign.Right);
            for (var column = 0; column < n; column++)
            {
                var share = members == 0 ? 0 : (double)counts[row, column] / members;
                DrawCell(figure, left + (column * Cell), y, counts[row, column], share, row == column);
            }
            var recall = members == 0 ? "–" : counts.ClassAccuracy(row).ToString("0.0 %", CultureInfo.InvariantCulture);
            figure.Write(recall, left + (n * Cell) + 68, y + (Cell / 2f) + 4.5f, 13, Palette.Text, align: SKTextAlign.Right);
        }
        figure.Write("Recall", left + (n * Cell) + 68, top - 12, 12, Palette.Text, align: SKTextAlign.Right);

        var bottom = top + (n * Cell);
        for (var column = 0; column < n; column++)
            WriteBelow(figure, classes[column], left + (column * Cell) + (Cell / 2f), bottom, rotated);
        figure.Write("Predicted class", left + (n * Cell / 2f), top - 12, 12, Palette.Text, align: SKTextAlign.Center);
        figure.Canvas.Save();
        figure.Canvas.RotateDegrees(-90, Figure.Margin + 8, top + (n * Cell / 2f));
        figure.Write("True class", Figure.Margin + 8, top + (n * Cell / 2f) + 4, 12, Palette.Text, align: SKTextAlign.Center);
        figure.Canvas.Restore();
        figure.Save(path);
    }

    static void DrawCell(Figure figure, float x, float y, long count, double share, bool correct)
    {
        // The root lets a confusion of one in a hundred still be seen.
        var strength = correct ? share : Math.Sqrt(share);
        var color = Palette.Mix(Color.FromHex("#F8FAFC"), correct ? Palette.Blue : Palette.Orange, strength);
        using var fill = new SKPaint { Color = color.Skia(), IsAntialias = true };
        figure.Canvas.DrawRoundRect(x + 1, y + 1, Cell - 2, Cell - 2, 4, 4, fill);

        var text = count.ToString("N0", CultureInfo.InvariantCulture);
        var ink = count == 0 ? Palette.Faint.WithAlpha(.6) : strength > 0.55 ? Colors.White : Palette.Ink;
        figure.Write(text, x + (Cell / 2f), y + (Cell / 2f) + 5, text.Length > 6 ? 11 : 14, ink, bold: correct, SKTextAlign.Center);
    }

    static void WriteBelow(Figure figure, string name, float x, float y, bool rotated)
    {
        if (!rotated)
        {
            figure.Write(name, x, y + 20, 13, Palette.Ink, align: SKTextAlign.Center);
            return;
        }
        figure.Canvas.Save();
        figure.Canvas.RotateDegrees(-45, x + 6, y + 14);
        figure.Write(name, x + 6, y + 14 + 4, 13, Palette.Ink, align: SKTextAlign.Right);
        figure.Canvas.Restore();
    }

    static float Measure(string text)
    {
        using var font = Typeface.Font(text, 13, bold: false);
        return font.MeasureText(text);
    }
}
